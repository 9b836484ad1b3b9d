from django.urls import path

from standards import views

app_name = "standards"
urlpatterns = [
    path("", views.versions, name="versions"),
    path("<int:pk>/", views.version, name="version"),
]
