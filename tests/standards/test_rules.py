"""Grades, dated lines and levels."""

import datetime as dt
from dataclasses import dataclass

import pytest

from foundation.errors import Problem, Refused
from standards.rules import (
    AttainmentRuleSettings,
    grade_combinations,
    grade_key,
    grade_row_problems,
    overall_grade,
    price_on,
    reaches,
    valid_attainment_rules,
)
from standards.states import Grade

DAY = dt.date


@dataclass(frozen=True)
class Line:
    name: str
    valid_from: dt.date
    valid_to: dt.date | None = None


OLD = Line("old", DAY(2019, 9, 1), DAY(2024, 8, 31))
NEW = Line("new", DAY(2024, 9, 1))
GAP = Line("short", DAY(2030, 1, 1), DAY(2030, 1, 31))


@pytest.mark.clause("D4")
@pytest.mark.parametrize(
    ("lines", "day", "expected"),
    [
        ([OLD, NEW], DAY(2019, 8, 31), None),
        ([OLD, NEW], DAY(2019, 9, 1), OLD),
        ([OLD, NEW], DAY(2024, 8, 31), OLD),
        ([OLD, NEW], DAY(2024, 9, 1), NEW),
        ([NEW, OLD], DAY(2024, 9, 1), NEW),
        ([OLD], DAY(2024, 9, 1), None),
        ([GAP], DAY(2030, 1, 31), GAP),
        ([GAP], DAY(2030, 2, 1), None),
        ([NEW, GAP], DAY(2030, 1, 15), GAP),
        ([], DAY(2024, 9, 1), None),
    ],
)
def test_price_on(lines, day, expected):
    assert price_on(lines, day) == expected


def rule(route, level, start, end=None, subject="english"):
    return AttainmentRuleSettings(subject, route, level, start, end)


@pytest.mark.clause("B4")
def test_a_later_attainment_rule_is_data():
    before = rule("standard", "2", DAY(2019, 9, 1))
    after = rule("standard", "", DAY(2025, 2, 11))
    ehc = rule("ehc", "E3", DAY(2019, 9, 1))
    rules = [after, before, ehc]
    assert valid_attainment_rules(rules, DAY(2019, 8, 31)) == []
    assert valid_attainment_rules(rules, DAY(2025, 2, 10)) == [ehc, before]
    assert valid_attainment_rules(rules, DAY(2025, 2, 11)) == [ehc, after]


@pytest.mark.clause("B4")
def test_attainment_rules_of_two_subjects_do_not_hide_each_other():
    english, maths = rule("standard", "2", DAY(2019, 9, 1)), rule("standard", "1", DAY(2019, 9, 1), subject="maths")
    assert valid_attainment_rules([maths, english], DAY(2020, 1, 1)) == [english, maths]


@pytest.mark.clause("B4")
@pytest.mark.parametrize(
    ("level", "minimum", "expected"),
    [
        ("2", "2", True),
        ("1", "2", False),
        ("3", "2", True),
        ("E3", "2", False),
        ("E3", "E3", True),
        ("E2", "E3", False),
        ("1", "E3", True),
        ("2", "E3", True),
        ("E1", "", True),
        ("", "", True),
        ("", "2", False),
        ("9", "2", False),
        ("GCSE", "2", False),
    ],
)
def test_reaches(level, minimum, expected):
    assert reaches(level, minimum) is expected


def test_grade_key_has_codes_in_order():
    assert grade_key({"PRJ": "distinction", "OBS": "pass", "DIS": "fail"}) == "DIS=fail;OBS=pass;PRJ=distinction"


def test_overall_grade_looks_the_combination_up():
    table = {"A=pass;B=pass": "pass", "A=pass;B=fail": "fail"}
    assert overall_grade(table, {"B": "pass", "A": "pass"}) is Grade.PASS
    assert overall_grade(table, {"B": "fail", "A": "pass"}) is Grade.FAIL


def test_overall_grade_never_works_one_out():
    with pytest.raises(Refused) as refusal:
        overall_grade({}, {"A": "pass"})
    message = "The grade table has no row for “A=pass”. Its catalogue file has to be loaded (load_standards)."
    assert refusal.value.problems == [Problem("no_grade_row", "", message, where="grade_table")]


def test_grade_combinations_are_all_of_them():
    found = grade_combinations({"B": ["fail", "pass"], "A": ["fail", "pass", "distinction"]})
    assert len(found) == 6
    assert {grade_key(grades) for grades in found} == {
        f"A={a};B={b}" for a in ("fail", "pass", "distinction") for b in ("fail", "pass")
    }


@pytest.mark.parametrize(
    ("key", "overall", "loaded", "words"),
    [
        ("A=pass;B=pass", "fail", "pass", ""),
        ("A=pass;B=pass", "distinction", "pass", ""),
        ("A=fail;B=pass", "fail", "", ""),
        ("A=fail;B=pass", "pass", "fail", "With a fail in A the overall grade is a fail."),
        ("A=fail;B=fail", "distinction", "", "With a fail in A, B the overall grade is a fail."),
        ("A=fail;B=pass", "pass", "pass", ""),
        ("A=fail;B=pass", "distinction", "pass", "With a fail in A the overall grade is a fail."),
    ],
)
def test_a_failed_component_makes_a_fail_unless_the_catalogue_file_says_otherwise(
    key: str, overall: str, loaded: str, words: str
) -> None:
    found = grade_row_problems(key, overall, loaded=loaded)
    assert [problem.message for problem in found] == ([words] if words else [])
