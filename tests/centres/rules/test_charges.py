"""Credit notes and exports, both sides of each boundary (D4)."""

from decimal import Decimal

import pytest

from centres.rules import credit_problems, export_problems

pytestmark = pytest.mark.clause("D4")


@pytest.mark.parametrize(
    ("amount", "left", "is_credit", "reason", "found"),
    [
        ("450.00", "450.00", False, "waived", []),
        ("450.01", "450.00", False, "waived", ["more_than_left"]),
        ("0.01", "450.00", False, "waived", []),
        ("0.00", "450.00", False, "waived", ["no_amount"]),
        ("-1.00", "450.00", False, "waived", ["no_amount"]),
        ("100.00", "99.99", False, "waived", ["more_than_left"]),
        ("1.00", "450.00", False, " ", ["no_reason"]),
        ("1.00", "-450.00", True, "waived", ["credits_credit"]),
        ("1.00", "-450.00", True, "", ["credits_credit", "no_reason"]),
    ],
)
def test_what_a_credit_note_needs(amount, left, is_credit, reason, found):
    problems = credit_problems(is_credit=is_credit, amount=Decimal(amount), left=Decimal(left), reason=reason)
    assert [problem.code for problem in problems] == found


@pytest.mark.parametrize(("waiting", "found"), [(0, ["nothing_to_export"]), (1, [])])
def test_an_export_has_a_line(waiting, found):
    assert [problem.code for problem in export_problems(waiting)] == found
