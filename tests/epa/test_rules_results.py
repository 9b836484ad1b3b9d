"""When results are due, what they amount to, who may try again."""

import datetime as dt

import pytest

from epa.rules import results as rules
from foundation.workingdays import WorkingDays

HOLIDAYS = {
    dt.date(2026, 12, 25): "Christmas Day",
    dt.date(2026, 12, 28): "Boxing Day (substitute day)",
    dt.date(2027, 1, 1): "New Year's Day",
}
CALENDAR = WorkingDays.build(dt.date(2026, 1, 1), dt.date(2027, 12, 31), HOLIDAYS)
day = dt.date.fromisoformat


def codes(problems) -> list[str]:
    return [problem.code for problem in problems]


@pytest.mark.clause("F1")
@pytest.mark.parametrize(
    ("last_day", "due_on"),
    [
        ("2026-09-14", "2026-10-13"),  # Monday; four weeks and a day
        ("2026-09-11", "2026-10-12"),  # Friday
        ("2026-09-12", "2026-10-12"),  # Saturday counts as day 0 as well
        ("2026-09-13", "2026-10-12"),
        ("2026-11-30", "2026-12-31"),  # over Christmas: two days more
        ("2026-12-01", "2027-01-04"),  # over New Year: three
    ],
)
def test_a_result_is_due_within_21_working_days(last_day, due_on):
    assert rules.result_due(day(last_day), 21, CALENDAR)[0] == day(due_on)


@pytest.mark.clause("F1")
def test_the_number_of_days_is_a_setting_and_the_facts_are_kept():
    due_on, facts = rules.result_due(day("2026-12-22"), 4, CALENDAR)
    assert due_on == day("2026-12-30")
    assert facts == {
        "last_day": "2026-12-22",
        "working_days": 4,
        "closed_days": {"2026-12-25": "Christmas Day", "2026-12-28": "Boxing Day (substitute day)"},
    }


@pytest.mark.clause("C10", "C12")
@pytest.mark.parametrize(
    ("attempts", "best"),
    [
        ([], {}),
        ([("A", "fail")], {"A": "fail"}),
        ([("A", "fail"), ("A", "pass")], {"A": "pass"}),
        ([("A", "pass"), ("A", "fail")], {"A": "pass"}),
        ([("A", "fail"), ("A", "distinction"), ("B", "pass")], {"A": "distinction", "B": "pass"}),
        ([("A", "merit"), ("A", "pass")], {"A": "merit"}),
    ],
)
def test_the_best_grade_of_each_component_counts(attempts, best):
    assert rules.best_grades(attempts) == best


@pytest.mark.clause("F1")
@pytest.mark.parametrize("overall", ["pass", "merit", "distinction"])
def test_what_a_provider_enters_for_a_pass(overall):
    fields = rules.ilr_fields(
        overall, last_day=day("2026-11-20"), epao_id="EPA0023", standard_code=278, uln="1000000007"
    )
    assert fields == {
        "ULN": "1000000007",
        "ProgType": 25,
        "StdCode": 278,
        "EPAOrgID": "EPA0023",
        "CompStatus": 2,
        "Outcome": 1,
        "AchDate": "2026-11-20",
    }


@pytest.mark.clause("F1")
def test_after_a_fail_the_aim_stays_open():
    fields = rules.ilr_fields(
        "fail", last_day=day("2026-11-20"), epao_id="EPA0023", standard_code=278, uln="1000000007"
    )
    assert (fields["CompStatus"], fields["Outcome"], fields["AchDate"]) == (1, None, None)


@pytest.mark.clause("F1")
def test_the_fields_are_explained():
    passed = rules.ilr_words({"AchDate": "2026-11-20", "CompStatus": 2, "Outcome": 1, "ULN": "1", "StdCode": 278})
    assert [name for name, _, _ in passed] == [
        "ULN", "ProgType", "StdCode", "EPAOrgID", "CompStatus", "LearnActEndDate", "Outcome", "AchDate",
    ]  # fmt: skip
    assert passed[-1] == ("AchDate", "2026-11-20", "the last day of the EPA")
    failed = rules.ilr_words({"AchDate": None, "CompStatus": 1, "Outcome": None})
    assert [row for row in failed if row[0] in {"CompStatus", "Outcome", "AchDate"}] == [
        ("CompStatus", "1", "continuing, while resits are open"),
        ("Outcome", "", "leave empty"),
        ("AchDate", "", "leave empty"),
    ]


@pytest.mark.clause("C10", "C11", "C12")
@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, []),
        ({"today": day("2027-09-14")}, []),
        ({"today": day("2027-09-15")}, ["resits_over"]),
        ({"best": "pass"}, ["passed_already"]),
        ({"best": "distinction"}, ["passed_already"]),
        ({"best": None}, ["not_failed"]),
        ({"open_already": True}, ["open_already"]),
        ({"best": "pass", "today": day("2028-01-01")}, ["passed_already", "resits_over"]),
    ],
)
def test_who_may_try_again(facts, found):
    usual = {
        "component": "Project",
        "best": "fail",
        "open_already": False,
        "today": day("2026-10-01"),
        "until": day("2027-09-14"),
    }
    assert codes(rules.resit_problems(**{**usual, **facts})) == found


@pytest.mark.clause("C12")
def test_a_pass_is_refused_under_its_own_clause():
    problems = rules.resit_problems(
        component="Project", best="pass", open_already=False, today=day("2026-10-01"), until=day("2027-09-14")
    )
    assert [(problem.clause, problem.message) for problem in problems] == [
        ("C12", "Project has been passed; a pass cannot be raised — guidance, Re-sit/Re-take.")
    ]


@pytest.mark.clause("D4")
@pytest.mark.parametrize(("priced", "found"), [(True, []), (False, ["no_price"])])
def test_nothing_is_charged_without_a_published_price(priced, found):
    assert codes(rules.price_problems(priced, "Project")) == found
