"""The addresses of the centre's side."""

from django.urls import path

from centres.views import account, applications, centres, contracts, register, reviews

app_name = "centres"
urlpatterns = [
    path("", centres.centre_list, name="list"),
    path("own/", centres.own, name="own"),
    path("open/", centres.open_centre, name="open"),
    path("<int:pk>/", centres.centre_page, name="centre"),
    path("<int:pk>/standing/", centres.standing, name="standing"),
    path("<int:pk>/apply/", applications.apply, name="apply"),
    path("<int:pk>/account/", account.account, name="account"),
    path("charges/", account.charges, name="charges"),
    path("charges/<int:pk>/reverse/", account.reverse_charge, name="reverse"),
    path("applications/", applications.application_list, name="applications"),
    path("applications/<int:pk>/", applications.application_page, name="application"),
    path("applications/<int:pk>/sections/<slug:section>/", applications.section, name="section"),
    path("applications/<int:pk>/checklist/blank/", applications.blank_checklist, name="blank_checklist"),
    path("applications/<int:pk>/checklist/", applications.checklist_file, name="checklist"),
    path("applications/<int:pk>/check/", applications.check, name="check"),
    path("applications/<int:pk>/withdraw/", applications.withdraw, name="withdraw"),
    path("applications/<int:pk>/take/", reviews.take, name="take"),
    path("applications/<int:pk>/hand-over/", reviews.hand_over, name="hand_over"),
    path("applications/<int:pk>/declare/", reviews.declare_no_interest, name="declare"),
    path("applications/<int:pk>/take-up/", reviews.take_up, name="take_up"),
    path("applications/<int:pk>/review/", reviews.review, name="review"),
    path("applications/<int:pk>/require/", reviews.require_actions, name="require"),
    path("applications/<int:pk>/approve/", reviews.approve, name="approve"),
    path("applications/<int:pk>/decline/", reviews.decline, name="decline"),
    path("actions/<int:pk>/answer/", reviews.answer, name="answer"),
    path("actions/<int:pk>/settle/", reviews.settle, name="settle"),
    path("actions/<int:pk>/evidence/", reviews.evidence, name="evidence"),
    path("contracts/", contracts.contract_list, name="contracts"),
    path("contracts/<int:pk>/", contracts.contract_page, name="contract"),
    path("contracts/<int:pk>/document/", contracts.document, name="contract_document"),
    path("contracts/<int:pk>/signed-copy/", contracts.signed_copy, name="signed_copy"),
    path("contracts/<int:pk>/sign/", contracts.sign, name="sign"),
    path("contracts/<int:pk>/return/", contracts.upload_signed, name="upload_signed"),
    path("contracts/<int:pk>/countersign/", contracts.countersign, name="countersign"),
    path("contracts/<int:pk>/send-back/", contracts.send_back, name="send_back"),
    path("contracts/<int:pk>/end/", contracts.end, name="end"),
    path("contracts/<int:pk>/retry/", contracts.retry, name="retry"),
    path("register/", register.register, name="register"),
    path("register/import/", register.take_over, name="import_register"),
    path("register/imports/<int:pk>/", register.register_import, name="register_import"),
]
