from django.apps import AppConfig


class CentresConfig(AppConfig):
    name = "centres"
    verbose_name = "Centres"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Standards that are taken over get their first contract template, of which they know nothing."""
        from centres.actions import first_template  # models are ready only now
        from standards import actions as catalogue  # models are ready only now

        if first_template not in catalogue.FOLLOWED_BY:
            catalogue.FOLLOWED_BY.append(first_template)
