"""Addresses of the assessing half: record of an EPA, arranging, handing in, assessing, results, resits, calendars."""

from django.urls import URLPattern, path

from epa.views import arranging, assessing, records, results, withdrawing

urlpatterns: list[URLPattern] = [
    path("<int:pk>/", records.detail, name="detail"),
    path("deadlines/", records.deadlines, name="deadlines"),
    path("calendar/", arranging.calendar, name="calendar"),
    path("own-assessments/", arranging.own_assessments, name="own_assessments"),
    path("bookings/<int:pk>/arrange/", arranging.arrange_booking, name="arrange"),
    path("attempts/<int:pk>/arrange/", arranging.arrange_attempt, name="attempt_arrange"),
    path("<int:pk>/move-start/", arranging.move_start, name="move_start"),
    path("<int:pk>/withdraw/", withdrawing.withdraw, name="withdraw"),
    path("attempts/<int:pk>/", assessing.attempt, name="attempt"),
    path("attempts/<int:pk>/hand-in/", assessing.hand_in, name="hand_in"),
    path("attempts/<int:pk>/assess/", assessing.assess, name="assess"),
    path("attempts/<int:pk>/exception/", assessing.propose_cap_lift, name="cap_lift_propose"),
    path("attempts/<int:pk>/exception/grant/", assessing.grant_cap_lift, name="cap_lift_grant"),
    path("submissions/<int:pk>/file/", assessing.submission_file, name="submission_file"),
    path("results/board/", results.results_board, name="results_board"),
    path("results/", results.result_list, name="results"),
    path("results/<int:pk>/", results.result, name="result"),
    path("results/<int:pk>/release/", results.release, name="result_release"),
    path("results/<int:pk>/entered/", results.entered, name="result_entered"),
    path("results/<int:pk>/statement/", results.statement, name="result_statement"),
    path("<int:pk>/resits/<int:component_pk>/", results.open_resit, name="open_resit"),
]
