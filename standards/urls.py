from django.urls import path

from standards import views

app_name = "standards"
urlpatterns = [
    path("", views.versions, name="list"),
    path("<int:pk>/", views.version, name="version"),
]
