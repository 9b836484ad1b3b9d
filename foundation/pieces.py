"""The shapes that queries hand to the page's pieces (``{% timeline %}``, ``{% task_list %}``, ``{% data_table %}``)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Colour = Literal["grey", "blue", "green", "yellow", "orange", "red", "purple", "teal"]


@dataclass(frozen=True)
class Moment:
    """A point of a timeline: past (drawn solid), planned (hollow) or a deadline (flagged, and late when missed)."""

    date: dt.date | None
    title: str
    text: str = ""
    kind: Literal["past", "planned", "deadline"] = "past"
    late: bool = False
    url: str = ""
    clause: str = ""


@dataclass(frozen=True)
class TaskItem:
    """A row of a task list: a section of a long application, say. Without ``url`` it cannot be started yet."""

    title: str
    url: str = ""
    status: str = ""
    colour: Colour | None = None
    hint: str = ""


@dataclass(frozen=True)
class Column:
    """A column of ``{% data_table %}``: the key of the value in the row, how to show it, where it links to."""

    key: str
    label: str
    kind: Literal["text", "number", "money", "date", "datetime", "due", "state"] = "text"
    link: str = ""  # the key of the address in the row, e.g. "get_absolute_url"
    sort: str = ""  # the value of ?sort= that sorts by this column


@dataclass(frozen=True)
class Row:
    """A row of ``{% summary_list %}``; ``url`` is where it is changed."""

    label: str
    value: object
    url: str = ""
    action: str = "Change"


def value_at(row: Any, key: str) -> Any:
    """``key`` of the row, dotted, of dicts and objects, calling what can be called; "" when there is no key."""
    if not key:
        return ""
    if key == "self_":
        return row
    for part in key.split("."):
        row = row.get(part) if isinstance(row, Mapping) else getattr(row, part, None)
        row = row() if callable(row) and not isinstance(row, type) else row
    return row
