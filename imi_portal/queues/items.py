"""What a queue is made of."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet, TextChoices

from foundation import clock

SOON = dt.timedelta(days=30)
MOST = 15  # of each kind on the page; the list behind it has them all


@dataclass(frozen=True)
class Item:
    """One thing to do, or one thing waited for: what, where, until when, and the clause behind the date."""

    title: str
    url: str
    hint: str = ""
    due_on: dt.date | None = None
    clause: str = ""


@dataclass(frozen=True)
class Figure:
    """A number with its name; ``alarm`` draws it as late."""

    label: str
    value: Any
    url: str = ""
    alarm: bool = False


@dataclass(frozen=True)
class Bar:
    """One row of a drawn board: a label, its share of the longest (0–100), and the figure in words."""

    label: str
    percent: int
    words: str
    url: str = ""
    alarm: bool = False


@dataclass
class Board:
    """A role's home: to do, coming up, waited for, figures, and drawn rows under a title.

    One that is only ``counting`` asks how many there are to do and nothing else, for the bar above every page.
    """

    counting: bool = False
    todo: list[Item] = field(default_factory=list)
    waiting: list[Item] = field(default_factory=list)
    coming: list[Item] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    charts: list[tuple[str, list[Bar]]] = field(default_factory=list)
    more: int = 0
    own: bool = True  # the person's work; a centre's reader is shown what the centre has to do
    empty: str = "What needs you will appear here, most urgent first."

    @property
    def heading(self) -> str:
        return "What you have to do" if self.own else "What your centre has to do"

    @property
    def tasks(self) -> int:
        """How much the person has to do, shown or not."""
        return len(self.todo) + self.more if self.own else 0

    def collect(self, rows: "QuerySet[Any]", item: Callable[[Any], Item]) -> None:
        """Put the first rows of a query on the to-do list and count what is left over."""
        if self.counting:
            self.more += rows.count()
            return
        found = list(rows[: MOST + 1])
        if len(found) > MOST:
            self.more += rows.count() - MOST
        self.todo += [item(row) for row in found[:MOST]]

    def wait_for(self, rows: "QuerySet[Any]", item: Callable[[Any], Item]) -> None:
        if not self.counting:
            self.waiting += [item(row) for row in rows[:MOST]]

    def look_ahead(self, rows: "QuerySet[Any]", item: Callable[[Any], Item]) -> None:
        """What the person will have to do on a day that has not come: shown, not counted."""
        if not self.counting:
            self.coming += [item(row) for row in rows[:MOST]]

    def draw_states(self, title: str, rows: "QuerySet[Any]", states: type[TextChoices]) -> None:
        """Draw how many of the rows are in each state, in the order of the enum; empty states are left out."""
        if self.counting:
            return
        counted = dict(rows.order_by().values_list("state").annotate(number=Count("pk")).values_list("state", "number"))
        drawn = [(state.label, counted[state.value], "") for state in states if counted.get(state.value)]
        if drawn:
            self.charts.append((title, bars(drawn)))

    def sorted(self) -> "Board":
        """Most urgent first: late and soon by their dates, then what has no date, then what has long."""
        soon = clock.today() + SOON
        self.todo.sort(key=lambda item: (_turn(item, soon), item.due_on or dt.date.max))
        self.waiting.sort(key=lambda item: (item.due_on is None, item.due_on or dt.date.max))
        return self


def _turn(item: Item, soon: dt.date) -> int:
    if item.due_on is None:
        return 1
    return 0 if item.due_on <= soon else 2


def bars(rows: Iterable[tuple[str, int, str]], *, unit: str = "") -> list[Bar]:
    """Bars for (label, count, url) rows, scaled to the longest."""
    listed = list(rows)
    longest = max((count for _, count, _ in listed), default=0) or 1
    return [Bar(label, round(100 * count / longest), f"{count}{unit}", url) for label, count, url in listed]
