"""Who may assess whom, and when: on both sides of each boundary."""

import datetime as dt
from dataclasses import replace

import pytest

from epa.rules import arranging as rules
from foundation.clock import LONDON

START, LAST, TODAY = dt.date(2026, 9, 14), dt.date(2026, 12, 14), dt.date(2026, 9, 20)
ONE = dt.timedelta(days=1)


def slot(day: dt.date = dt.date(2026, 11, 20), hour: int = 10, minute: int = 0, **changes) -> rules.Slot:
    at = dt.datetime.combine(day, dt.time(hour, minute), tzinfo=LONDON)
    made = rules.Slot(
        key=7, name="Observation", at=at, day=day, starts_on=START, held_by=LAST, clause="C1", place="Garage"
    )
    return replace(made, **changes)


def person(**changes) -> rules.Person:
    return replace(rules.Person(name="Sam", is_assessor=True, covers=True), **changes)


def codes(problems) -> list[str]:
    return [problem.code for problem in problems]


@pytest.mark.clause("C1", "C3", "C6", "C9", "C11")
@pytest.mark.parametrize("clause", ["C1", "C3", "C6", "C11"])
@pytest.mark.parametrize(
    ("day", "today", "found"),
    [
        (START, START, []),
        (START - ONE, START - ONE, ["too_early"]),
        (LAST, TODAY, []),
        (LAST + ONE, TODAY, ["too_late"]),
        (TODAY, TODAY, []),
        (TODAY - ONE, TODAY, ["in_the_past"]),
    ],
)
def test_a_date_lies_in_its_window_and_not_in_the_past(clause, day, today, found):
    problems = rules.window_problems(slot(day, clause=clause), today)
    assert codes(problems) == found
    assert [(problem.clause, problem.field) for problem in problems] == [(clause, "at_7")] * len(found)


def test_a_refusal_names_the_day_the_limit_and_the_section():
    problem = rules.window_problems(slot(LAST + ONE), TODAY)[0]
    assert problem.message == (
        "Observation: Tue 15 Dec 2026 is after the last possible day, Mon 14 Dec 2026 "
        "— guidance, Practical observation."
    )


@pytest.mark.clause("E2")
@pytest.mark.parametrize(
    ("days", "practical", "found"),
    [(89, True, ["too_short_notice"]), (90, True, []), (91, True, []), (1, False, [])],
)
def test_the_practical_is_ninety_days_after_the_request(days, practical, found):
    requested_on = dt.date(2026, 8, 1)
    one = slot(requested_on + dt.timedelta(days=days), is_practical=practical)
    assert codes(rules.notice_problems(one, requested_on, 90)) == found


@pytest.mark.clause("E2")
def test_the_notice_is_a_setting():
    one = slot(dt.date(2026, 10, 1), is_practical=True)
    assert codes(rules.notice_problems(one, dt.date(2026, 9, 1), 30)) == []
    assert codes(rules.notice_problems(one, dt.date(2026, 9, 1), 31)) == ["too_short_notice"]


@pytest.mark.clause("C4", "C7")
@pytest.mark.parametrize("clause", ["C4", "C7"])
@pytest.mark.parametrize(
    ("submit_by", "handed_in", "found"),
    [
        (None, False, []),
        (TODAY + ONE, False, []),
        (TODAY, False, []),
        (TODAY - ONE, False, ["no_time_to_submit"]),
        (TODAY - ONE, True, []),
    ],
)
def test_a_date_leaves_time_to_hand_in(clause, submit_by, handed_in, found):
    one = slot(submit_by=submit_by, handed_in=handed_in, submission_name="Project report", submission_clause=clause)
    problems = rules.submission_problems(one, TODAY)
    assert codes(problems) == found
    assert [problem.clause for problem in problems] == [clause] * len(found)


@pytest.mark.clause("C1")
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"is_assessor": False}, ["not_assessor"]),
        ({"covers": False}, ["not_covered"]),
        ({"is_assessor": False, "covers": False}, ["not_assessor"]),
        ({"ties": ("has an interest in the apprentice",)}, ["not_independent"]),
        ({"ties": ("one", "other")}, ["not_independent", "not_independent"]),
    ],
)
def test_the_assessor_is_independent_and_down_for_the_version(changes, found):
    assert codes(rules.person_problems(slot(), person(**changes))) == found


@pytest.mark.parametrize(
    ("hour", "minute", "found"),
    [(9, 0, []), (9, 1, ["double_booked"]), (10, 0, ["double_booked"]), (10, 59, ["double_booked"]), (11, 0, [])],
)
def test_an_assessor_is_not_in_two_places(hour, minute, found):
    busy = slot(hour=hour, minute=minute).at
    assert codes(rules.person_problems(slot(), person(busy=(busy,)))) == found


def test_an_apprentice_is_not_at_two_components_at_once():
    one, other = slot(), slot(hour=10, minute=30, key=8, name="Discussion")
    assert [problem.field for problem in rules.apprentice_problems([other, one])] == ["at_8"]
    assert rules.apprentice_problems([one, slot(hour=11)]) == []
    assert rules.apprentice_problems([one]) == []


@pytest.mark.clause("C1")
def test_ties_in_words():
    nothing = {"centre_interest": False, "employer_interest": False, "apprentice_interest": False, "role": ""}
    assert rules.tie_words(centre="Centre", employer="Firm", **nothing) == ()
    everything = {"centre_interest": True, "employer_interest": True, "apprentice_interest": True}
    assert rules.tie_words(centre="Centre", employer="Firm", role="owner of Centre", **everything) == (
        "is owner of Centre",
        "has an interest in the centre Centre",
        "has an interest in the employer Firm",
        "has an interest in the apprentice",
    )


def test_every_component_and_a_place_are_needed():
    assert codes(rules.completeness_problems([(3, "Discussion")])) == ["not_arranged"]
    assert rules.completeness_problems([]) == []
    assert codes(rules.place_problems(slot(place=" "))) == ["no_place"]
    assert rules.place_problems(slot()) == []


def test_everything_wrong_is_said_at_once():
    wrong = slot(LAST + ONE, place="", is_practical=True)
    found = rules.arranging_problems(
        [(wrong, person(is_assessor=False))], today=TODAY, requested_on=LAST, notice_days=90
    )
    assert codes(found) == ["no_place", "too_late", "too_short_notice", "not_assessor"]
    resit = rules.arranging_problems([(wrong, person())], today=TODAY, requested_on=None, notice_days=90)
    assert codes(resit) == ["no_place", "too_late"]
