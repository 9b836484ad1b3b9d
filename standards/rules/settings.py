"""A version's settings as one value that travels into rules, and the pure questions about it."""

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from foundation.errors import Problem, Refused
from standards.states import Grade

LEVELS = ("E1", "E2", "E3", "1", "2", "3")  # of English and maths, lowest first


class Dated(Protocol):
    """Something in force from a day to a day, both included; no last day means until further notice."""

    @property
    def valid_from(self) -> dt.date: ...

    @property
    def valid_to(self) -> dt.date | None: ...


DatedRow = TypeVar("DatedRow", bound=Dated)


@dataclass(frozen=True)
class CriterionSettings:
    """A criterion of a component; ``needed_for`` is the lowest grade that needs it."""

    code: str
    text: str
    needed_for: str


@dataclass(frozen=True)
class ComponentSettings:
    """One assessment method. ``grades`` lowest first; months and days as the clauses count them; None: not asked."""

    code: str
    name: str
    order: int
    grades: tuple[str, ...]
    window_months: int
    is_practical: bool = False
    submission_name: str = ""
    submission_days_before: int | None = None
    submission_within_months: int | None = None
    evidence_min: int | None = None
    evidence_max: int | None = None
    subject_agreed: bool = False
    rework_months: int | None = None
    criteria: tuple[CriterionSettings, ...] = ()

    @property
    def has_submission(self) -> bool:
        return bool(self.submission_name)

    @property
    def wants_pieces(self) -> bool:
        """Whether what is handed in is a number of pieces of evidence rather than one document (C7)."""
        return self.evidence_min is not None


@dataclass(frozen=True)
class AttainmentRuleSettings:
    """What counts as English or maths on one route, from a day to a day (B4). Empty level: not required."""

    subject: str
    route: str
    minimum_level: str
    valid_from: dt.date
    valid_to: dt.date | None = None


@dataclass(frozen=True)
class VersionSettings:
    """Every figure that a clause calls a setting, with the components and the grade table of the version."""

    reference: str
    version: str
    name: str
    level: int
    lars_code: int
    assessment_service_version: str
    assessment_plan: str
    guidance: str
    opens_on: dt.date
    closes_on: dt.date | None
    min_programme_months: int
    min_off_the_job_percent: int
    booking_notice_days: int
    late_cancellation_days: int
    epa_months: int
    resit_months: int
    resit_best_grade: str
    result_working_days: int
    review_working_days: int
    components: tuple[ComponentSettings, ...]
    attainment_rules: tuple[AttainmentRuleSettings, ...]
    grade_table: Mapping[str, str]
    grade_table_confirmed: bool

    @property
    def short(self) -> str:
        return f"{self.reference}/{self.version}"

    @property
    def practical(self) -> ComponentSettings | None:
        """The component to whose date the notice of a booking counts (E2)."""
        return next((component for component in self.components if component.is_practical), None)

    def component(self, code: str) -> ComponentSettings:
        """The component of that code; KeyError when the version has none."""
        for component in self.components:
            if component.code == code:
                return component
        raise KeyError(code)


def grade_key(grades: Mapping[str, str]) -> str:
    """The grade table's key for grades by component code: ``DIS=pass;OBS=pass;PRJ=distinction``."""
    return ";".join(f"{code}={grades[code]}" for code in sorted(grades))


def overall_grade(table: Mapping[str, str], grades: Mapping[str, str]) -> Grade:
    """What the components' grades make overall. A combination without a row is refused, never worked out."""
    key = grade_key(grades)
    if key not in table:
        message = f"The grade table has no row for “{key}”. Its catalogue file has to be loaded (load_standards)."
        raise Refused([Problem("no_grade_row", "", message, where="grade_table")])
    return Grade(table[key])


def grade_row_problems(key: str, overall: str, *, loaded: str) -> list[Problem]:
    """What is wrong with a changed line of the grade table: with a failed component it is a fail.

    ``loaded`` is what the catalogue file says of the combination: what stands there may stand here.
    """
    failed = sorted(part.split("=")[0] for part in key.split(";") if part.endswith(f"={Grade.FAIL.value}"))
    if not failed or overall in {Grade.FAIL, loaded}:
        return []
    message = f"With a fail in {', '.join(failed)} the overall grade is a fail."
    return [Problem("fail_passed", "", message, where="grade_table", field="overall")]


def grade_combinations(components: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """Every combination of grades of the components (code → grades it can be given)."""
    codes = sorted(components)
    return [
        dict(zip(codes, grades, strict=True)) for grades in itertools.product(*(components[code] for code in codes))
    ]


def in_force(row: Dated, day: dt.date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)


def price_on(prices: Iterable[DatedRow], day: dt.date) -> DatedRow | None:
    """The line in force on a day (D4); of several the one that began last; None before the first and in a gap."""
    valid = [price for price in prices if in_force(price, day)]
    return max(valid, key=lambda price: price.valid_from, default=None)


def valid_attainment_rules(rules: Iterable[AttainmentRuleSettings], day: dt.date) -> list[AttainmentRuleSettings]:
    """The rules for English and maths on a day (B4), one for each subject and route: the one that began last."""
    by_route: dict[tuple[str, str], list[AttainmentRuleSettings]] = {}
    for rule in rules:
        by_route.setdefault((rule.subject, rule.route), []).append(rule)
    chosen = (price_on(same, day) for _, same in sorted(by_route.items()))
    return [rule for rule in chosen if rule is not None]


def reaches(level: str, minimum: str) -> bool:
    """Whether a level of English or maths is at least the minimum (B4); an empty minimum is always reached."""
    if not minimum:
        return True
    return level in LEVELS and LEVELS.index(level) >= LEVELS.index(minimum)
