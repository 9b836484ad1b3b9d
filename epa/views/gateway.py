"""The gateway's page and its verbs for the centre and the EPA team."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import RECORD_KEEPERS, may, require
from accounts.models import User
from accounts.requests import SignedIn, posted
from apprentices.models import Attainment
from epa.actions import gateway as actions
from epa.forms.gateway import AcceptForm, PersonForm, ReturnForm, SignForm, SubmitForm, TrainingForm
from epa.models import EPA, Gateway, PortfolioPiece, ProjectSubject, Signature
from epa.queries import preparing as queries
from epa.rules import booking as booking_rules
from epa.rules import gateway as rules
from epa.states import CENTRE, Party
from foundation import audit
from foundation.errors import Problem, Refused
from foundation.forms import add_problems, refusals
from foundation.pieces import Row
from foundation.workflow import can, guard
from standards.states import Subject

FORM = "epa/gateway_form.html"
Trail = list[tuple[str, str]]


def find_gateway(request: SignedIn, pk: int) -> Gateway:
    """The gateway, if it is within this person's sight; else 404."""
    rows = queries.with_people(Gateway.objects.visible_to(request.user), "epa__")
    return get_object_or_404(rows.select_related("accepted_by"), pk=pk)


def trail(gateway: Gateway, *more: tuple[str, str]) -> Trail:
    name = gateway.epa.registration.apprentice.full_name
    return [("Bookings", reverse("epa:bookings")), (f"Gateway of {name}", gateway.get_absolute_url()), *more]


def form_page(request: SignedIn, form: Any, title: str, breadcrumbs: Trail, **context: Any) -> HttpResponse:
    """A page with one form, its heading and what has to be known beside it."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, FORM, {**context, "form": form, "title": title, "breadcrumbs": breadcrumbs}, status=status)


@contextmanager
def changing(request: SignedIn, gateway: Gateway, done: str) -> Iterator[None]:
    """Around a change of what the three agree on: says that it is done, and whose signature it has undone (B5)."""
    before = queries.standing(gateway)
    yield
    messages.success(request, done)
    fallen = before - queries.standing(Gateway.objects.get(pk=gateway.pk))
    if fallen:
        message = f"{_names_of(fallen)} signed before this change; that signature does not count any more. Ask again."
        messages.warning(request, message)


def signed_so_far(gateway: Gateway) -> str:
    """What to know before changing what has been signed; empty while nobody has."""
    signed = queries.standing(gateway)
    return f"{_names_of(signed)} signed already; a change needs the signature again (B5)." if signed else ""


def _names_of(parties: set[str]) -> str:
    return ", ".join(party.label for party in Party if party in parties)


@require_http_methods(["POST"])
def prepare(request: SignedIn, pk: int) -> HttpResponse:
    """Begin preparing a registration's EPA, or find it begun; then to its gateway, or to the request of a booking."""
    registration = get_object_or_404(queries.registration_for(request.user, pk))
    epa = actions.prepare(registration=registration, by=request.user)
    if request.POST.get("then") == "booking":
        return redirect("epa:booking_request", pk=epa.pk)
    return redirect(epa.gateway)


@require_http_methods(["GET"])
def gateway(request: SignedIn, pk: int) -> HttpResponse:
    """Where the gateway stands: what is missing, who has signed, the portfolio, the subject, what happened."""
    row = find_gateway(request, pk)
    problems = queries.gateway_problems(row)
    subject = ProjectSubject.objects.filter(epa=row.epa).first()
    settings = queries.settings_for(row.epa)
    writes = may(request.user, CENTRE, row)
    return render(
        request,
        "epa/gateway.html",
        {
            "gateway": row,
            "apprentice": row.epa.registration.apprentice,
            "problems": problems,
            "stopping": [problem for problem in problems if not problem.warning],
            "must": [one for one in problems if not one.warning and one.code not in rules.ACCEPTABLE],
            "places": places(row, request.user),
            "rows": _rows(row),
            "parties": _parties(row),
            "pieces": PortfolioPiece.objects.filter(epa=row.epa).select_related("file"),
            "subject": subject,
            "wants_subject": any(component.subject_agreed for component in settings.components),
            "wants_pieces": any(component.wants_pieces for component in settings.components),
            "writes": writes,
            "books": writes and not booking_rules.bookable_problems(queries.booking_facts(row.epa)),
            "collects": writes and row.state in actions.OPEN,
            "changes_pieces": writes
            and not rules.piece_change_problems(row.state, handed_in=queries.handed_in(row.epa)),
            "decides": can(row, "accept", request.user),
            "proposes": writes and (subject is None or can(subject, "propose_again", request.user)),
            "events": audit.history(row, *([subject] if subject else [])),
            "breadcrumbs": trail(row),
        },
    )


def places(gateway: Gateway, user: User) -> dict[str, str]:
    """Where each problem is mended, as far as this person may mend it: a link that would be refused is none."""
    writes = may(user, CENTRE, gateway)
    if not writes and not may(user, RECORD_KEEPERS, gateway):
        return {}
    found = _all_places(gateway)
    if not writes:
        found = {name: found[name] for name in ("learner", "attainments", "support")}
    if gateway.state not in actions.OPEN:
        found.pop("training", None)
    return found


