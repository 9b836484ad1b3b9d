"""The forms of the house: GOV.UK's form patterns over plain Django forms.

Subclass ``PortalForm`` or ``PortalModelForm`` and render with ``{% crispy form %}``. Dates are read day first whatever
the locale. ``add_problems`` puts a rule's refusal where the person typed.
"""

import contextlib
import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.utils import pretty_name

from foundation.dates import DATE_INPUT_FORMATS, TIME_INPUT_FORMATS
from foundation.errors import Problem, Refused
from foundation.sheets.cells import parse_date

__all__ = [
    "DateField",
    "DateTimeField",
    "MoneyField",
    "PortalForm",
    "PortalModelForm",
    "TimeField",
    "add_problems",
    "make_helper",
    "problems_of",
    "refusals",
]

DATE_SHOWN = "%d/%m/%Y"
WRONG_DATE = "Enter a date, such as 31/12/2026 or 31 Dec 2026."
WRONG_EMAIL = "Enter an e-mail address in the form name@example.org."
PLAIN = {
    "max_length": "Shorten this to %(limit_value)d characters; it has %(show_value)d.",
    "min_length": "Use at least %(limit_value)d characters; there are %(show_value)d.",
    "min_value": "Enter %(limit_value)s or more.",
    "max_value": "Enter %(limit_value)s or less.",
}
REQUIRED: tuple[tuple[type[forms.Field], str], ...] = (
    (forms.BooleanField, "Tick"),
    (forms.FileField, "Choose a file for"),
    (forms.ChoiceField, "Choose an answer for"),
    (forms.ModelChoiceField, "Choose an answer for"),
)
WRONG_TIME = "Enter a time, such as 09:30 or 2pm."


class DateField(forms.DateField):
    """A date in one text box: typed as 31/12/2026, 31 Dec 2026 or 2026-12-31, or picked where JavaScript runs.

    ``earliest`` and ``latest`` limit the picker and are checked. What is wrong with a date names the field and says it
    as the check of a sheet does.
    """

    default_error_messages = {"invalid": WRONG_DATE}
    named = ""  # by the form, where the field has no label of its own

    def __init__(self, *, earliest: dt.date | None = None, latest: dt.date | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", DATE_INPUT_FORMATS)
        kwargs.setdefault("widget", forms.DateInput(format=DATE_SHOWN))
        super().__init__(**kwargs)
        self.limit(earliest, latest)

    def limit(self, earliest: dt.date | None = None, latest: dt.date | None = None) -> None:
        """Set the limits after the field was made (in a form's ``__init__``)."""
        self.earliest, self.latest = earliest, latest
        for name, day in (("data-min-date", earliest), ("data-max-date", latest)):
            if day is not None:
                self.widget.attrs[name] = f"{day:{DATE_SHOWN}}"

    def to_python(self, value: Any) -> dt.date | None:
        if not isinstance(value, str):
            return super().to_python(value)
        text = " ".join(value.split())
        try:
            return super().to_python(text)
        except ValidationError as error:
            day, problem = parse_date(text)
            if problem is None:
                return day
            words = problem.message if problem.code == "no_such_day" else WRONG_DATE
            name = str(self.label or self.named).removesuffix(" (optional)").rstrip("?:")
            raise ValidationError(f"{name}: {words}" if name else words, code="invalid") from error

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if self.earliest is not None and value < self.earliest:
            raise ValidationError(f"The date must be {self.earliest:{DATE_SHOWN}} or later.", code="too_early")
        if self.latest is not None and value > self.latest:
            raise ValidationError(f"The date must be {self.latest:{DATE_SHOWN}} or earlier.", code="too_late")


class TimeField(forms.TimeField):
    """A time of day: 09:30, 9.30, 2pm."""

    default_error_messages = {"invalid": WRONG_TIME}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", TIME_INPUT_FORMATS)
        kwargs.setdefault("widget", forms.TimeInput(format="%H:%M"))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.time | None:
        return super().to_python(value.strip().upper() if isinstance(value, str) else value)


class DateTimeField(forms.SplitDateTimeField):
    """A date box and a time box under one legend; the instant is London's."""

    default_error_messages = {"invalid_date": WRONG_DATE, "invalid_time": WRONG_TIME}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_date_formats", DATE_INPUT_FORMATS)
        kwargs.setdefault("input_time_formats", TIME_INPUT_FORMATS)
        kwargs.setdefault("widget", forms.SplitDateTimeWidget(date_format=DATE_SHOWN, time_format="%H:%M"))
        super().__init__(**kwargs)


class MoneyField(forms.DecimalField):
    """Pounds: two places, a £ before the box; "£1,200" is understood."""

    prefix = "£"
    default_error_messages = {"invalid": "Enter an amount in pounds, such as 120 or 120.50."}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 9)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("£", "").replace(",", "").strip() if isinstance(value, str) else value)


