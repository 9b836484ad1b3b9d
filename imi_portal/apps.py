from django.apps import AppConfig


class ImiPortalConfig(AppConfig):
    name = "imi_portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        """The centre's page shows its learners, of whom its own storey knows nothing."""
        from centres import panels as centre_page  # models are ready only now
        from imi_portal import panels  # models are ready only now

        if panels.learners_by_stage not in centre_page.FILLED_BY:
            centre_page.FILLED_BY.append(panels.learners_by_stage)
