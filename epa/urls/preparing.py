"""Addresses of the preparing half: gateway, signatures, portfolio, subject, bookings, planner."""

from django.urls import URLPattern, path

from epa.views import booking, gateway, planner, portfolio, signing

urlpatterns: list[URLPattern] = [
    path("registrations/<int:pk>/prepare/", gateway.prepare, name="prepare"),
    path("gateways/<int:pk>/", gateway.gateway, name="gateway"),
    path("gateways/<int:pk>/training/", gateway.training, name="gateway_training"),
    path("gateways/<int:pk>/invite/", gateway.invite, name="gateway_invite"),
    path("gateways/<int:pk>/ask/<str:party>/", gateway.ask, name="gateway_ask"),
    path("gateways/<int:pk>/sign/", gateway.sign_in_person, name="gateway_sign"),
    path("gateways/<int:pk>/submit/", gateway.submit, name="gateway_submit"),
    path("gateways/<int:pk>/return/", gateway.return_, name="gateway_return"),
    path("gateways/<int:pk>/accept/", gateway.accept, name="gateway_accept"),
    path("gateways/<int:pk>/pieces/add/", portfolio.add_piece, name="piece_add"),
    path("pieces/<int:pk>/file/", portfolio.piece_file, name="piece_file"),
    path("pieces/<int:pk>/remove/", portfolio.remove_piece, name="piece_remove"),
    path("pieces/<int:pk>/mark/", portfolio.mark_piece, name="piece_mark"),
    path("<int:pk>/subject/propose/", portfolio.propose_subject, name="subject_propose"),
    path("subjects/<int:pk>/", portfolio.subject, name="subject"),
    path("subjects/<int:pk>/ask/", portfolio.ask_employer, name="subject_ask"),
    path("subjects/<int:pk>/decide/", portfolio.decide_subject, name="subject_decide"),
    path("sign/<str:token>/", signing.sign, name="sign"),
    path("sign/<str:token>/pieces/<int:pk>/", signing.sign_piece, name="sign_piece"),
    path("comment/<str:token>/", signing.comment, name="comment"),
    path("bookings/", booking.bookings, name="bookings"),
    path("bookings/<int:pk>/", booking.booking, name="booking"),
    path("<int:pk>/request/", booking.request_booking, name="booking_request"),
    path("bookings/<int:pk>/decline/", booking.decline, name="booking_decline"),
    path("bookings/<int:pk>/cancel/", booking.cancel, name="booking_cancel"),
    path("bookings/<int:pk>/claim/", booking.claim, name="booking_claim"),
    path("bookings/<int:pk>/rebook/", booking.rebook, name="booking_rebook"),
    path("exceptions/<int:pk>/evidence/", booking.add_evidence, name="exception_evidence"),
    path("exceptions/<int:pk>/evidence/open/", booking.open_evidence, name="exception_evidence_open"),
    path("exceptions/<int:pk>/decide/", booking.decide_claim, name="exception_decide"),
    path("planner/", planner.planner, name="planner"),
]
