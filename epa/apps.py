from django.apps import AppConfig


class EPAConfig(AppConfig):
    name = "epa"
    verbose_name = "End-point assessment"
    default_auto_field = "django.db.models.BigAutoField"
