"""The learner number's check digit, both sides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apprentices.rules import check_digit, uln_problem

NINE = st.text("0123456789", min_size=9, max_size=9)


@pytest.mark.clause("D1")
@pytest.mark.parametrize("uln", ["9276308686", "1061484016", "1061487856", "1004014316", "1002327805"])
def test_right(uln):
    assert uln_problem(uln) is None


@pytest.mark.clause("D1")
@pytest.mark.parametrize(
    ("uln", "code"),
    [
        ("1234567890", "uln_check_digit"),
        ("9876543210", "uln_check_digit"),
        ("1002327800", "uln_check_digit"),
        ("1061484935", "uln_check_digit"),
        ("1061484017", "uln_check_digit"),
        ("1061484061", "uln_check_digit"),
        ("9999999999", "uln_temporary"),
        ("106148401", "wrong_length"),
        ("10614840160", "wrong_length"),
        ("", "wrong_length"),
    ],
)
def test_wrong(uln, code):
    assert uln_problem(uln).code == code


@pytest.mark.clause("D1")
def test_rest_of_nothing_has_no_check_digit():
    """Nine digits whose weighted sum leaves nothing begin no ULN, whatever the tenth is."""
    assert check_digit("000000000") is None
    assert [uln_problem(f"000000000{tenth}").code for tenth in range(10)] == ["uln_check_digit"] * 10


@given(NINE)
def test_of_ten_endings_at_most_one_is_right(nine):
    right = [tenth for tenth in "0123456789" if nine + tenth != "9999999999" and uln_problem(nine + tenth) is None]
    digit = check_digit(nine)
    assert right == ([] if digit is None or nine + str(digit) == "9999999999" else [str(digit)])


@given(NINE, st.integers(0, 9), st.integers(1, 9))
def test_one_digit_mistyped_is_seen(nine, place, by):
    digit = check_digit(nine)
    if digit is None:
        return
    uln = f"{nine}{digit}"
    changed = uln[:place] + str((int(uln[place]) + by) % 10) + uln[place + 1 :]
    assert uln_problem(changed) is not None


@given(NINE)
def test_ten_digits_weighted_ten_to_one_leave_ten(nine):
    """The other way of saying it, of the HESA page on ULNs."""
    digit = check_digit(nine)
    if digit is not None:
        total = sum(weight * int(figure) for weight, figure in zip(range(10, 0, -1), f"{nine}{digit}", strict=True))
        assert total % 11 == 10


def test_sandbox_learners_where_the_setting_says_so():
    assert uln_problem("1002327800", exempt_prefix="10023278") is None
    assert uln_problem("1002327800").code == "uln_check_digit"
    assert uln_problem("1061484017", exempt_prefix="10023278").code == "uln_check_digit"
    assert uln_problem("100232780", exempt_prefix="10023278").code == "wrong_length"