def _all_places(gateway: Gateway) -> dict[str, str]:
    apprentice = gateway.epa.registration.apprentice_id
    return {
        "learner": reverse("apprentices:edit", kwargs={"pk": apprentice}),
        "attainments": _attainments_place(apprentice),
        "support": reverse("apprentices:support", kwargs={"pk": apprentice}),
        "training": reverse("epa:gateway_training", kwargs={"pk": gateway.pk}),
        "portfolio": f"{gateway.get_absolute_url()}#portfolio",
        "signatures": f"{gateway.get_absolute_url()}#signatures",
        "subject": f"{gateway.get_absolute_url()}#subject",
        "gateway": gateway.get_absolute_url(),
    }


def _attainments_place(apprentice: int) -> str:
    """Where English and maths are mended: the record without its certificate once both are there, else a new one."""
    rows = list(Attainment.objects.filter(apprentice=apprentice))
    bare = [row for row in rows if row.evidence_id is None]
    if bare and {row.subject for row in rows} == set(Subject.values):
        return reverse("apprentices:attainment_edit", kwargs={"pk": bare[0].pk})
    return reverse("apprentices:attainment_add", kwargs={"pk": apprentice})


def _rows(gateway: Gateway) -> list[Row]:
    registration = gateway.epa.registration
    apprentice = registration.apprentice
    percent = gateway.off_the_job_percent
    return [
        Row("Apprentice", apprentice.full_name),
        Row("Standard", registration.package.version),
        Row("Registration", registration.number),
        Row("Employer", apprentice.employer.name),
        Row("Training provider", apprentice.centre.organisation.name),
        Row("On programme since", apprentice.programme_start_on),
        Row("Working time", "Full-time" if apprentice.full_time else f"{apprentice.weekly_hours} hours a week"),
        Row("Off-the-job training", None if percent is None else f"{percent} %"),
    ]


def _parties(gateway: Gateway) -> list[dict[str, Any]]:
    """For each party: the signature that stands, whether something changed since, the link on its way."""
    now = queries.agreement_facts(gateway)
    signed = {row.party: row for row in queries.signatures(gateway)}
    sent = {row.party: row for row in queries.open_links(gateway)}
    return [
        {
            "party": party,
            "signature": signed.get(party),
            "stale": party in signed and signed[party].shown["facts"] != now,
            "link": sent.get(party),
        }
        for party in Party
    ]


