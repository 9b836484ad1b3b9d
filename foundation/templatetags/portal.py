"""The template tags of the house, built in everywhere: no template loads them. docs/look.md shows each at work."""

import contextlib
import datetime as dt
import decimal
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms, template
from django.db import models
from django.forms.boundfield import BoundField
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from foundation import clock, dates, formfields, workingdays
from foundation.errors import Problem
from foundation.models import AuditEvent
from foundation.pieces import Column, Row, value_at

register = template.Library()
Pieces = dict[str, Any]
ISO = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d\S*(Z|[+-]\d\d:\d\d))?")  # a UKPRN is not one

# Used where a model says nothing itself (STATE_COLOURS: state → colour). Words carry the meaning, colour helps the eye.
DEFAULT_COLOURS = {
    "grey": "draft not_started none withdrawn cancelled closed expired archived superseded lapsed",
    "green": "approved confirmed active done complete completed passed issued delivered released accepted signed paid",
    "yellow": "due waiting pending submitted resubmitted requested on_hold paused proposed provisional soon",
    "red": "rejected declined refused failed late overdue suspended needs_change actions_required set_aside",
}
COLOUR_OF_STATE = {state: colour for colour, states in DEFAULT_COLOURS.items() for state in states.split()}


# Dates and amounts


@register.filter(name="date_long")
@register.simple_tag(name="date_long")
def date_long(day: dt.date | None) -> str:
    """``{% date_long d %}`` or ``{{ d|date_long }}``: Thu 31 Dec 2026."""
    return dates.date_long(day)


@register.filter(name="datetime_long")
@register.simple_tag(name="datetime_long")
def datetime_long(instant: dt.datetime | None) -> str:
    """``{% datetime_long t %}``: Thu 31 Dec 2026, 14:05, in London."""
    return dates.datetime_long(instant)


@register.filter(name="money")
@register.simple_tag(name="money")
def money(amount: decimal.Decimal | int | None) -> str:
    """``{% money amount %}``: £1,234.00; −£20.00; nothing gives a dash."""
    if amount is None or amount == "":
        return "–"
    value = decimal.Decimal(amount)
    return f"{'−' if value < 0 else ''}£{abs(value):,.2f}"


@register.simple_tag(takes_context=True)
def due(context: Context, day: dt.date | None) -> str:
    """``{% due d %}``: the date and how far away it is ("in 12 working days", "3 working days late")."""
    if day is None:
        return "–"
    left = _left(context, day)
    when = format_html('<time datetime="{}">{}</time>', f"{_civil(day):%Y-%m-%d}", dates.date_long(day))
    how_far = format_html('<span class="portal-due__left">{}</span>', left.words)
    return format_html('<span class="portal-due portal-due--{}">{} {}</span>', left.urgency, when, how_far)


@register.simple_tag(takes_context=True)
def deadline_chip(context: Context, day: dt.date | None) -> str:
    """``{% deadline_chip d %}``: only how far away it is, as a chip, for tight places."""
    if day is None:
        return ""
    left = _left(context, day)
    return format_html('<span class="portal-chip portal-chip--{}">{}</span>', left.urgency, left.words)


# States and progress


@register.simple_tag
def state_tag(subject: Any, field: str = "state", colour: str = "") -> str:
    """``{% state_tag row %}``: its state's label, coloured by the model's ``STATE_COLOURS``. Also for plain words."""
    if isinstance(subject, models.Model):
        state = str(getattr(subject, field))
        label = getattr(subject, f"get_{field}_display")()
        colours: Mapping[str, str] = getattr(subject, "STATE_COLOURS", {})
        colour = colour or colours.get(state) or COLOUR_OF_STATE.get(state.lower(), "blue")
    else:
        label = str(getattr(subject, "label", subject))
        colour = colour or COLOUR_OF_STATE.get(str(subject).lower().replace(" ", "_"), "blue")
    return format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', colour, label) if label else ""


@register.inclusion_tag("portal/pieces/progress.html")
def progress(done: int, total: int, label: str = "Progress", note: str = "") -> Pieces:
    """``{% progress done total "Learners registered" %}``: a bar with its figures in words."""
    percent = 100 * done // total if total else 0
    return {"done": done, "total": total, "label": label, "note": note, "percent": percent}


# Record pages


