"""How a bound field is drawn: which template, which classes, what describes it. Used by the form pack's tags."""

import copy
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

# The first that fits, so a subclass stands before its base.
KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.MultiWidget, "several"),
    (forms.Select, "select"),
    (forms.FileInput, "file"),
    (forms.Textarea, "textarea"),
    (forms.PasswordInput, "password"),
    (forms.DateInput, "date"),
)
CLASSES = {
    "select": "govuk-select",
    "file": "govuk-file-upload",
    "textarea": "govuk-textarea",
    "password": "govuk-input govuk-password-input__input govuk-js-password-input-input",
    "date": "govuk-input moj-js-datepicker-input govuk-input--width-10",
    "checkbox": "govuk-checkboxes__input",
}
PART_LABELS: dict[type[forms.Widget], str] = {forms.DateInput: "Date", forms.TimeInput: "Time"}
ERROR_CLASSES = {
    "select": "govuk-select--error",
    "file": "govuk-file-upload--error",
    "textarea": "govuk-textarea--error",
}


def kind(field: BoundField) -> str:
    """The name of the field's template under ``portal/fields/``."""
    if field.is_hidden:
        return "hidden"
    return next((name for widget, name in KINDS if isinstance(field.field.widget, widget)), "input")


def element_id(field: BoundField) -> str:
    """The id of the field's (first) control, which its label and its errors link to."""
    own = str(field.field.widget.attrs.get("id") or field.auto_id)
    return f"{own}_0" if kind(field) in {"radios", "checkboxes", "several"} else own


def described_by(field: BoundField) -> str:
    """The ids of the hint and the error, for ``aria-describedby``."""
    base = str(field.field.widget.attrs.get("id") or field.auto_id)
    parts = [str(field.field.widget.attrs.get("aria-describedby") or "")]
    parts += [f"{base}-hint"] if field.help_text else []
    parts += [f"{base}-error"] if field.errors else []
    parts += [f"{base}-info"] if text_limit(field) else []
    return " ".join(part for part in parts if part)


def draw(field: BoundField) -> SafeString:
    """The control itself, as Django's widget renders it, with the design's classes and the right descriptions."""
    widget = copy.copy(field.field.widget)
    own = kind(field)
    attrs: dict[str, Any] = {"class": _classes(field, own), "placeholder": False, "required": False}
    attrs["aria-describedby"] = described_by(field) or False
    attrs["aria-invalid"] = "true" if field.errors else False
    if isinstance(widget, forms.NumberInput):
        decimal = isinstance(field.field, forms.DecimalField | forms.FloatField)
        widget.input_type = "text"
        attrs |= {"inputmode": "decimal" if decimal else "numeric", "min": False, "max": False, "step": False}
    if own == "textarea":
        attrs |= {
            "maxlength": False,
            "rows": _rows(widget),
            "cols": False,
        }
    if own == "date":
        attrs |= {"autocomplete": "off", "data-min-date": False, "data-max-date": False}
    if own == "password" or isinstance(widget, forms.EmailInput):
        attrs |= {"spellcheck": "false", "autocapitalize": "none"}
    return field.as_widget(widget=widget, attrs=attrs | _kept(widget))


def parts(field: BoundField) -> list[dict[str, Any]]:
    """The boxes of a field of several (date and time): id, label and control of each."""
    widget = field.field.widget
    value = field.value()
    values = value if isinstance(value, list) else widget.decompress(value)
    labels = getattr(field.field, "part_labels", None) or [PART_LABELS.get(type(one), "") for one in widget.widgets]
    found = []
    for number, (one, name, label) in enumerate(zip(widget.widgets, widget.widgets_names, labels, strict=True)):
        own = f"{field.auto_id}_{number}"
        classes = (
            "govuk-input govuk-input--width-10"
            if isinstance(one, forms.DateInput)
            else "govuk-input govuk-input--width-5"
        )
        classes += " govuk-input--error" if field.errors else ""
        attrs = {"id": own, "class": classes, "autocomplete": "off"}
        control = one.render(field.html_name + name, values[number], attrs, renderer=field.form.renderer)
        found.append({"id": own, "label": label, "control": control})
    return found


def text_limit(field: BoundField) -> int | None:
    """The greatest length of a text area, counted for the person rather than cut off."""
    limit = getattr(field.field, "max_length", None)
    return int(limit) if limit and kind(field) == "textarea" else None


def _classes(field: BoundField, own: str) -> str:
    classes = [CLASSES.get(own, "govuk-input"), str(field.field.widget.attrs.get("class", ""))]
    if isinstance(field.field.widget, forms.NumberInput | forms.TimeInput):
        classes.append(
            "govuk-input--width-10" if isinstance(field.field, forms.DecimalField) else "govuk-input--width-5"
        )
    if text_limit(field):
        classes.append("govuk-js-character-count")
    if field.errors:
        classes.append(ERROR_CLASSES.get(own, "govuk-input--error"))
    return " ".join(part for part in classes if part)


def _kept(widget: forms.Widget) -> dict[str, Any]:
    """What the form itself asked for wins over the pack's habit."""
    return {name: value for name, value in widget.attrs.items() if name in {"autocomplete", "inputmode", "spellcheck"}}


def _rows(widget: forms.Widget) -> str:
    """Ten rows are what Django says when the form says nothing; five are enough."""
    rows = str(widget.attrs.get("rows", "10"))
    return "5" if rows == "10" else rows
