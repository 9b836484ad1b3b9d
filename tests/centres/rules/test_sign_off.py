"""A6: questions to the centre, and the second person who confirms an approval."""

import datetime as dt

import pytest

from centres.rules import (
    SignOffFacts,
    left_lately,
    question_problems,
    second_person_problems,
    sign_off_problems,
    unsettled_problems,
)

TODAY = dt.date(2026, 9, 14)
DAY = dt.timedelta(days=1)
FIRST, SECOND = 1, 2


def codes(problems) -> list[str]:
    assert {problem.clause for problem in problems} <= {"A6"}
    return [problem.code for problem in problems]


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (SignOffFacts(needed=False), []),
        (SignOffFacts(needed=True), ["sign_off_missing"]),
        (SignOffFacts(needed=True, waiting=True), ["sign_off_waiting"]),
        (SignOffFacts(needed=True, confirmed=["ASP", "EPA"], confirmed_by=SECOND), []),
        (SignOffFacts(needed=True, confirmed=["ASP"], confirmed_by=SECOND), ["sign_off_missing"]),
        # Who confirmed has been given the application since: somebody else has to.
        (SignOffFacts(needed=True, confirmed=["ASP", "EPA"], confirmed_by=FIRST), ["sign_off_missing"]),
    ],
)
def test_an_approval_that_needs_a_second_person_has_one(facts, found):
    assert codes(sign_off_problems(facts, ["ASP", "EPA"], FIRST)) == found


@pytest.mark.clause("A6")
def test_what_was_confirmed_covers_a_part_of_it():
    facts = SignOffFacts(needed=True, confirmed=["ASP", "EPA"], confirmed_by=SECOND)
    assert sign_off_problems(facts, ["EPA"], FIRST) == []


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("is_reviewer", "declared", "interests", "member", "found"),
    [
        (False, True, [], False, []),
        (True, True, [], False, ["second_is_first"]),
        (False, False, [], False, ["interest_not_declared"]),
        (False, True, ["owns a share"], False, ["reviewer_has_interest"]),
        (False, True, [], True, ["reviewer_is_member"]),
    ],
)
def test_the_second_person_is_somebody_else_without_an_interest(is_reviewer, declared, interests, member, found):
    assert codes(second_person_problems(is_reviewer, declared, interests, member)) == found


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("left_on", "barred"),
    [
        (dt.date(2024, 9, 15), True),
        (dt.date(2024, 9, 14), False),
        (dt.date(2024, 1, 1), False),
        (TODAY, True),
    ],
)
def test_who_left_a_centre_is_barred_for_its_months(left_on, barred):
    assert left_lately(left_on, TODAY, 24) is barred


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("section", "text", "due_on", "found"),
    [
        ("staffing", "Who?", TODAY + DAY, []),
        ("staffing", "Who?", TODAY, ["question_due_passed"]),
        ("staffing", "  ", TODAY + DAY, ["no_question"]),
        ("weather", "Who?", TODAY + DAY, ["no_section"]),
    ],
)
def test_a_question_has_a_section_a_text_and_a_day_to_come(section, text, due_on, found):
    assert codes(question_problems(section, ["staffing"], text, due_on, TODAY)) == found


@pytest.mark.clause("A6")
def test_every_question_is_settled_before_an_approval():
    assert codes(unsettled_problems(["Who?", "When?"])) == ["question_not_settled"] * 2
    assert unsettled_problems([]) == []
