"""Made-up contents for the pages of the style guide: forms, rows, moments."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from crispy_forms.layout import HTML, Column, Div, Fieldset, Layout, Row
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.paginator import Paginator

from foundation import clock, pieces
from foundation import forms as portal_forms
from foundation.errors import Problem

LEVELS = [("2", "Level 2"), ("3", "Level 3"), ("4", "Level 4")]
YES_NO = [("yes", "Yes"), ("no", "No")]


class EveryField(portal_forms.PortalForm):
    """One field of every kind."""

    submit_label = "Save and continue"
    name = forms.CharField(label="Full name", max_length=60, help_text="As on the identity document.")
    email = forms.EmailField(label="E-mail address")
    uln = forms.CharField(
        label="Unique learner number", widget=forms.TextInput(attrs={"class": "govuk-input--width-10"})
    )
    starts_on = portal_forms.DateField(label="Earliest date", help_text="For example, 31/12/2026 or 31 Dec 2026.")
    starts_at = portal_forms.TimeField(label="Time", required=False)
    visit = portal_forms.DateTimeField(label="When is the visit?")
    fee = portal_forms.MoneyField(label="Fee")
    learners = forms.IntegerField(label="How many learners", min_value=1)
    level = forms.ChoiceField(label="Level", choices=LEVELS, widget=forms.RadioSelect)
    remote = forms.ChoiceField(label="Is it remote?", choices=YES_NO, widget=forms.RadioSelect)
    rooms = forms.MultipleChoiceField(
        label="What the site has",
        choices=[("bay", "Workshop bay"), ("quiet", "Quiet room")],
        widget=forms.CheckboxSelectMultiple,
    )
    standard = forms.ChoiceField(
        label="Standard", choices=[("", "Choose"), ("ST0499", "Vehicle damage paint technician")]
    )
    notes = forms.CharField(
        label="Notes", widget=forms.Textarea, max_length=200, required=False, help_text="Only what matters."
    )
    evidence = forms.FileField(label="Evidence", help_text="PDF or image, at most 20 MB.")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    agreed = forms.BooleanField(label="I have read the conditions", help_text="Version 3 of 1 Sep 2026.")
    token = forms.CharField(widget=forms.HiddenInput, initial="kept")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choice_hints = {"4": "Needs an assessor with occupational competence at level 4."}  # type: ignore[attr-defined]


class LaidOut(portal_forms.PortalForm):
    """A form with a layout: fieldsets, rows, words between."""

    submit_label = "Cancel the assessment"
    submit_warning = True
    street = forms.CharField(label="Street")
    town = forms.CharField(label="Town")
    postcode = forms.CharField(label="Postcode")
    reason = forms.CharField(label="Reason", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Fieldset("Address of the site", "street", Row(Column("town"), Column("postcode"))),
            HTML('<p class="govuk-body">Words between.</p>'),
            Div("reason"),
        )


class Site(forms.Form):
    """A plain Django form, as other packages bring them."""

    name = forms.CharField(label="Name of the site")
    bays = forms.IntegerField(label="Bays", required=False)


class Search(forms.Form):
    """What a list is filtered by."""

    mark_optional = False
    q = forms.CharField(label="Name or ULN", required=False)
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any"), ("open", "Open")])
    standard = forms.ChoiceField(
        label="Standard", required=False, choices=[("", "Any"), ("ST0499", "Paint technician")]
    )
    after = portal_forms.DateField(label="Gateway after", required=False)


FILLED = {
    "name": "Zoë Ŵyn-O’Brien",
    "email": "zoe@example.org",
    "uln": "1234567890",
    "starts_on": "31 Dec 2026",
    "starts_at": "2pm",
    "visit_0": "31/12/2026",
    "visit_1": "9.30",
    "fee": "£1,234.50",
    "learners": "3",
    "level": "4",
    "remote": "no",
    "rooms": ["quiet"],
    "standard": "ST0499",
    "notes": "Second floor.",
    "password": "not a real one",
    "agreed": "on",
    "token": "kept",
}


def every_field(state: str) -> EveryField:
    """The form empty, filled, with what is wrong in every field, or refused by a rule after being filled."""
    if state == "empty":
        return EveryField(cancel_url="/")
    if state == "wrong":
        return EveryField(
            {"name": "x" * 61, "starts_on": "32/12/2026", "fee": "lots", "notes": "n" * 201}, cancel_url="/"
        )
    form = EveryField(FILLED, {"evidence": SimpleUploadedFile("evidence.pdf", b"%PDF-1.7")}, cancel_url="/")
    if state == "refused":
        assert form.is_valid(), form.errors
        problems = [
            Problem("too_soon", "B3", "The date is fewer than 10 working days away.", field="starts_on"),
            Problem("no_gateway", "G1", "The gateway of this learner is not confirmed.", where="gateway"),
        ]
        portal_forms.add_problems(form, problems)
    return form


def moments() -> list[pieces.Moment]:
    """A learner's story."""
    today = clock.today()
    day = dt.timedelta(days=1)
    return [
        pieces.Moment(today - 90 * day, "Registered", "Registration REG-26-00041", url="/"),
        pieces.Moment(today - 20 * day, "Gateway confirmed", clause="G4"),
        pieces.Moment(today - 2 * day, "Portfolio due", kind="deadline", late=True, clause="E7"),
        pieces.Moment(today + 9 * day, "Assessment", "Professional discussion, remote", kind="planned"),
        pieces.Moment(today + 30 * day, "Result due", kind="deadline", clause="R2"),
        pieces.Moment(None, "Certificate claimed", kind="planned"),
    ]


