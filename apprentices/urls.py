from django.urls import path

from apprentices.views import employers, learners, uploads

app_name = "apprentices"
urlpatterns = [
    path("", learners.learners, name="list"),
    path("register/", learners.register, name="register"),
    path("<int:pk>/edit/", learners.edit, name="edit"),
    path("<int:pk>/attainments/add/", learners.add_attainment, name="attainment_add"),
    path("<int:pk>/support/", learners.support, name="support"),
    path("<int:pk>/support/evidence/", learners.support_evidence, name="support_evidence"),
    path("attainments/<int:pk>/edit/", learners.edit_attainment, name="attainment_edit"),
    path("attainments/<int:pk>/evidence/", learners.attainment_evidence, name="attainment_evidence"),
    path("registrations/<int:pk>/withdraw/", learners.withdraw, name="withdraw"),
    path("employers/", employers.employers, name="employers"),
    path("employers/add/", employers.employer_add, name="employer_add"),
    path("employers/<int:pk>/edit/", employers.employer_edit, name="employer_edit"),
    path("template.xlsx", uploads.template, {"kind": "xlsx"}, name="template_xlsx"),
    path("template.csv", uploads.template, {"kind": "csv"}, name="template_csv"),
    path("uploads/", uploads.uploads, name="uploads"),
    path("uploads/new/", uploads.new, name="upload_new"),
    path("uploads/<int:pk>/", uploads.upload, name="upload"),
    path("uploads/<int:pk>/progress/", uploads.progress, name="upload_progress"),
    path("uploads/<int:pk>/problems.xlsx", uploads.problem_sheet, name="upload_problems"),
    path("uploads/<int:pk>/confirm/", uploads.confirm, name="upload_confirm"),
    path("uploads/<int:pk>/discard/", uploads.discard, name="upload_discard"),
]