@require_http_methods(["GET", "POST"])
def training(request: SignedIn, pk: int) -> HttpResponse:
    """The share of off-the-job training (B3)."""
    row = find_gateway(request, pk)
    require(request.user, CENTRE, row, "state the off-the-job training")
    initial = {"percent": row.off_the_job_percent}
    form = TrainingForm(posted(request), initial=initial, cancel_url=row.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            with changing(request, row, "The share is saved."):
                actions.state_training(gateway=row, percent=form.cleaned_data["percent"], by=request.user)
            return redirect(row)
    crumbs = trail(row, ("Off-the-job training", ""))
    return form_page(request, form, "Off-the-job training", crumbs, lead=signed_so_far(row))


@require_http_methods(["POST"])
def invite(request: SignedIn, pk: int) -> HttpResponse:
    """Send employer and apprentice their links, at the addresses on record."""
    row = find_gateway(request, pk)
    sent = actions.invite_signatures(gateway=row, by=request.user)
    messages.success(request, f"Links sent: {len(sent)}." if sent else "Both have signed already.")
    return redirect(row)


@require_http_methods(["GET", "POST"])
def ask(request: SignedIn, pk: int, party: str) -> HttpResponse:
    """Send one party a link, at an address to be given."""
    row = find_gateway(request, pk)
    require(request.user, CENTRE, row, "ask for signatures")
    label = Party(party).label if party in Party.values else ""
    if not label:
        return redirect(row)
    form = PersonForm(posted(request), initial=_known(row, party), cancel_url=row.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.send_link(gateway=row, party=party, by=request.user, **form.cleaned_data)
            messages.success(request, f"The link is on its way to the {label.lower()}.")
            return redirect(row)
    lead = "A link that works once, for fourteen days. An earlier one stops working."
    return form_page(request, form, f"Ask the {label.lower()} to sign", trail(row, ("Ask to sign", "")), lead=lead)


def _known(gateway: Gateway, party: str) -> dict[str, str]:
    apprentice = gateway.epa.registration.apprentice
    if party == Party.EMPLOYER:
        return {"name": apprentice.employer.contact_name, "email": apprentice.employer.contact_email}
    if party == Party.APPRENTICE:
        return {"name": apprentice.full_name, "email": apprentice.email}
    return {}


@require_http_methods(["GET", "POST"])
def sign_in_person(request: SignedIn, pk: int) -> HttpResponse:
    """Somebody of the centre signs for the training provider (B2, B5)."""
    row = find_gateway(request, pk)
    require(request.user, CENTRE, row, "sign for the training provider")
    actions.require_open(row)

    def record(name: str, shown_sha256: str) -> Signature:
        return actions.sign_in_person(
            gateway=row,
            name=name,
            email=request.user.email,
            shown_sha256=shown_sha256,
            address=request.META.get("REMOTE_ADDR"),
            by=request.user,
        )

    signature, context = sign_page(request, row, Party.PROVIDER, record)
    if signature is not None:
        messages.success(request, "Signed for the training provider.")
        return redirect(row)
    context |= {"back": row.get_absolute_url(), "breadcrumbs": trail(row, ("Sign", ""))}
    return render(request, "epa/sign.html", context)


def sign_page(
    request: HttpRequest, gateway: Gateway, party: str, record: Callable[[str, str], Signature]
) -> tuple[Signature | None, dict[str, Any]]:
    """What every signing page does: show, and on POST ``record(name, shown_sha256)`` exactly what was shown.

    When something changed meanwhile the page is shown anew, unticked, with the digest of what it now says.
    """
    shown = queries.shown_to(gateway, party)
    statements = shown["statements"]
    initial = {"shown_sha256": rules.digest(shown)}
    form = SignForm(posted(request), statements=statements, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            return record(data["name"], data["shown_sha256"]), {}
        except Refused as refused:
            changed = [problem for problem in refused.problems if problem.code == "changed"]
            if changed:
                form = SignForm(None, statements=statements, initial=initial)
            else:
                add_problems(form, refused.problems)
            return None, _sign_context(gateway, party, shown, form, changed)
    return None, _sign_context(gateway, party, shown, form, [])


def _sign_context(
    gateway: Gateway, party: str, shown: dict[str, Any], form: SignForm, changed: list[Problem]
) -> dict[str, Any]:
    facts = shown["facts"]
    percent = facts["off_the_job_percent"]
    rows = [
        Row("Apprentice", facts["apprentice"]),
        Row("Standard", facts["standard"]),
        Row("Assessment plan", facts["assessment_plan"]),
        Row("Employer", facts["employer"]),
        Row("Training provider", facts["provider"]),
        Row("On programme since", gateway.epa.registration.apprentice.programme_start_on),
        Row("Off-the-job training", None if percent is None else f"{percent} %"),
        Row("On record", facts["english_and_maths"] or "Neither English nor maths yet"),
    ]
    pieces = PortfolioPiece.objects.filter(epa=gateway.epa).select_related("file")
    return {
        "form": form,
        "party": Party(party),
        "rows": rows,
        "pieces": pieces,
        "changed": changed,
        "apprentice": gateway.epa.registration.apprentice,
    }


@require_http_methods(["GET", "POST"])
def submit(request: SignedIn, pk: int) -> HttpResponse:
    """Hand the gateway to the EPA team."""
    row = find_gateway(request, pk)
    guard(row, "submit", request.user)
    problems = queries.gateway_problems(row)
    form = SubmitForm(posted(request), ask_reason=_short(problems), cancel_url=row.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.submit(gateway=row, by=request.user, **form.cleaned_data)
            messages.success(request, "The gateway is with the EPA team.")
            return redirect(row)
    found = {"problems": problems, "places": places(row, request.user)}
    return form_page(request, form, "Submit the gateway", trail(row, ("Submit", "")), **found)


def _short(problems: list[Problem]) -> bool:
    return any(problem.code in rules.ACCEPTABLE for problem in problems)


@require_http_methods(["GET", "POST"])
def return_(request: SignedIn, pk: int) -> HttpResponse:
    """Give the gateway back to the centre."""
    row = find_gateway(request, pk)
    guard(row, "return", request.user)
    form = ReturnForm(posted(request), cancel_url=row.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.return_(gateway=row, by=request.user, **form.cleaned_data)
            messages.success(request, "The gateway is back with the centre.")
            return redirect(row)
    return form_page(request, form, "Return the gateway", trail(row, ("Return", "")))


@require_http_methods(["GET", "POST"])
def accept(request: SignedIn, pk: int) -> HttpResponse:
    """Accept the gateway: the EPA period begins (C9)."""
    row = find_gateway(request, pk)
    guard(row, "accept", request.user)
    problems = queries.gateway_problems(row)
    form = AcceptForm(posted(request), ask_reason=_short(problems), cancel_url=row.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            despite = form.cleaned_data.get("reason", "")
            actions.accept(gateway=row, by=request.user, despite=despite)
            messages.success(request, "Accepted. The EPA period has begun.")
            return redirect(row)
    return form_page(
        request,
        form,
        "Accept the gateway",
        trail(row, ("Accept", "")),
        problems=problems,
        places=places(row, request.user),
        lead="Today becomes the first day of the EPA period [C9].",
        centre_reason=row.short_time_reason,
    )


def gateway_of(epa: EPA) -> Gateway:
    """The gateway of an EPA that has already been found, with everything joined that the EPA has."""
    row = Gateway.objects.get(epa=epa)
    row.epa = epa
    return row
