"""D4: reversing a charge."""

import pytest

from centres.rules import reversal_problems


@pytest.mark.clause("D4")
@pytest.mark.parametrize(
    ("is_reversal", "reason", "found"),
    [
        (False, "waived", []),
        (False, " ", ["no_reason"]),
        (True, "waived", ["reverses_reversal"]),
        (True, "", ["reverses_reversal", "no_reason"]),
    ],
)
def test_a_charge_is_taken_back_with_a_reason(is_reversal, reason, found):
    assert [problem.code for problem in reversal_problems(is_reversal=is_reversal, reason=reason)] == found