@register.inclusion_tag("portal/pieces/timeline.html", takes_context=True)
def timeline(context: Context, events: Iterable[Any], title: str = "") -> Pieces:
    """``{% timeline moments %}``: ``pieces.Moment`` or dicts alike; solid past, hollow plans, flagged deadlines."""
    return {"items": list(events), "title": title, "request": context.get("request")}


@register.inclusion_tag("portal/pieces/task_list.html")
def task_list(items: Iterable[Any], label: str = "") -> Pieces:
    """``{% task_list tasks %}``: ``pieces.TaskItem`` or dicts alike."""
    return {"items": list(items), "label": label}


@register.inclusion_tag("portal/pieces/problems.html", takes_context=True)
def problems_panel(context: Context, problems: Iterable[Problem] | None, title: str, clear: str = "") -> Pieces:
    """``{% problems_panel problems "Why can’t I submit yet?" %}``: what is missing, its clause, the link that mends it.

    The page's ``places`` (key of ``Problem.where`` → address) gives the links. Without problems nothing is shown, or
    ``clear`` where it is given.
    """
    places: Mapping[str, str] = context.get("places") or {}
    rows = [{"problem": problem, "url": places.get(problem.where, "")} for problem in problems or []]
    return {"rows": rows, "title": title, "clear": clear}


@register.inclusion_tag("portal/pieces/summary_list.html")
def summary_list(rows: Iterable[Any], title: str = "") -> Pieces:
    """``{% summary_list rows %}``: ``pieces.Row``, (label, value) or (label, value, change address)."""
    made = [row if isinstance(row, Row) else Row(*row) for row in rows]
    return {"rows": [{"row": row, "shown": shown(row.value)} for row in made], "title": title}


@register.inclusion_tag("portal/pieces/history.html")
def history(events: Iterable[AuditEvent], title: str = "") -> Pieces:
    """``{% history events %}``: audit rows, who did what when, from which state to which."""
    return {"events": list(events), "title": title}


@register.inclusion_tag("portal/pieces/empty.html")
def empty_state(title: str, text: str = "", url: str = "", action: str = "") -> Pieces:
    """``{% empty_state "No learners yet" "Register your first." url "Register learners" %}``: says what to do next."""
    return {"title": title, "text": text, "url": url, "action": action}


# Lists


@register.inclusion_tag("portal/pieces/data_table.html", takes_context=True)
def data_table(
    context: Context, columns: Sequence[Column], rows: Iterable[Any], caption: str, hide_caption: bool = True
) -> Pieces:
    """``{% data_table columns rows "Learners" %}``: a table that becomes cards on a narrow screen."""
    request = context.get("request")
    current = request.GET.get("sort", "") if request else ""
    heads = [
        {"column": column, "order": _order(column, current), "next": _next_sort(column, current)} for column in columns
    ]
    body = [
        [
            {"column": column, "value": value_at(row, column.key), "url": value_at(row, column.link)}
            for column in columns
        ]
        for row in rows
    ]
    return {"heads": heads, "body": body, "caption": caption, "hide_caption": hide_caption, "request": request}


@register.inclusion_tag("portal/pieces/pagination.html", takes_context=True)
def pagination(context: Context, page: Any) -> Pieces:
    """``{% pagination page_obj %}``: keeps the filter and the order that are in the address."""
    numbers = list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
    return {"page": page, "numbers": numbers, "ellipsis": page.paginator.ELLIPSIS, "request": context.get("request")}


@register.inclusion_tag("portal/pieces/export_links.html", takes_context=True)
def export_links(context: Context) -> Pieces:
    """``{% export_links %}``: the list as a file, with the filter and the order that are in the address."""
    return {"request": context.get("request")}


@register.inclusion_tag("portal/pieces/filter.html", takes_context=True)
def filter_form(context: Context, form: forms.Form, label: str = "Filter", submit: str = "Apply") -> Pieces:
    """``{% filter_form filter.form %}``: a GET form over the list, with a link that clears it."""
    request = context.get("request")
    kept = ("page", "sort", "per_page")
    active = request is not None and any(value for name, value in request.GET.items() if name not in kept)
    return {"form": form, "label": label, "submit": submit, "active": active, "request": request}


# Forms (used by the form pack in templates/portal/)


@register.filter
def field_kind(field: BoundField) -> str:
    """The field's template under ``portal/fields/``."""
    return formfields.kind(field)


@register.filter
def field_id(field: BoundField) -> str:
    """The id that the field's label and its errors link to."""
    return formfields.element_id(field)


