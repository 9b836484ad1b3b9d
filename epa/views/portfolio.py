"""Pages of the portfolio and of the project's subject."""

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import may, require
from accounts.requests import SignedIn, posted
from epa.actions import portfolio as actions
from epa.forms.gateway import ConfirmForm, DecideForm, PersonForm, PieceForm, SubjectForm
from epa.models import EPA, Gateway, PortfolioPiece, ProjectSubject
from epa.queries import preparing as queries
from epa.states import CENTRE, TEAM, SubjectState
from epa.views.gateway import changing, find_gateway, form_page, gateway_of, signed_so_far, trail
from foundation import audit, documents
from foundation.forms import refusals
from foundation.workflow import can, guard


def _find_piece(request: SignedIn, pk: int) -> PortfolioPiece:
    rows = queries.with_people(PortfolioPiece.objects.visible_to(request.user), "epa__")
    return get_object_or_404(rows.select_related("file"), pk=pk)


@require_http_methods(["GET", "POST"])
def add_piece(request: SignedIn, pk: int) -> HttpResponse:
    """Add a piece to the portfolio (B6)."""
    row = find_gateway(request, pk)
    require(request.user, CENTRE, row, "add to the portfolio")
    form = PieceForm(
        posted(request),
        request.FILES or None,
        criteria=queries.criteria_of(row.epa),
        cancel_url=row.get_absolute_url(),
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            data = {"evidences": [], **form.cleaned_data}
            with changing(request, row, f"“{data['title']}” is in the portfolio."):
                actions.add_piece(gateway=row, by=request.user, **data)
            return redirect(row)
    return form_page(request, form, "Add to the portfolio", trail(row, ("Add", "")), lead=signed_so_far(row))


@require_http_methods(["GET"])
def piece_file(request: SignedIn, pk: int) -> FileResponse:
    """The file of a piece."""
    return documents.respond(_find_piece(request, pk).file)


@require_http_methods(["GET", "POST"])
def remove_piece(request: SignedIn, pk: int) -> HttpResponse:
    """Confirm and take a piece out of the portfolio."""
    piece = _find_piece(request, pk)
    require(request.user, CENTRE, piece, "change the portfolio")
    row = gateway_of(piece.epa)
    form = ConfirmForm(posted(request), submit_label="Remove it", cancel_url=row.get_absolute_url())
    if request.method == "POST":
        with changing(request, row, f"“{piece.title}” is no longer in the portfolio."):
            actions.remove_piece(piece=piece, by=request.user)
        return redirect(row)
    lead = signed_so_far(row)
    return form_page(request, form, f"Remove “{piece.title}”?", trail(row, ("Remove", "")), lead=lead)


@require_http_methods(["POST"])
def mark_piece(request: SignedIn, pk: int) -> HttpResponse:
    """Mark a piece as assessed before by the independent assessor, or as not (C8)."""
    piece = _find_piece(request, pk)
    actions.mark_assessed_before(piece=piece, assessed_before=request.POST.get("assessed") == "yes", by=request.user)
    messages.success(request, f"“{piece.title}” is marked.")
    gateway = Gateway.objects.visible_to(request.user).filter(epa=piece.epa_id).first()  # an assessor sees no gateway
    return redirect(gateway) if gateway is not None else redirect("epa:detail", pk=piece.epa_id)


@require_http_methods(["GET", "POST"])
def propose_subject(request: SignedIn, pk: int) -> HttpResponse:
    """Propose the project's subject, or another one after a refusal (C5)."""
    epa = get_object_or_404(queries.with_people(EPA.objects.visible_to(request.user)), pk=pk)
    require(request.user, CENTRE, epa, "propose a subject")
    row = gateway_of(epa)
    subject = ProjectSubject.objects.filter(epa=epa).first()
    if subject is not None:
        guard(subject, "propose_again", request.user)
    initial = {"subject": subject.subject} if subject is not None else None
    form = SubjectForm(posted(request), initial=initial, cancel_url=row.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            made = actions.propose_subject(epa=epa, subject=form.cleaned_data["subject"], by=request.user)
            messages.success(request, "The subject is proposed; IMI decides on it.")
            return redirect(made)
    return form_page(request, form, "Propose the project’s subject", trail(row, ("Subject", "")))


def _find_subject(request: SignedIn, pk: int) -> ProjectSubject:
    rows = queries.with_people(ProjectSubject.objects.visible_to(request.user), "epa__")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET"])
def subject(request: SignedIn, pk: int) -> HttpResponse:
    """The subject, the employer's comment, IMI's decision."""
    row = _find_subject(request, pk)
    context = {
        "subject": row,
        "apprentice": row.epa.registration.apprentice,
        "decides": can(row, "agree", request.user),
        "asks": row.state == SubjectState.PROPOSED and may(request.user, (*CENTRE, *TEAM), row),
        "link": queries.comment_link(row) if row.state == SubjectState.PROPOSED else None,
        "proposes": can(row, "propose_again", request.user),
        "events": audit.history(row),
        "breadcrumbs": trail(gateway_of(row.epa), ("Subject", "")),
    }
    return render(request, "epa/gateway_subject.html", context)


@require_http_methods(["GET", "POST"])
def ask_employer(request: SignedIn, pk: int) -> HttpResponse:
    """Send the employer a link to comment on the subject, the first time or again."""
    row = _find_subject(request, pk)
    require(request.user, (*CENTRE, *TEAM), row, "ask the employer")
    employer = row.epa.registration.apprentice.employer
    link = queries.comment_link(row)
    initial = {"name": employer.contact_name, "email": employer.contact_email}
    if link is not None:
        initial = {"name": link.name, "email": link.email}
    form = PersonForm(posted(request), initial=initial, cancel_url=row.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.ask_employer(subject=row, by=request.user, **form.cleaned_data)
            messages.success(request, "The link is on its way to the employer.")
            return redirect(row)
    lead = f"The link sent to {link.name} stops working once another is sent." if link is not None else ""
    crumbs = trail(gateway_of(row.epa), ("Ask", ""))
    return form_page(request, form, "Ask the employer to comment", crumbs, lead=lead)


@require_http_methods(["GET", "POST"])
def decide_subject(request: SignedIn, pk: int) -> HttpResponse:
    """IMI's decision on the subject (C5)."""
    row = _find_subject(request, pk)
    guard(row, "agree", request.user)
    form = DecideForm(posted(request), cancel_url=row.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.decide_subject(subject=row, by=request.user, **form.cleaned_data)
            messages.success(request, "The decision is recorded; the centre is told.")
            return redirect(row)
    lead = row.employer_comment or "The employer has not commented."
    title = "Decide the project’s subject"
    return form_page(request, form, title, trail(gateway_of(row.epa), ("Decide", "")), quoted=row.subject, lead=lead)
