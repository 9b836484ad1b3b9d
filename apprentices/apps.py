from django.apps import AppConfig


class ApprenticesConfig(AppConfig):
    name = "apprentices"
    verbose_name = "Apprentices"
    default_auto_field = "django.db.models.BigAutoField"
