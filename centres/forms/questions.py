"""Questions to the centre, and the second person's word (A6)."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from accounts.models import User
from accounts.requests import SignedIn
from accounts.states import Role
from centres.forms.filters import search_in
from centres.models import Application
from centres.queries import holders
from centres.rules import SECTIONS
from centres.states import ApplicationState
from foundation import clock
from foundation.forms import DateField, PortalForm


class QuestionForm(PortalForm):
    """What the reviewer asks about a section."""

    submit_label = "Ask the centre"
    mark_optional = False

    section = forms.ChoiceField(label="About which section", choices=list(SECTIONS.items()))
    text = forms.CharField(label="Question", widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)
    due_on = DateField(label="Answer by")


class QuestionAnswerForm(PortalForm):
    """The centre's answer, with a file where one helps."""

    submit_label = "Send the answer"

    answer = forms.CharField(widget=forms.Textarea(attrs={"rows": 6}), max_length=4000)
    file = forms.FileField(label="File", required=False, help_text="A PDF, an image or a Word document, up to 20 MB.")


class AskAgainForm(PortalForm):
    """What is still asked after an answer."""

    submit_label = "Ask again"
    mark_optional = False

    comment = forms.CharField(label="What is still asked", widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)
    due_on = DateField(label="Answer by")


class SignOffForm(PortalForm):
    """The second person confirms an approval, or returns it with a reason."""

    submit_label = "Save"
    mark_optional = False

    verdict = forms.ChoiceField(
        label="Do you confirm this approval?",
        choices=[("confirm", "Yes, the reviewer may approve"), ("return", "No, back to the reviewer")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), max_length=2000, required=False, help_text="Needed for a no."
    )
    no_interest = forms.BooleanField(
        required=False,
        label="I declare that I have no interest in this centre: I do not work for it, have not advised it, and nobody "
        "close to me does.",
    )


class AllocateForm(PortalForm):
    """Which Centre EQA reviews an application; each with what they have already."""

    submit_label = "Allocate"

    to = forms.ModelChoiceField(User.objects.none(), label="Centre EQA", widget=forms.RadioSelect, empty_label=None)

    def __init__(self, *args: Any, reviewers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = reviewers  # type: ignore[attr-defined]
        self.fields["to"].label_from_instance = _with_load  # type: ignore[attr-defined]


def _with_load(person: Any) -> str:
    waiting = f", {person.waiting} waiting for centres" if person.waiting else ""
    return f"{person.name}: {person.load} to review{waiting}"


class TieForm(PortalForm):
    """What ties a Centre EQA to a centre."""

    submit_label = "Record my interest"

    nature = forms.CharField(
        label="What ties you to this centre?", max_length=300, help_text="Such as: worked there until March."
    )


TURNS = [
    ("untaken", "Nobody has it yet"),
    ("reviewer", "With the Centre EQA"),
    ("centre", "Waiting for the centre"),
    ("late", "Overdue"),
]


def eqas(_request: SignedIn | None) -> QuerySet[User]:
    return holders(Role.CENTRE_EQA).order_by("name")


class QueueFilter(django_filters.FilterSet):
    """The applications under review: whose turn it is, whose they are, what is late."""

    q = django_filters.CharFilter(method="search", label="Centre or number")
    turn = django_filters.ChoiceFilter(choices=TURNS, method="by_turn", label="Turn", empty_label="Any")
    reviewer = django_filters.ModelChoiceFilter(queryset=eqas, label="Centre EQA", empty_label="Anybody")

    search = search_in(["centre__organisation__name", "number", "centre__number"])

    class Meta:
        model = Application
        fields = ["reviewer"]

    def by_turn(self, rows: QuerySet[Application], _name: str, value: str) -> QuerySet[Application]:
        match value:
            case "untaken":
                return rows.filter(state=ApplicationState.SUBMITTED)
            case "reviewer":
                return rows.filter(state__in=[ApplicationState.IN_REVIEW, ApplicationState.RESUBMITTED])
            case "centre":
                return rows.filter(state=ApplicationState.ACTIONS_REQUIRED)
            case _:
                late = rows.exclude(state=ApplicationState.ACTIONS_REQUIRED)
                return late.filter(review_due_on__lt=clock.today())
