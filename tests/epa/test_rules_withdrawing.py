"""What an assessment is withdrawn for, and what has to be done first."""

import pytest

from epa.rules import withdrawing as rules


@pytest.mark.clause("E4")
@pytest.mark.parametrize(
    ("number", "found"), [("", []), ("BK-26-000017", [("booking_confirmed", "E4", "booking", "", False)])]
)
def test_a_confirmed_booking_is_cancelled_first(number: str, found: list[tuple]) -> None:
    problems = rules.booking_problems(number)
    assert [(one.code, one.clause, one.where, one.field, one.warning) for one in problems] == found
    assert all(number in one.message and "Cancel the booking first" in one.message for one in problems)


@pytest.mark.clause("E1", "E4")
@pytest.mark.parametrize(
    ("reason", "number", "codes"),
    [
        ("Left the employer", "", []),
        ("", "", ["reason"]),
        (" \n ", "", ["reason"]),
        ("Left the employer", "BK-26-000017", ["booking_confirmed"]),
        ("", "BK-26-000017", ["booking_confirmed", "reason"]),
    ],
)
def test_all_that_is_wrong_at_once(reason: str, number: str, codes: list[str]) -> None:
    problems = rules.withdrawal_problems(reason=reason, confirmed_booking=number)
    assert [one.code for one in problems] == codes
