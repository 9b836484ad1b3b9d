"""A learner against what is known, and a whole file: nothing is lost on the way."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apprentices.rules import Known, KnownLearner, LearnerData, ReadRow, check_file, identity_problems
from foundation.errors import Problem

LEARNER = LearnerData("1061484016", "Zoë", "O’Brien", dt.date(2001, 2, 28), "H", dt.date(2025, 1, 6))
HELD = KnownLearner("1061484016", "Zoe", "OBRIEN", dt.date(2001, 2, 28))


def codes(known, learner=LEARNER):
    return [one.code for one in identity_problems(learner, known)]


@pytest.mark.clause("D2")
def test_identity():
    assert codes(Known()) == []
    assert codes(Known({HELD.uln: HELD})) == []  # case, accents and apostrophes are no other person
    assert codes(Known({HELD.uln: replace(HELD, family_name="Brown")})) == ["uln_other_person"]
    assert codes(Known({HELD.uln: replace(HELD, date_of_birth=dt.date(2001, 2, 27))})) == ["uln_other_person"]
    assert codes(Known(elsewhere=frozenset({HELD.uln}))) == ["registered_elsewhere"]
    assert codes(Known({HELD.uln: HELD}, registered=frozenset({HELD.uln}))) == []


@pytest.mark.clause("D2")
def test_what_is_known():
    known = Known({HELD.uln: HELD}, registered=frozenset({HELD.uln}))
    (row,) = check_file([ReadRow(2, LEARNER)], known)
    assert (row.known, row.is_bad, row.is_good) == (True, False, False)
    (row,) = check_file([ReadRow(2, LEARNER)], Known({HELD.uln: HELD}))
    assert (row.known, row.is_bad, row.is_good) == (False, False, True)
    (row,) = check_file([ReadRow(2, replace(LEARNER, given_names="Ann"))], known)
    assert (row.known, row.is_bad, row.is_good) == (False, True, False)


@pytest.mark.clause("D2")
def test_twice_in_a_file():
    other = replace(LEARNER, uln="9276308686")
    rows = check_file([ReadRow(2, LEARNER), ReadRow(3, other), ReadRow(5, LEARNER), ReadRow(6, LEARNER)], Known())
    assert [row.is_good for row in rows] == [True, True, False, False]
    assert [one.message for one in rows[2].problems] == ["This learner stands in row 2 already."]


@pytest.mark.clause("D2")
def test_one_number_for_two_people_makes_both_doubtful():
    rows = check_file([ReadRow(2, LEARNER), ReadRow(9, replace(LEARNER, given_names="Ann"))], Known())
    assert [row.is_bad for row in rows] == [True, True]
    assert [row.problems[0].message for row in rows] == [
        "Row 9 has the same ULN with another name or date of birth.",
        "Row 2 has the same ULN with another name or date of birth.",
    ]


def test_a_warning_does_not_stop():
    asks = Problem("unusual_age", "D1", "Look again.", warning=True)
    (row,) = check_file([ReadRow(2, LEARNER, (asks,))], Known())
    assert row.is_good
    (row,) = check_file([ReadRow(2, LEARNER, (asks,))], Known({HELD.uln: HELD}, frozenset({HELD.uln})))
    assert row.known


ULNS = ["1061484016", "9276308686", "1061487856", "1004014316"]
ULN = st.sampled_from(ULNS)
ROWS = st.lists(st.tuples(st.none() | ULN, st.sampled_from(["Ann", "Zoë"]), st.booleans()), max_size=30)


@pytest.mark.clause("D1", "D2")
@given(ROWS, st.frozensets(ULN), st.frozensets(ULN))
def test_rows_in_are_good_known_and_bad(cells, registered, elsewhere):
    """Every row comes out once, as exactly one of the three; no ULN is good twice, nor good and known."""
    stops = Problem("x", "D1", "x")
    rows = [
        ReadRow(
            number, replace(LEARNER, uln=uln, given_names=name) if uln else None, (stops,) if bad or not uln else ()
        )
        for number, (uln, name, bad) in enumerate(cells, 2)
    ]
    known = Known({uln: replace(HELD, uln=uln) for uln in registered}, registered, elsewhere - registered)
    checked = check_file(rows, known)
    assert [row.number for row in checked] == [row.number for row in rows]
    assert all([row.is_good, row.known, row.is_bad].count(True) == 1 for row in checked)
    good = [row.learner.uln for row in checked if row.is_good]
    assert len(good) == len(set(good))
    assert not set(good) & (registered | elsewhere)
