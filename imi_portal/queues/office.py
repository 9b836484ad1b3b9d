"""The boards of the Centre EQA, the independent assessor, finance and administrators."""

import datetime as dt

from django.db.models import Count, Min, Sum
from django.template.defaultfilters import pluralize
from django.urls import reverse

from accounts.models import User
from accounts.states import IMI_ROLES
from apprentices.models import Upload
from centres.models import ActionRequired, Application, Charge, RegisterChange, RegisterFetch, RegisterImport
from centres.queries import waiting_for_export
from centres.states import ActionState, ApplicationState
from certificates.queries import unsettled
from epa.models import Attempt
from epa.states import AttemptState
from foundation import clock
from foundation.models import Document, Message
from foundation.work import DueWork
from imi_portal.queues import reviews
from imi_portal.queues.items import Board, Figure, Item, bars
from imi_portal.queues.plans import plans


def fill_eqa(whole: Board, user: User) -> None:
    """Applications to take, to decide, resubmitted; actions that are due."""
    applications = Application.objects.visible_to(user).select_related("centre__organisation", "version__standard")
    asked = {
        ApplicationState.SUBMITTED: ("Take", applications.filter(state=ApplicationState.SUBMITTED)),
        ApplicationState.IN_REVIEW: ("Decide", applications.filter(state=ApplicationState.IN_REVIEW, reviewer=user)),
        ApplicationState.RESUBMITTED: (
            "Look again at",
            applications.filter(state=ApplicationState.RESUBMITTED, reviewer=user),
        ),
    }
    for word, rows in asked.values():
        whole.collect(
            rows.order_by("review_due_on", "submitted_at"),
            lambda row, word=word: Item(  # type: ignore[misc]
                f"{word} application {row.number}",
                reverse("centres:application", args=[row.pk]),
                f"{row.centre}, {row.version.short}",
                row.review_due_on,
                "A6",
            ),
        )
    reviews.of_the_eqa(whole, user)
    _actions_due(whole, user)
    plans(whole, user)
    whole.draw_states("Applications by state", applications, ApplicationState)


def _actions_due(whole: Board, user: User) -> None:
    actions = ActionRequired.objects.visible_to(user).filter(
        state=ActionState.OPEN, application__reviewer=user, application__state=ApplicationState.ACTIONS_REQUIRED
    )
    whole.wait_for(
        actions.select_related("application__centre__organisation"),
        lambda row: Item(
            f"{row.application.centre}: {row.text[:70]}",
            reverse("centres:application", args=[row.application_id]),
            row.application.number,
            row.due_on,
        ),
    )


def fill_assessor(whole: Board, user: User) -> None:
    """Today's assessments, results to enter, what comes."""
    arranged = (
        Attempt.objects.visible_to(user)
        .filter(state=AttemptState.ARRANGED, assessor=user)
        .select_related("component", "epa__registration__apprentice")
        .order_by("scheduled_at")
    )
    tomorrow = dt.datetime.combine(clock.today() + dt.timedelta(days=1), dt.time(), tzinfo=clock.LONDON)
    whole.collect(
        arranged.filter(scheduled_at__lt=tomorrow),
        lambda row: Item(
            f"Record: {row.component.name}",
            reverse("epa:attempt", args=[row.pk]),
            f"{row.epa.registration.apprentice}, {row.place}",
            clock.london_date(row.scheduled_at),
            "C1",
        ),
    )
    whole.look_ahead(
        arranged.filter(scheduled_at__gte=tomorrow),
        lambda row: Item(
            row.component.name,
            reverse("epa:attempt", args=[row.pk]),
            f"{row.epa.registration.apprentice}, {row.place}",
            clock.london_date(row.scheduled_at),
        ),
    )


def fill_finance(whole: Board, user: User) -> None:
    """Charges that wait to be exported, and those of this month."""
    waiting = waiting_for_export(user)
    if whole.counting:
        whole.more += waiting.exists()
        return
    what = waiting.aggregate(total=Sum("amount"), number=Count("pk"), oldest=Min("made_at"))
    if what["number"]:
        hint = f"£{what['total']:,.2f}, the oldest of {clock.london_date(what['oldest']):%d/%m/%Y}"
        words = f"Export {what['number']} line{pluralize(what['number'])} of the centres’ accounts"
        whole.todo.append(Item(words, reverse("centres:exports"), hint, clause="D4"))
    month = clock.today().replace(day=1)
    start = dt.datetime.combine(month, dt.time(), tzinfo=clock.LONDON)
    figures = (
        Charge.objects.visible_to(user).filter(made_at__gte=start).aggregate(total=Sum("amount"), number=Count("pk"))
    )
    address = f"{reverse('centres:charges')}?made_from={month:%d/%m/%Y}"
    whole.figures += [
        Figure("charges this month", figures["number"], address),
        Figure("pounds this month", f"£{figures['total'] or 0:,.2f}", address),
    ]


def fill_administrator(whole: Board, user: User) -> None:
    """What is stuck, and what the register changed."""
    latest = RegisterImport.objects.visible_to(user).first()
    if latest is None:
        whole.todo.append(
            Item("Import the provider register", reverse("centres:register"), "There is none yet", clause="A1")
        )
    _stuck(whole, user)
    if whole.counting:
        return
    if latest is not None:
        _register(whole, user, latest)


def _stuck(whole: Board, user: User) -> None:
    claims = unsettled(user).count()
    stuck = [*map(_set_aside, (Message, Document, Upload, RegisterFetch))]
    stuck.append(Figure("claims to settle", claims, reverse("certificates:claims"), claims > 0))
    whole.todo += [
        Item(f"{figure.value} {figure.label}", figure.url, "Workers have given up; a person has to look")
        for figure in stuck
        if figure.alarm
    ]
    if whole.counting:
        return
    people = User.objects.filter(is_active=True, memberships__role__in=IMI_ROLES, memberships__ended_on=None)
    number = people.distinct().count()
    whole.figures += [*stuck, Figure("people of IMI", number, reverse("admin:accounts_user_changelist"))]


def _set_aside(model: type[DueWork]) -> Figure:
    """What workers have given up, with the list in which a person gives it back to them."""
    meta = model._meta
    number = model._default_manager.exclude(set_aside_at=None).count()
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    return Figure(f"{meta.verbose_name_plural} stuck", number, address, number > 0)


def _register(whole: Board, user: User, latest: RegisterImport) -> None:
    whole.figures.append(Figure("days since the register was imported", (clock.now() - latest.imported_at).days))
    changes = RegisterChange.objects.visible_to(user).filter(register_import=latest).order_by()
    kinds = changes.values_list("kind").annotate(number=Count("pk")).values_list("kind", "number")
    labels = dict(RegisterChange._meta.get_field("kind").flatchoices)
    rows = [(labels[kind], number, reverse("centres:register")) for kind, number in kinds]
    if rows:
        whole.charts.append(("The register's last changes", bars(rows)))
