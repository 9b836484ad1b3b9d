"""What can be wrong with a catalogue file, each shown by spoiling a good one."""

import copy
import datetime as dt
import tomllib
from itertools import pairwise

import pytest

from standards.rules.catalogue import grade_rows, problems, rows_of
from tests.standards.fixtures import MADE_UP, ST0071

GOOD = tomllib.loads(ST0071.read_text(encoding="utf-8"))
OTHER = tomllib.loads(MADE_UP.read_text(encoding="utf-8"))


def test_both_files_are_right():
    assert problems(GOOD) == []
    assert problems(OTHER) == []


def drop(*path):
    def spoil(data):
        *to, last = path
        for step in to:
            data = data[step]
        del data[last]

    return spoil


def put(value, *path):
    def spoil(data):
        *to, last = path
        for step in to:
            data = data[step]
        data[last] = value

    return spoil


def add(section, row):
    return lambda data: data[section].append(row)


PRICE = {"kind": "english", "amount": "50.00", "valid_from": dt.date(2026, 1, 1)}
TABLE_ROW = {"OBS": "merit", "PRJ": "pass", "DIS": "pass", "overall": "pass"}


@pytest.mark.parametrize(
    ("spoil", "codes"),
    [
        (drop("standard"), ["missing_section"]),
        (drop("packages"), ["missing_section"]),
        (put([], "components"), ["missing_section"]),
        (put({}, "extra"), ["unknown_section"]),
        (drop("version", "epa_months"), ["missing_name"]),
        (put("three", "version", "epa_months"), ["wrong_kind"]),
        (put(True, "version", "epa_months"), ["wrong_kind"]),
        (put(dt.datetime(2019, 9, 1), "version", "opens_on"), ["wrong_kind"]),  # noqa: DTZ001 - TOML's local date-time
        (put(3, "version", "epa_weeks"), ["unknown_name"]),
        (put("CSS", "packages", 0), ["wrong_kind"]),
        (drop("components", 0, "criteria", 0, "text"), ["missing_name"]),
        (put(-1, "version", "epa_months"), ["negative"]),
        (put("good", "version", "resit_best_grade"), ["unknown_grade"]),
        (put(dt.date(2019, 8, 31), "version", "closes_on"), ["backwards"]),
        (put(dt.date(2019, 9, 1), "version", "closes_on"), []),
        (put("course", "packages", 0, "kind"), ["unknown_kind"]),
        (put("AS-CSS-EPA", "packages", 0, "code"), ["twice", "unknown_code", "unknown_code"]),
        (put("OBS-P1", "components", 0, "criteria", 1, "code"), ["twice"]),
        (put(False, "components", 0, "is_practical"), ["practical"]),
        (put(True, "components", 1, "is_practical"), ["practical"]),
        (put("good", "components", 0, "criteria", 0, "needed_for"), ["unknown_grade"]),
        (drop("components", 1, "submission_name"), ["nothing_submitted"]),
        (drop("components", 2, "evidence_max"), ["evidence_range"]),
        (put(9, "components", 2, "evidence_max"), ["evidence_range"]),
        (put(10, "components", 2, "evidence_max"), []),
        (drop("grade_table", "rows", 0), ["missing_row"]),
        (drop("grade_table", "any_fail"), ["missing_row"] * 19),
        (put("excellent", "grade_table", "rows", 0, "overall"), ["unknown_grade"]),
        (lambda data: data["grade_table"]["rows"].append(TABLE_ROW), ["unknown_row"]),
        (lambda data: data["grade_table"]["rows"].append(data["grade_table"]["rows"][0]), ["twice"]),
        (put("science", "attainment_rules", 0, "subject"), ["unknown_word"]),
        (put("E4", "attainment_rules", 0, "minimum_level"), ["unknown_word"]),
        (put("", "attainment_rules", 0, "minimum_level"), []),
        (put(dt.date(2019, 8, 31), "attainment_rules", 0, "valid_to"), ["backwards"]),
        (add("prices", PRICE), ["overlap"]),
        (put(dt.date(2024, 9, 1), "prices", 0, "valid_to"), ["overlap"]),
        (put(dt.date(2024, 8, 30), "prices", 0, "valid_to"), []),
        (drop("prices", 0, "package"), ["package_price"]),
        (put("AS-CSS-EPA", "prices", 7, "package"), ["package_price"]),
        (put("OBS", "prices", 7, "component"), ["component_price"]),
        (put("ZZZ", "prices", 4, "component"), ["unknown_code"]),
        (put("gift", "prices", 7, "kind"), ["unknown_kind"]),
        (put("48.005", "prices", 7, "amount"), ["amount"]),
        (put("-1.00", "prices", 7, "amount"), ["amount"]),
        (put("NaN", "prices", 7, "amount"), ["amount"]),
        (put("1e99", "prices", 7, "amount"), ["amount"]),
        (put("£48", "prices", 7, "amount"), ["amount"]),
        (put("0.00", "prices", 7, "amount"), []),
        (lambda data: data.update(prices=data["prices"][2:]), ["no_price"]),
    ],
)
def test_problems(spoil, codes):
    data = copy.deepcopy(GOOD)
    spoil(data)
    assert [problem.code for problem in problems(data)] == codes


@pytest.mark.parametrize(
    ("grades", "code"),
    [
        (["fail", "pass", "good"], "unknown_grade"),
        (["pass", "fail", "distinction"], "grade_order"),
        (["fail", "pass", "pass", "distinction"], "grade_order"),
        (["pass", "distinction"], "grade_missing"),
    ],
)
def test_grades_of_a_component(grades, code):
    data = copy.deepcopy(GOOD)
    data["components"][0]["grades"] = grades
    assert problems(data)[0].code == code


def test_the_grade_table_of_customer_service_specialist():
    table = grade_rows(GOOD)
    assert len(table) == 27
    assert sorted(table.values()) == ["distinction"] + ["fail"] * 19 + ["pass"] * 7
    assert table["DIS=distinction;OBS=distinction;PRJ=distinction"] == "distinction"
    assert all(overall == "fail" for key, overall in table.items() if "=fail" in key)


def test_nothing_of_the_two_standards_is_alike():
    """The made-up standard differs in every setting, so a setting wired into code fails with one of them."""
    ours, other = GOOD["version"], OTHER["version"]
    assert [name for name in ours.keys() & other.keys() if ours[name] == other[name]] == []
    assert len(OTHER["programme_gateways"]) == 2
    assert [component["grades"] for component in OTHER["components"]].count(["fail", "pass"]) == 2


def test_rows_come_after_what_they_point_at():
    tables = [row.table for row in rows_of(GOOD)]
    firsts = [tables.index(table) for table in ("package", "component", "criterion", "price")]
    assert all(earlier < later for earlier, later in pairwise(firsts))
    names = [row.name for row in rows_of(GOOD)]
    assert len(names) == len(set(names))