def make_helper(submit_label: str, *, cancel_url: str = "", warning: bool = False) -> FormHelper:
    """A helper with one submit button (red when ``warning``) and, where given, a link that leaves without it."""
    helper = FormHelper()
    helper.attrs = {"novalidate": True}
    helper.cancel_url = cancel_url
    helper.add_input(Submit("submit", submit_label, css_class="govuk-button--warning" if warning else ""))
    return helper


class _Portal:
    """What both bases share."""

    submit_label = "Save and continue"
    submit_warning = False  # a destructive or costly act: the button is red
    mark_optional = True  # "(optional)" after the labels of fields that may stay empty
    use_required_attribute = False  # the browser's own bubbles would come before ours
    error_css_class = ""
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, cancel_url: str = "", submit_label: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            _day_first(field)
            _plain_words(field, str(field.label or pretty_name(name)))
        self.helper = make_helper(submit_label or self.submit_label, cancel_url=cancel_url, warning=self.submit_warning)


class PortalForm(_Portal, forms.Form):
    """Base of every form. ``submit_label`` names the button; ``cancel_url`` adds a way out."""


class PortalModelForm(_Portal, forms.ModelForm):
    """The same over a model. Date, time and date-time fields of the model read day first too."""


def add_problems(form: forms.BaseForm, problems: Iterable[Problem]) -> None:
    """Put each problem onto the field it names, or onto the form where it names none of the form's fields.

    Warnings ask rather than stop, so they are left to the page.
    """
    for problem in problems:
        if problem.warning:
            continue
        field = problem.field if problem.field in form.fields else None
        words = f"{problem.message} (clause {problem.clause})" if problem.clause else problem.message
        form.add_error(field, ValidationError(words, code=problem.code))


@contextlib.contextmanager
def refusals(form: forms.BaseForm) -> Iterator[None]:
    """Run a verb; what it refuses becomes the form's errors, and the view goes on to show the form again."""
    try:
        yield
    except Refused as refused:
        add_problems(form, refused.problems)


def problems_of(form: forms.BaseForm, prefix: str = "") -> list[Problem]:
    """The form's errors as problems: for rows of a sheet that are checked by the ordinary form."""
    found = []
    for name, errors in form.errors.get_json_data().items():
        field = "" if name == NON_FIELD_ERRORS else name
        found += [Problem(prefix + (error["code"] or "invalid"), "", error["message"], "", field) for error in errors]
    return found


def _day_first(field: forms.Field) -> None:
    """Django's own date fields would read 01/02 as a day in January."""
    if isinstance(field, forms.DateField) and not isinstance(field, DateField):
        field.input_formats = DATE_INPUT_FORMATS
        field.error_messages["invalid"] = WRONG_DATE
        if isinstance(field.widget, forms.DateInput):
            field.widget.format = DATE_SHOWN
    elif isinstance(field, forms.TimeField) and not isinstance(field, TimeField):
        field.input_formats = TIME_INPUT_FORMATS
        field.error_messages["invalid"] = WRONG_TIME
        if isinstance(field.widget, forms.TimeInput):
            field.widget.format = "%H:%M"


def _plain_words(field: forms.Field, label: str) -> None:
    """Errors that say what to do, where the form has not set its own."""
    if isinstance(field, DateField):
        field.named = label
    for code, message in PLAIN.items():
        field.error_messages.setdefault(code, message)
    if isinstance(field, forms.EmailField):
        field.error_messages.setdefault("invalid", WRONG_EMAIL)
    if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
        verb = next((words for kind, words in REQUIRED if isinstance(field, kind)), "Fill in")
        field.error_messages["required"] = f"{verb} “{label.strip().rstrip('?:')}”."
