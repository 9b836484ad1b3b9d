"""The centre's board."""

from django.db.models import Count, Exists, OuterRef, Q
from django.template.defaultfilters import pluralize
from django.urls import reverse

from accounts.models import User
from apprentices.models import Apprentice, Upload
from apprentices.states import UploadState
from centres.models import ActionRequired, Application, Contract, PlanAction, Transfer
from centres.queries import contracts_to_sign
from centres.states import ActionState, ApplicationState, ContractState, PlanState, SanctionState, TransferState
from certificates.models import Consent
from epa.models import EPA, Attempt, Booking, Deadline, Gateway, Result
from epa.states import AttemptState, BookingState, DeadlineKind, EPAState, GatewayState, Party
from foundation import clock
from imi_portal.queues import reviews
from imi_portal.queues.items import Board, Figure, Item

LEARNER = "registration__apprentice"


def fill(whole: Board, user: User) -> None:
    """What a centre's people have to do, what they wait for, and their learners by stage."""
    _approval(whole, user)
    reviews.of_the_centre(whole, user)
    _plan(whole, user)
    _ownership(whole, user)
    _registration(whole, user)
    _assessment(whole, user)
    _afterwards(whole, user)
    _certificates(whole, user)
    if not whole.counting:
        _waiting(whole, user)
        _figures(whole, user)


def _approval(whole: Board, user: User) -> None:
    drafts = (
        Application.objects.visible_to(user).filter(state=ApplicationState.DRAFT).select_related("version__standard")
    )
    whole.collect(
        drafts,
        lambda row: Item(
            f"Finish application {row.number}",
            reverse("centres:application", args=[row.pk]),
            str(row.version),
            clause="A3",
        ),
    )
    actions = ActionRequired.objects.visible_to(user).filter(
        state=ActionState.OPEN, application__state=ApplicationState.ACTIONS_REQUIRED
    )
    whole.collect(
        actions.select_related("application", "package"),
        lambda row: Item(
            f"Answer an action of the Centre EQA: {row.text[:80]}",
            reverse("centres:application", args=[row.application_id]),
            f"{row.application.number}, {row.package.code}",
            row.due_on,
            "A9",
        ),
    )
    whole.collect(
        contracts_to_sign(user),
        lambda row: Item(
            f"Sign contract {row.number}",
            reverse("centres:contract", args=[row.pk]),
            "registration opens when it is signed and countersigned; sign by",
            row.sign_by,
            "A8",
        ),
    )


def _ownership(whole: Board, user: User) -> None:
    """Whoever is named as the next owner accepts or declines."""
    named = Transfer.objects.visible_to(user).filter(state=TransferState.PROPOSED, successor=user)
    whole.collect(
        named.select_related("centre__organisation", "owner"),
        lambda row: Item(
            f"Accept or decline to own {row.centre}", row.get_absolute_url(), f"{row.owner.name} names you"
        ),
    )


def _plan(whole: Board, user: User) -> None:
    """What a sanction's action plan still asks."""
    plan = PlanAction.objects.visible_to(user).filter(state=PlanState.OPEN, sanction__state=SanctionState.IN_FORCE)
    whole.collect(
        plan.select_related("sanction"),
        lambda row: Item(
            f"Answer an action of IMI’s plan: {row.text[:80]}",
            reverse("centres:sanction", args=[row.sanction_id]),
            f"Sanction {row.sanction.number}",
            row.due_on,
            "A1",
        ),
    )


def _registration(whole: Board, user: User) -> None:
    uploads = Upload.objects.visible_to(user).filter(state__in=[UploadState.CHECKED, UploadState.UNREADABLE])
    whole.collect(
        uploads.select_related("package"),
        lambda row: Item(
            f"Look at upload {row.number}",
            reverse("apprentices:upload", args=[row.pk]),
            f"{row.good_count} row{pluralize(row.good_count)} ready, {row.bad_count} with problems"
            if row.state == UploadState.CHECKED
            else "The file could not be read",
            clause="D1",
        ),
    )


def _assessment(whole: Board, user: User) -> None:
    gateways = (
        Gateway.objects.visible_to(user)
        .filter(state__in=[GatewayState.COLLECTING, GatewayState.RETURNED], epa__state=EPAState.PREPARING)
        .select_related("epa__registration__apprentice")
        .annotate(signed=Count("signatures", filter=Q(signatures__withdrawn_at=None)))
        .order_by("-signed", "pk")
    )
    whole.collect(
        gateways,
        lambda row: Item(
            f"{_next_at(row.state, row.signed)} the gateway of {row.epa.registration.apprentice}",
            reverse("epa:gateway", args=[row.pk]),
            f"returned by the EPA team, {row.signed} of 3 signatures"
            if row.state == GatewayState.RETURNED
            else f"{row.signed} of 3 signatures",
            clause="B5",
        ),
    )
    submissions = (
        Deadline.objects.visible_to(user)
        .filter(kind__in=[DeadlineKind.SUBMISSION, DeadlineKind.REWORK], done_at=None)
        .filter(attempt__state__in=[AttemptState.PLANNED, AttemptState.ARRANGED])
        .select_related("attempt__component", "epa__registration__apprentice")
    )
    whole.collect(
        submissions,
        lambda row: Item(
            f"Hand in: {row.attempt.component.submission_name or row.attempt.component.name}",
            reverse("epa:detail", args=[row.epa_id]),
            str(row.epa.registration.apprentice),
            row.due_on,
            row.clause,
        ),
    )


