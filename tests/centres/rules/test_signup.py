"""A1: who may sign a training provider up."""

import datetime as dt

import pytest

from centres.rules import RegisterFacts, signup_problems, signup_settling_problems

JOINED, LEFT = dt.date(2026, 1, 1), dt.date(2026, 9, 14)
HISTORY = (RegisterFacts(JOINED, left_on=LEFT, not_starting=True),)


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("history", "on", "is_centre", "codes"),
    [
        ((), JOINED, False, ["not_on_register"]),
        (HISTORY, JOINED - dt.timedelta(days=1), False, ["not_on_register"]),
        (HISTORY, JOINED, False, []),  # a warning does not stop it
        (HISTORY, LEFT - dt.timedelta(days=1), False, []),
        (HISTORY, LEFT, False, ["left_register"]),
        (HISTORY, JOINED, True, ["centre_already"]),
        (HISTORY, LEFT, True, ["centre_already"]),
    ],
)
def test_who_may_be_signed_up(history, on, is_centre, codes):
    assert [problem.code for problem in signup_problems(history, on, is_centre=is_centre)] == codes


@pytest.mark.parametrize(("note", "codes"), [("", ["no_reason"]), ("  ", ["no_reason"]), ("Called them.", [])])
def test_settling_says_how(note, codes):
    assert [problem.code for problem in signup_settling_problems(note)] == codes
