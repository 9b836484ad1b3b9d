from django.apps import AppConfig


class ImiPortalConfig(AppConfig):
    name = "imi_portal"
    verbose_name = "Portal"
