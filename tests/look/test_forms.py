"""What people may type, and where a refusal goes."""

import datetime as dt
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError

from foundation import forms as portal_forms
from foundation.errors import Problem, Refused
from foundation.models import ClosedDay


@pytest.mark.parametrize(
    "typed",
    [
        "31/12/2026",
        "31 Dec 2026",
        "31 December 2026",
        "2026-12-31",
        "Thu 31 Dec 2026",
        " 31  dec 2026 ",
        "31/12/26",
        "31.12.2026",
    ],
)
def test_date_is_read_however_it_is_typed(typed: str) -> None:
    assert portal_forms.DateField().clean(typed) == dt.date(2026, 12, 31)


def test_date_is_read_day_first() -> None:
    assert portal_forms.DateField().clean("02/03/2026") == dt.date(2026, 3, 2)


@pytest.mark.parametrize("typed", ["12/31/2026", "soon", "31/12"])
def test_no_date_is_guessed(typed: str) -> None:
    with pytest.raises(ValidationError) as caught:
        portal_forms.DateField().clean(typed)
    assert caught.value.messages == ["Enter a date, such as 31/12/2026 or 31 Dec 2026."]


@pytest.mark.parametrize("typed", ["31/02/2026", "32/12/2003", "31 Feb 2025"])
def test_a_day_that_does_not_exist_is_said_as_a_sheets_check_says_it(typed: str) -> None:
    form = TwoFields({"day": typed})
    assert form.errors["day"] == [f"Day: “{typed}”: there is no such day."]


@pytest.mark.parametrize(
    ("typed", "messages"),
    [
        ("09/03/2026", ["The date must be 10/03/2026 or later."]),
        ("10/03/2026", []),
        ("12/03/2026", []),
        ("13/03/2026", ["The date must be 12/03/2026 or earlier."]),
    ],
)
def test_limits_of_a_date_include_their_days(typed: str, messages: list[str]) -> None:
    field = portal_forms.DateField(earliest=dt.date(2026, 3, 10), latest=dt.date(2026, 3, 12))
    found: list[str] = []
    try:
        field.clean(typed)
    except ValidationError as error:
        found = error.messages
    assert found == messages


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("09:30", dt.time(9, 30)), ("9.30", dt.time(9, 30)), ("2pm", dt.time(14)), ("2:15 PM", dt.time(14, 15))],
)
def test_time_is_read_however_it_is_typed(typed: str, meant: dt.time) -> None:
    assert portal_forms.TimeField().clean(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("£1,234.50", Decimal("1234.50")), ("120", Decimal(120)), (" 5.5 ", Decimal("5.5"))]
)
def test_money_is_read_however_it_is_typed(typed: str, meant: Decimal) -> None:
    assert portal_forms.MoneyField().clean(typed) == meant


class ClosedDayForm(portal_forms.PortalModelForm):
    class Meta:
        model = ClosedDay
        fields = ["day", "name"]


def test_dates_of_a_model_form_are_read_day_first_too() -> None:
    form = ClosedDayForm({"day": "02/03/2026", "name": ""})
    assert form.fields["day"].clean("02/03/2026") == dt.date(2026, 3, 2)
    assert form.fields["day"].prepare_value(dt.date(2026, 3, 2)) == dt.date(2026, 3, 2)
    assert form.fields["day"].widget.format_value(dt.date(2026, 3, 2)) == "02/03/2026"
    assert form.fields["name"].error_messages["required"] == "Fill in “Name”."


class TwoFields(portal_forms.PortalForm):
    day = portal_forms.DateField()
    note = forms.CharField(required=False)


def valid_form() -> TwoFields:
    form = TwoFields({"day": "31/12/2026", "note": "kept"})
    assert form.is_valid()
    return form


PROBLEMS = [
    Problem("too_soon", "B3", "The date is too soon.", field="day"),
    Problem("no_gateway", "", "The gateway is not confirmed.", field="gateway"),
    Problem("think", "", "This is a long way away.", field="day", warning=True),
]


def test_problems_go_to_the_field_they_name_or_to_the_form_and_warnings_nowhere() -> None:
    form = valid_form()
    portal_forms.add_problems(form, PROBLEMS)
    assert form.errors == {"day": ["The date is too soon. (clause B3)"], "__all__": ["The gateway is not confirmed."]}
    assert form["day"].value() == "31/12/2026"


def test_refusal_becomes_errors_and_the_view_goes_on() -> None:
    form = valid_form()
    reached = []
    with portal_forms.refusals(form):
        raise Refused(PROBLEMS[:1])
    reached.append("after")
    assert form.errors == {"day": ["The date is too soon. (clause B3)"]}
    assert reached == ["after"]


def test_errors_of_a_form_are_problems_for_a_row_of_a_sheet() -> None:
    form = TwoFields({"day": "soon"})
    assert portal_forms.problems_of(form, "row.") == [
        Problem("row.invalid", "", "Day: Enter a date, such as 31/12/2026 or 31 Dec 2026.", "", "day")
    ]