def _next_at(state: str, signed: int) -> str:
    if state == GatewayState.RETURNED:
        return "Put right"
    return "Submit" if signed == len(Party) else "Have the three sign"


def _afterwards(whole: Board, user: User) -> None:
    resits = (
        EPA.objects.visible_to(user)
        .filter(state=EPAState.RESIT_OPEN)
        .exclude(attempts__state__in=[AttemptState.PLANNED, AttemptState.ARRANGED, AttemptState.ASSESSED])
    )
    whole.collect(
        resits.select_related(LEARNER).order_by("resit_until"),
        lambda row: Item(
            f"Ask for a resit or retake for {row.registration.apprentice}",
            reverse("epa:detail", args=[row.pk]),
            "A component was not passed",
            row.resit_until,
            "C11",
        ),
    )
    # Only the latest: an earlier one that was never entered is entered with it.
    later = Result.objects.filter(epa=OuterRef("epa"), sequence__gt=OuterRef("sequence"), released_at__isnull=False)
    results = (
        Result.objects.visible_to(user)
        .filter(~Exists(later), released_at__isnull=False, entered_in_ilr_at=None)
        .select_related(f"epa__{LEARNER}")
        .order_by("released_at")
    )
    whole.collect(
        results,
        lambda row: Item(
            f"Enter the result of {row.epa.registration.apprentice} in the ILR",
            reverse("epa:result", args=[row.pk]),
            "released",
            clause="F1",
        ),
    )


def _certificates(whole: Board, user: User) -> None:
    without_record = EPA.objects.visible_to(user).filter(state=EPAState.PASSED, record_of_achievement=None)
    whole.collect(
        without_record.select_related(LEARNER).order_by("pk"),
        lambda row: Item(
            f"Claim the record of achievement of {row.registration.apprentice}",
            reverse("certificates:claim_record", args=[row.pk]),
            "passed",
            clause="F3",
        ),
    )
    consent = Consent.objects.filter(apprentice=OuterRef(LEARNER), withdrawn_at=None)
    without_consent = EPA.objects.visible_to(user).filter(~Exists(consent), state=EPAState.PASSED)
    whole.collect(
        without_consent.select_related(LEARNER).order_by("pk"),
        lambda row: Item(
            f"Ask {row.registration.apprentice} for consent to claim the certificate",
            reverse("learner", args=[row.registration.apprentice_id]),
            "No consent on record, so IMI cannot claim",
            clause="F4",
        ),
    )


def _waiting(whole: Board, user: User) -> None:
    applications = Application.objects.visible_to(user).filter(
        state__in=[ApplicationState.SUBMITTED, ApplicationState.IN_REVIEW, ApplicationState.RESUBMITTED]
    )
    whole.wait_for(
        applications,
        lambda row: Item(
            f"Application {row.number}",
            reverse("centres:application", args=[row.pk]),
            "with the Centre EQA",
            row.review_due_on,
        ),
    )
    whole.wait_for(
        Contract.objects.visible_to(user).filter(state=ContractState.SIGNED),
        lambda row: Item(f"Contract {row.number}", reverse("centres:contract", args=[row.pk]), "to be countersigned"),
    )
    gateways = Gateway.objects.visible_to(user).filter(state=GatewayState.SUBMITTED)
    gateways = gateways.exclude(epa__state=EPAState.WITHDRAWN)
    whole.wait_for(
        gateways.select_related(f"epa__{LEARNER}"),
        lambda row: Item(
            f"Gateway of {row.epa.registration.apprentice}", reverse("epa:gateway", args=[row.pk]), "with the EPA team"
        ),
    )
    bookings = Booking.objects.visible_to(user).filter(state=BookingState.REQUESTED)
    whole.wait_for(
        bookings.select_related(f"epa__{LEARNER}").order_by("desired_on"),
        lambda row: Item(
            f"Booking {row.number} of {row.epa.registration.apprentice}",
            reverse("epa:booking", args=[row.pk]),
            "desired date",
            row.desired_on,
        ),
    )


def _figures(whole: Board, user: User) -> None:
    learners = Apprentice.objects.visible_to(user).count()
    coming = Attempt.objects.visible_to(user).filter(state=AttemptState.ARRANGED, scheduled_at__gte=clock.now()).count()
    whole.figures += [
        Figure("learners", learners, reverse("apprentices:list")),
        Figure("assessments arranged", coming, reverse("epa:bookings")),
    ]
    whole.draw_states("Learners by stage", EPA.objects.visible_to(user), EPAState)
