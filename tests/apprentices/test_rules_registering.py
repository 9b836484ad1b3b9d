"""Declaration, price, attainments, search text."""

import datetime as dt

import pytest

from apprentices import rules

DAY = dt.date
ENGLISH = {
    "subject": "english",
    "route": "standard",
    "level": "2",
    "qualification": "GCSE English",
    "achieved_on": DAY(2020, 8, 20),
    "born": DAY(2001, 2, 28),
    "today": DAY(2026, 9, 14),
}


@pytest.mark.clause("D3")
@pytest.mark.parametrize(("name", "codes"), [("Robin Owner", []), ("", ["not_declared"]), ("  ", ["not_declared"])])
def test_declaration(name, codes):
    assert [one.code for one in rules.declaration_problems(name)] == codes


@pytest.mark.clause("D4")
def test_price():
    assert rules.price_problems("AS-CSS-EPA", has_price=True) == []
    (problem,) = rules.price_problems("AS-CSS-EPA", has_price=False)
    assert (problem.code, problem.clause) == ("no_price", "D4")


@pytest.mark.clause("A8")
def test_no_package():
    assert rules.no_package_problems(has_package=True) == []
    assert [one.clause for one in rules.no_package_problems(has_package=False)] == ["A8"]


def test_withdrawal_needs_a_reason():
    assert rules.withdrawal_problems("Left the employer") == []
    assert [one.code for one in rules.withdrawal_problems(" ")] == ["no_reason"]


@pytest.mark.clause("E1")
@pytest.mark.parametrize(
    ("state", "can_withdraw", "found"),
    [
        ("withdrawn", False, []),
        ("preparing", True, [("assessment_begun", "E1", "assessment")]),
        ("in_period", True, [("assessment_begun", "E1", "assessment")]),
        ("result_due", False, [("assessment_held", "E1", "")]),
        ("closed", False, []),
    ],
)
def test_an_assessment_is_not_left_behind(state, can_withdraw, found):
    problems = rules.assessment_problems(state, can_withdraw=can_withdraw)
    assert [(one.code, one.clause, one.where) for one in problems] == found


@pytest.mark.clause("B4")
@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"level": "E3", "route": "ehc"}, []),
        ({"route": "bsl"}, []),
        ({"route": "bsl", "subject": "maths"}, ["bsl_maths"]),
        ({"subject": "maths"}, []),
        ({"subject": "science"}, ["subject"]),
        ({"route": "other"}, ["route"]),
        ({"level": "4"}, ["level"]),
        ({"level": ""}, ["level"]),
        ({"qualification": " "}, ["qualification"]),
        ({"achieved_on": DAY(2026, 9, 14)}, []),
        ({"achieved_on": DAY(2026, 9, 15)}, ["achieved_later"]),
        ({"achieved_on": DAY(2001, 2, 28)}, ["achieved_before_birth"]),
        ({"achieved_on": DAY(2001, 3, 1)}, []),
    ],
)
def test_attainment(changes, codes):
    assert [one.code for one in rules.attainment_problems(**{**ENGLISH, **changes})] == codes


def test_search_text():
    text = rules.search_text("Zoë Anne", "O’Brien-Ŵyn", "1061484016", ["REG-26-000042-K"])
    assert text == "obrien wyn zoe anne 1061484016 reg 26 000042 k"
    assert len(rules.search_text("x" * 400, "y", "", [])) == rules.LONGEST_SEARCH


@pytest.mark.parametrize(
    ("query", "words"), [("O'Brien", ["obrien"]), (" Zoë   Anne", ["zoe", "anne"]), ("&|!:*", []), ("", [])]
)
def test_search_words(query, words):
    assert rules.search_words(query) == words
