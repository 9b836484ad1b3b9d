from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("organisations/<int:pk>/", views.people, name="people"),
    path("organisations/<int:pk>/invite/", views.invite, name="invite"),
    path("roles/<int:pk>/change/", views.change_role, name="change_role"),
    path("roles/<int:pk>/end/", views.end, name="end"),
    path("invitations/<int:pk>/withdraw/", views.withdraw, name="withdraw_invitation"),
    path("invitations/<int:pk>/resend/", views.resend, name="resend_invitation"),
    path("join/<str:token>/", views.accept, name="accept"),
    path("messages/", views.own_messages, name="messages"),
    path("messages/<int:pk>/", views.own_message, name="message"),
]
