"""A learner against what is known: the same file again, another spelling, another centre (D1, D2)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from apprentices.rules.columns import LearnerData
from foundation.errors import Problem
from foundation.text import fold


@dataclass(frozen=True)
class KnownLearner:
    """A learner of this centre as it has them."""

    uln: str
    given_names: str
    family_name: str
    date_of_birth: dt.date


@dataclass(frozen=True)
class Known:
    """What is known of the ULNs in hand: this centre's learners, who is registered on the package here, who elsewhere.

    ``elsewhere`` says no more than that: which centre it is must not be told.
    """

    learners: Mapping[str, KnownLearner] = field(default_factory=dict)
    registered: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ReadRow:
    """A row as read: its number in the sheet, the learner (None where a column is wrong), what is wrong so far."""

    number: int
    learner: LearnerData | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class CheckedRow:
    """A row after all checks: good, known (registering it changes nothing) or with problems that stop."""

    number: int
    learner: LearnerData | None
    problems: tuple[Problem, ...]
    known: bool

    @property
    def is_bad(self) -> bool:
        return self.learner is None or any(not problem.warning for problem in self.problems)

    @property
    def is_good(self) -> bool:
        return not self.is_bad and not self.known


def same_person(learner: LearnerData, other: LearnerData | KnownLearner) -> bool:
    """Names alike but for case, accents and punctuation, and the same day of birth."""
    return learner.date_of_birth == other.date_of_birth and fold(learner.full_name) == fold(
        f"{other.given_names} {other.family_name}"
    )


def identity_problems(learner: LearnerData, known: Known) -> list[Problem]:
    """Why this ULN cannot be registered on the package: someone else holds it here, or another centre has it (D2)."""
    held = known.learners.get(learner.uln)
    if held is not None and not same_person(learner, held):
        message = (
            f"This ULN is held here by {held.given_names} {held.family_name}, born {held.date_of_birth:%d/%m/%Y}. "
            "Correct the row, or that learner’s record first."
        )
        return [Problem("uln_other_person", "D2", message, "learner", "uln")]
    if learner.uln in known.elsewhere:
        message = (
            "This learner is already registered on this package by another centre. Each registration is made once — "
            "guidance, Registering learners. Ask the EPA team where the learner has moved to you."
        )
        return [Problem("registered_elsewhere", "D2", message, "epa_team", "uln")]
    return []


def check_file(rows: Iterable[ReadRow], known: Known) -> list[CheckedRow]:
    """Every row of a file against each other and against what is known. Rows in = rows out, in their order (D1, D2)."""
    rows = list(rows)
    twice = _twice(rows)
    checked = []
    for row in rows:
        problems = list(row.problems) + twice.get(row.number, [])
        is_known = False
        if row.learner is not None:
            problems += identity_problems(row.learner, known)
            is_known = row.learner.uln in known.registered and all(problem.warning for problem in problems)
        checked.append(CheckedRow(row.number, row.learner, tuple(problems), is_known))
    return checked


def _twice(rows: list[ReadRow]) -> dict[int, list[Problem]]:
    """Rows whose ULN stands in an earlier row. Where they name different people the first is doubtful as well."""
    firsts: dict[str, ReadRow] = {}
    found: dict[int, list[Problem]] = {}
    for row in rows:
        if row.learner is None:
            continue
        first = firsts.setdefault(row.learner.uln, row)
        if first is row or first.learner is None:
            continue
        if same_person(row.learner, first.learner):
            message = f"This learner stands in row {first.number} already."
        else:
            message = f"Row {first.number} has the same ULN with another name or date of birth."
            other = f"Row {row.number} has the same ULN with another name or date of birth."
            found.setdefault(first.number, []).append(Problem("uln_twice", "D2", other, "", "uln"))
        found.setdefault(row.number, []).append(Problem("uln_twice", "D2", message, "", "uln"))
    return found
