"""Every address of the portal."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.account.urls")),
    path("people/", include("accounts.urls")),
    path("standards/", include("standards.urls")),
    path("centres/", include("centres.urls")),
    path("apprentices/", include("apprentices.urls")),
    path("epa/", include("epa.urls")),
    path("certificates/", include("certificates.urls")),
    path("admin/", admin.site.urls),
]
