from django.urls import URLPattern

app_name = "apprentices"
urlpatterns: list[URLPattern] = []