@register.filter
def field_base_id(field: BoundField) -> str:
    """The id of the field as a whole, from which those of hint and error are made."""
    return str(field.field.widget.attrs.get("id") or field.auto_id)


@register.filter
def field_described_by(field: BoundField) -> str:
    """The ids of hint and error."""
    return formfields.described_by(field)


@register.filter
def field_control(field: BoundField) -> SafeString:
    """The control itself."""
    return formfields.draw(field)


@register.filter
def field_limit(field: BoundField) -> int | None:
    """How many characters a text area takes."""
    return formfields.text_limit(field)


@register.filter
def field_parts(field: BoundField) -> list[Pieces]:
    """The boxes of a field of several."""
    return formfields.parts(field)


@register.filter
def choice_hint(field: BoundField, value: Any) -> str:
    """The hint under one choice: the form field's ``choice_hints``, value → words."""
    hints: Mapping[str, str] = getattr(field.field, "choice_hints", {})
    return hints.get(str(value), "")


@register.filter
def field_optional(field: BoundField) -> bool:
    """Whether the label says "(optional)"."""
    marks = getattr(field.form, "mark_optional", True)
    return bool(marks and not field.field.required and not isinstance(field.field, forms.BooleanField))


@register.inclusion_tag("portal/error_summary.html")
def error_summary(*of: Any) -> Pieces:
    """``{% error_summary form other_form formset %}``: everything that is wrong, linking to the fields."""
    return {"entries": [entry for one in of for entry in _errors_of(one)]}


@register.filter
def errors_of(form: Any) -> list[Pieces]:
    """The entries of an error summary of one form or formset."""
    return _errors_of(form)


@register.filter
def shown(value: Any) -> Any:
    """A value as a person reads it: dates long, yes and no, "Not given" for nothing."""
    if value is None or value in ("", [], ()):
        return format_html('<span class="portal-quiet">{}</span>', "Not given")
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dt.datetime):
        return dates.datetime_long(value)
    if isinstance(value, dt.date):
        return dates.date_long(value)
    if isinstance(value, list | tuple):
        return ", ".join(str(shown(one)) for one in value)
    return value


@register.filter
def fact(value: Any) -> Any:
    """A fact of an audit row, which is JSON: its dates and instants read like any other."""
    if isinstance(value, str) and ISO.fullmatch(value):
        with contextlib.suppress(ValueError):
            read = dt.datetime.fromisoformat(value)
            return shown(read if read.tzinfo else read.date())
    if isinstance(value, dict):
        return shown([f"{name} {fact(one)}" for name, one in value.items()])
    return shown([fact(one) for one in value] if isinstance(value, list) else value)


@register.filter
def words(code: str) -> str:
    """A code such as a verb in words: ``centre_approved`` → Centre approved."""
    text = str(code).replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def _errors_of(form: Any) -> list[Pieces]:
    if hasattr(form, "forms"):
        entries = [{"text": text, "target": ""} for text in form.non_form_errors()]
        return entries + [entry for one in form.forms for entry in _errors_of(one)]
    entries = [{"text": text, "target": ""} for text in form.non_field_errors()]
    for field in form:
        target = "" if field.is_hidden else formfields.element_id(field)
        entries += [{"text": _summary_words(field, text), "target": target} for text in field.errors]
    return entries


def _summary_words(field: BoundField, text: str) -> str:
    """Away from its field, "This field is required." has to say which."""
    bare = text == forms.Field.default_error_messages["required"]
    return f"{field.label}: {text[:1].lower()}{text[1:]}" if bare else text


def _civil(day: dt.date) -> dt.date:
    return clock.london_date(day) if isinstance(day, dt.datetime) else day


def _left(context: Context, day: dt.date) -> dates.TimeLeft:
    """The calendar is looked up once per page, kept on the request."""
    request = context.get("request")
    calendar = getattr(request, "working_days", None)
    if calendar is None:
        calendar = workingdays.current()
        if request is not None:
            request.working_days = calendar
    return dates.time_left(_civil(day), clock.today(), calendar)


def _order(column: Column, current: str) -> str:
    if not column.sort or current.lstrip("-") != column.sort:
        return ""
    return "descending" if current.startswith("-") else "ascending"


def _next_sort(column: Column, current: str) -> str:
    return f"-{column.sort}" if current == column.sort else column.sort
