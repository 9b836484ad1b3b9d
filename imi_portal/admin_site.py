"""Django admin, for administrators only."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest


class PortalAdminConfig(AdminConfig):
    default_site = "imi_portal.admin_site.PortalAdmin"


class PortalAdmin(admin.AdminSite):
    site_header = "IMI portal administration"
    site_title = "IMI portal"
    index_title = "What administrators look after"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_administrator", False))
