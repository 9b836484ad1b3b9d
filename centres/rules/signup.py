"""Who may sign a training provider up as a centre (A1)."""

import datetime as dt
from collections.abc import Sequence

from centres.rules.providers import RegisterFacts, register_problems
from foundation.errors import Problem


def signup_problems(history: Sequence[RegisterFacts], on: dt.date, *, is_centre: bool) -> list[Problem]:
    """What stands against signing the provider up on that day: not on the register, or a centre already (A1)."""
    if is_centre:
        message = "This provider is a centre already. Ask its portal contact to invite you."
        return [Problem("centre_already", "A1", message, "signup", "ukprn")]
    return [problem for problem in register_problems(history, on) if not problem.warning]


def signup_settling_problems(note: str) -> list[Problem]:
    """Whoever settles a sign-up says how it was checked, or why it is turned down."""
    if note.strip():
        return []
    return [Problem("no_reason", "A1", "Say how you have checked it, or why you turn it down.", "signup", "reason")]
