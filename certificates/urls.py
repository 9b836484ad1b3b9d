from django.urls import path

from certificates import views

app_name = "certificates"
urlpatterns = [
    path("", views.passed_list, name="list"),
    path("epa/<int:pk>/record/", views.claim_record, name="claim_record"),
    path("records/<int:pk>/", views.record, name="record"),
    path("records/<int:pk>/pdf/", views.record_pdf, name="record_pdf"),
    path("check/", views.check, name="check"),
    path("check/<str:number>/<str:code>/", views.check_one, name="check_one"),
    path("learners/<int:pk>/ask-consent/", views.ask_consent, name="ask_consent"),
    path("consent/<str:token>/", views.give_consent, name="consent"),
    path("consent/withdraw/<str:token>/", views.withdraw_consent, name="withdraw_consent"),
    path("claims/", views.claim_list, name="claims"),
    path("claims/waiting/", views.waiting, name="waiting"),
    path("claims/<int:pk>/", views.claim, name="claim"),
    path("claims/<int:pk>/by-hand/", views.by_hand, name="by_hand"),
    path("claims/<int:pk>/try-again/", views.try_again, name="try_again"),
    path("claims/<int:pk>/cancel/", views.cancel, name="cancel"),
]
