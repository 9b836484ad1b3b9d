"""What registering, withdrawing and recording attainments ask for."""

import datetime as dt
from collections.abc import Iterable

from foundation.errors import Problem
from foundation.text import fold
from standards.rules import LEVELS
from standards.states import Route, Subject

LONGEST_SEARCH = 300


def declaration_problems(declared_by: str) -> list[Problem]:
    """The centre declares, by a named person, that the package is the right one (D3)."""
    if declared_by.strip():
        return []
    message = (
        "Somebody has to declare that the learners are registered on the right package; it is the centre’s "
        "responsibility — guidance, Registering learners."
    )
    return [Problem("not_declared", "D3", message, "declaration", "declared_by")]


def no_package_problems(*, has_package: bool) -> list[Problem]:
    """Registration opens with a countersigned contract (A8)."""
    if has_package:
        return []
    message = (
        "No EPA contract is in force. Next: apply for approval. Apprentices can be registered once the signed contract "
        "has been returned and IMI has checked it — guidance, Approval process."
    )
    return [Problem("no_contract", "A8", message, "apply", "package")]


def price_problems(package_code: str, *, has_price: bool) -> list[Problem]:
    """The price of the day is fixed with the registration, so there has to be one (D4)."""
    if has_price:
        return []
    message = f"The price list has no price for {package_code} today. The EPA team has to add it first."
    return [Problem("no_price", "D4", message, "price_list", "package")]


def withdrawal_problems(reason: str) -> list[Problem]:
    """A registration is withdrawn for a reason (D3)."""
    if reason.strip():
        return []
    return [Problem("no_reason", "D3", "Say why the registration is withdrawn.", "reason", "reason")]


def assessment_problems(state: str, *, can_withdraw: bool) -> list[Problem]:
    """A registration does not leave its end-point assessment behind (E1): ``state`` is that one's.

    One that was closed without a pass is over: the registration can go, so that the learner can be registered again.
    """
    if state in {"withdrawn", "closed"}:
        return []
    if can_withdraw:
        message = "Its end-point assessment has begun; withdraw that, and the registration goes with it."
        return [Problem("assessment_begun", "E1", message, "assessment")]
    message = "Its end-point assessment has been held, so the registration can no longer be withdrawn."
    return [Problem("assessment_held", "E1", message)]


def attainment_problems(
    *, subject: str, route: str, level: str, qualification: str, achieved_on: dt.date, born: dt.date, today: dt.date
) -> list[Problem]:
    """English or maths as it is recorded; whether it is enough the gateway decides (B4)."""
    problems = []
    if subject not in Subject.values:
        problems.append(Problem("subject", "B4", "The subject is English or maths.", "", "subject"))
    if route not in Route.values:
        problems.append(Problem("route", "B4", "Choose how the subject was met.", "", "route"))
    elif route == Route.BSL and subject != Subject.ENGLISH:
        message = "British Sign Language stands for English, not for maths — guidance, Functional Skills or equivalent."
        problems.append(Problem("bsl_maths", "B4", message, "", "route"))
    if level not in LEVELS:
        problems.append(Problem("level", "B4", f"The level is one of {', '.join(LEVELS)}.", "", "level"))
    if not qualification.strip():
        problems.append(
            Problem("qualification", "B4", "Name the qualification, such as GCSE English.", "", "qualification")
        )
    if achieved_on > today:
        problems.append(Problem("achieved_later", "B4", "The day of achieving is in the future.", "", "achieved_on"))
    elif achieved_on <= born:
        problems.append(
            Problem("achieved_before_birth", "B4", "That is before the learner was born.", "", "achieved_on")
        )
    return problems


def correction_problems(*, changed: bool, reason: str) -> list[Problem]:
    """What is on record is changed for a reason; a certificate that was missing is simply added (B4)."""
    if not changed or reason.strip():
        return []
    return [Problem("no_reason", "B4", "Say why the record is changed; its history keeps the reason.", "", "reason")]


def search_text(given_names: str, family_name: str, uln: str, numbers: Iterable[str]) -> str:
    """What the search box looks in: names, ULN and registration numbers, folded."""
    return fold(" ".join([family_name, given_names, uln, *numbers]))[:LONGEST_SEARCH]


def search_words(query: str) -> list[str]:
    """The folded words of a query; every one has to begin a word of the learner's text."""
    return fold(query)[:100].split()
