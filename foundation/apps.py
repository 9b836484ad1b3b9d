from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "foundation"
    verbose_name = "The ground"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from foundation import checks  # noqa: F401 - registers them
