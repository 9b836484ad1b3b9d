"""What may be handed in and recorded: on both sides of each boundary."""

import datetime as dt

import pytest

from epa.rules import assessing as rules
from epa.rules.assessing import Criterion, Judgement, Piece
from standards.states import Grade

START, LAST, TODAY = dt.date(2026, 9, 14), dt.date(2026, 12, 14), dt.date(2026, 11, 20)
ONE = dt.timedelta(days=1)
GRADES = ("fail", "pass", "distinction")
CRITERIA = [
    Criterion("P1", "pass"),
    Criterion("P2", "pass"),
    Criterion("D1", "distinction"),
    Criterion("D2", "distinction"),
]


def codes(problems) -> list[str]:
    return [problem.code for problem in problems]


def judged(*met: str) -> dict[str, Judgement]:
    return {row.code: Judgement(row.code in met) for row in CRITERIA}


@pytest.mark.clause("C5")
@pytest.mark.parametrize(
    ("needed", "agreed", "found"),
    [(True, False, ["subject_undecided"]), (True, True, []), (False, False, []), (False, True, [])],
)
def test_a_report_needs_an_agreed_subject(needed, agreed, found):
    assert codes(rules.report_problems(subject_needed=needed, subject_agreed=agreed)) == found


@pytest.mark.clause("C7")
@pytest.mark.parametrize(
    ("count", "found"), [(0, ["piece_count"]), (9, ["piece_count"]), (10, []), (15, []), (16, ["piece_count"])]
)
def test_a_portfolio_has_ten_to_fifteen_pieces(count, found):
    pieces = [Piece(number, f"Piece {number}", False) for number in range(count)]
    assert codes(rules.portfolio_problems(pieces, least=10, most=15)) == found


@pytest.mark.clause("C7")
def test_the_number_of_pieces_is_a_setting():
    pieces = [Piece(number, f"Piece {number}", False) for number in range(4)]
    assert rules.portfolio_problems(pieces, least=3, most=4) == []
    assert codes(rules.portfolio_problems(pieces, least=5, most=6)) == ["piece_count"]


@pytest.mark.clause("C8")
@pytest.mark.parametrize("used", [0, 1, 2])
def test_no_piece_was_assessed_before(used):
    pieces = [Piece(number, f"Piece {number}", number < used) for number in range(10)]
    problems = rules.portfolio_problems(pieces, least=10, most=15)
    assert codes(problems) == ["assessed_before"] * used
    assert [problem.clause for problem in problems] == ["C8"] * used


@pytest.mark.clause("C1", "C3", "C6", "C11")
@pytest.mark.parametrize("clause", ["C1", "C3", "C6", "C11"])
@pytest.mark.parametrize(
    ("held_on", "today", "found"),
    [
        (START, TODAY, []),
        (START - ONE, TODAY, ["before_start"]),
        (LAST, LAST, []),
        (LAST + ONE, LAST + ONE, ["after_window"]),
        (TODAY, TODAY, []),
        (TODAY + ONE, TODAY, ["in_future"]),
    ],
)
def test_the_day_it_was_held_lies_in_its_window(clause, held_on, today, found):
    problems = rules.held_problems(held_on, today=today, starts_on=START, held_by=LAST, clause=clause)
    assert [(problem.code, problem.clause) for problem in problems] == [(code, clause) for code in found]


@pytest.mark.parametrize(
    ("met", "grade"),
    [
        ((), "fail"),
        (("P1",), "fail"),
        (("P1", "D1", "D2"), "fail"),
        (("P1", "P2"), "pass"),
        (("P1", "P2", "D1"), "pass"),
        (("P1", "P2", "D1", "D2"), "distinction"),
    ],
)
def test_the_grade_follows_from_the_criteria(met, grade):
    assert rules.earned_grade(GRADES, CRITERIA, judged(*met)) == grade
    for given in GRADES:
        expected = [] if given == grade else ["grade_not_earned"]
        assert codes(rules.grade_problems(given, GRADES, CRITERIA, judged(*met), "Feedback")) == expected


def test_a_merit_stands_between():
    criteria = [Criterion("P1", "pass"), Criterion("M1", "merit"), Criterion("D1", "distinction")]
    grades = ("fail", "pass", "merit", "distinction")
    met = {"P1": Judgement(True), "M1": Judgement(True), "D1": Judgement(False)}
    assert rules.earned_grade(grades, criteria, met) == "merit"
    assert rules.earned_grade(grades, criteria, {**met, "M1": Judgement(False), "D1": Judgement(True)}) == "pass"
    assert rules.earned_grade(("fail", "pass"), criteria, met) == "pass"


