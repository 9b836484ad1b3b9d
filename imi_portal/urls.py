"""Every address of the portal."""

from django.contrib import admin
from django.urls import include, path

from accounts.views import acting
from imi_portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("acting/", acting, name="acting"),
    path("learners/<int:pk>/", views.learner, name="learner"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("health/", views.health, name="health"),
    path("account/", include("allauth.account.urls")),
    path("people/", include("accounts.urls")),
    path("standards/", include("standards.urls")),
    path("centres/", include("centres.urls")),
    path("apprentices/", include("apprentices.urls")),
    path("epa/", include("epa.urls")),
    path("certificates/", include("certificates.urls")),
    path("admin/login/", views.admin_login),
    path("admin/", admin.site.urls),
]