def problems() -> list[Problem]:
    """What is missing before the gateway."""
    return [
        Problem("no_signature", "G2", "The employer has not signed the gateway declaration.", where="signatures"),
        Problem("no_maths", "G3", "There is no evidence of level 2 mathematics.", where="documents"),
        Problem("old_address", "", "The site’s address is older than a year.", warning=True),
    ]


def columns() -> list[pieces.Column]:
    """A column of every kind."""
    return [
        pieces.Column("name", "Learner", link="url", sort="name"),
        pieces.Column("standard.title", "Standard"),
        pieces.Column("due", "Gateway by", kind="due", sort="due"),
        pieces.Column("booked", "Assessment", kind="date"),
        pieces.Column("fee", "Charge", kind="money"),
        pieces.Column("state", "State", kind="state"),
    ]


def page_of_rows() -> Any:
    """The third of many pages."""
    names = ["Ada Example", "Bartholomew Longname-Featherstonehaugh", "Cy O’Sample", "Dilys Ŵyn"]
    states = ["Draft", "Confirmed", "Late", "Evidence and signatures being collected"]
    rows = [
        {
            "name": names[number % 4],
            "url": "/",
            "standard": SimpleNamespace(title="Motor vehicle service and maintenance technician (light vehicle)"),
            "due": clock.today() + dt.timedelta(days=number % 4 * 6 - 4),
            "booked": None if number % 3 else clock.today(),
            "fee": Decimal(1250 * (number % 3)),
            "state": states[number % 4],
        }
        for number in range(60)
    ]
    return Paginator(rows, 8).page(3)


def events() -> list[Any]:
    """Rows of the audit trail."""
    now = clock.now()
    return [
        SimpleNamespace(
            at=now, actor_label="Ada Example", verb="confirm", from_state="requested", to_state="confirmed", facts={}
        ),
        SimpleNamespace(
            at=now,
            actor_label="System (weekly claim)",
            verb="claim_certificate",
            from_state="",
            to_state="",
            facts={"reference": "CLM-26-0007", "dates": ["2026-01-05", "2026-01-12"], "resit": False},
        ),
    ]