def test_only_the_component_s_own_grades():
    assert codes(rules.grade_problems("merit", GRADES, CRITERIA, judged("P1", "P2"), "")) == ["unknown_grade"]


def test_every_criterion_is_judged():
    some = {"P1": Judgement(True), "P2": Judgement(True)}
    problems = rules.grade_problems("pass", GRADES, CRITERIA, some, "")
    assert [(problem.code, problem.field) for problem in problems] == [
        ("not_judged", "met_D1"),
        ("not_judged", "met_D2"),
    ]


@pytest.mark.clause("C14")
@pytest.mark.parametrize(
    ("met", "grade", "feedback", "found"),
    [
        ((), "fail", "", ["no_feedback"]),
        ((), "fail", " ", ["no_feedback"]),
        ((), "fail", "Why", []),
        (("P1", "P2"), "pass", "", []),
    ],
)
def test_a_fail_says_why(met, grade, feedback, found):
    assert codes(rules.grade_problems(grade, GRADES, CRITERIA, judged(*met), feedback)) == found


@pytest.mark.clause("C4", "C7")
@pytest.mark.parametrize(
    ("grade", "name", "handed_in", "found"),
    [
        ("pass", "Project report", False, ["nothing_submitted"]),
        ("pass", "Project report", True, []),
        ("fail", "Project report", False, []),
        ("pass", "", False, []),
    ],
)
def test_nothing_handed_in_can_only_fail(grade, name, handed_in, found):
    assert codes(rules.submission_missing(grade, submission_name=name, handed_in=handed_in, clause="C4")) == found


@pytest.mark.clause("C13")
@pytest.mark.parametrize(
    ("raw", "first", "lifted", "best", "counts"),
    [
        ("distinction", True, False, "pass", "distinction"),
        ("distinction", False, False, "pass", "pass"),
        ("distinction", False, True, "pass", "distinction"),
        ("pass", False, False, "pass", "pass"),
        ("fail", False, False, "pass", "fail"),
        ("distinction", False, False, "merit", "merit"),
        ("merit", False, False, "merit", "merit"),
        ("pass", False, False, "merit", "pass"),
    ],
)
def test_a_resit_gets_at_most_a_pass(raw, first, lifted, best, counts):
    every = [grade.value for grade in Grade]
    assert rules.capped(raw, first=first, best=best, lifted=lifted, grades=every) == counts


@pytest.mark.clause("C13")
@pytest.mark.parametrize(
    ("grades", "best", "counts"),
    [
        (["fail", "pass", "distinction"], "merit", "pass"),
        (["fail", "pass", "merit", "distinction"], "merit", "merit"),
        (["fail", "pass", "distinction"], "distinction", "distinction"),
        (["fail", "distinction"], "pass", "fail"),
    ],
)
def test_a_cap_the_component_does_not_have_means_the_grade_below_it(grades, best, counts):
    assert rules.capped("distinction", first=False, best=best, lifted=False, grades=grades) == counts


@pytest.mark.clause("C13")
@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, []),
        ({"first": True}, ["first_attempt"]),
        ({"reason": " "}, ["no_reason"]),
        ({"proposed": True}, ["proposed_already"]),
        ({"lifted": True}, ["proposed_already"]),
    ],
)
def test_an_exception_is_proposed_with_a_reason(facts, found):
    usual = {"first": False, "reason": "Bereavement", "proposed": False, "lifted": False}
    assert codes(rules.cap_lift_problems(**{**usual, **facts})) == found


@pytest.mark.clause("C13")
@pytest.mark.parametrize(
    ("proposed_by", "granting", "lifted", "found"),
    [
        (1, 2, False, []),
        (1, 1, False, ["same_person"]),
        (1, None, False, ["same_person"]),
        (None, 2, False, ["not_proposed"]),
        (1, 2, True, ["granted_already"]),
    ],
)
def test_a_second_person_grants_it(proposed_by, granting, lifted, found):
    problems = rules.second_person_problems(proposed_by=proposed_by, granting=granting, lifted=lifted)
    assert codes(problems) == found
