"""A6: who trains, assesses and checks; conflicts of interest."""

import datetime as dt

import pytest

from centres.rules import PersonFacts, listed_conflict_problems, person_problems
from centres.rules.staff import people_problems

TODAY = dt.date(2026, 9, 14)
ASP, EPA = "AS-CSS-ASP", "AS-CSS-EPA"


def person(name: str, roles: str, elements: str = EPA, **changes) -> PersonFacts:
    facts = {"cpd_on": TODAY} | changes
    return PersonFacts(name, frozenset(roles.split()), frozenset(elements.split()), **facts)


TEAM = [person("Tess", "trainer"), person("Asa", "assessor"), person("Ira", "iqa")]


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("people", "elements", "found"),
    [
        (TEAM, [EPA], []),
        ([], [EPA], [("no_people", False)]),
        ([], [], [("no_people", False)]),
        (TEAM[1:], [EPA], [("no_trainer", False)]),
        ([TEAM[0], TEAM[2]], [EPA], [("no_assessor", False)]),
        (TEAM[:2], [EPA], [("no_iqa", False)]),
        # each element for itself
        (TEAM, [ASP, EPA], [("no_trainer", False), ("no_assessor", False), ("no_iqa", False)]),
        ([person(each.name, *each.roles, f"{ASP} {EPA}") for each in TEAM], [ASP, EPA], []),
        # one person may be several
        ([person("Tess", "trainer assessor"), TEAM[2]], [EPA], []),
        # somebody who covers nothing of it is asked about, and does not count
        ([*TEAM, person("Uma", "trainer", ASP)], [EPA], [("person_without_element", True)]),
        # before elements are chosen nothing is asked of them
        ([person("Tess", "trainer")], [], []),
        ([*TEAM[:2], person("Ira", "iqa", has_cv=False)], [EPA], [("no_cv", False)]),
        ([*TEAM[:2], person("Ira", "iqa", cpd_on=None)], [EPA], [("no_cpd", False)]),
    ],
)
def test_everything_is_covered_for_each_element(people, elements, found):
    assert [(problem.code, problem.warning) for problem in people_problems(people, elements, TODAY)] == found


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("people", "found"),
    [
        ([TEAM[0], person("Asa", "assessor iqa")], ["iqa_checks_own"]),
        ([TEAM[0], person("Asa", "assessor iqa"), person("Ben", "assessor")], ["iqa_checks_own"]),
        ([TEAM[0], person("Asa", "assessor iqa"), TEAM[2]], []),
        ([TEAM[0], person("Asa", "assessor iqa"), person("Ben", "assessor iqa")], []),
        # an IQA of another element does not check these
        ([TEAM[0], person("Asa", "assessor iqa"), person("Ira", "iqa", ASP)], ["iqa_checks_own"]),
    ],
)
def test_an_iqa_does_not_check_their_own_assessments(people, found):
    problems = [problem for problem in people_problems(people, [EPA], TODAY) if problem.code == "iqa_checks_own"]
    assert [problem.code for problem in problems] == found
    assert all(problem.warning and "Asa" in problem.message for problem in problems)


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("cpd_on", "found"),
    [(dt.date(2025, 9, 14), []), (dt.date(2025, 9, 13), ["cpd_long_ago"]), (TODAY, [])],
)
def test_cpd_of_more_than_a_year_ago_is_pointed_out(cpd_on, found):
    people = [*TEAM[:2], person("Ira", "iqa", cpd_on=cpd_on)]
    assert [problem.code for problem in people_problems(people, [EPA], TODAY)] == found


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"name": " "}, ["no_name"]),
        ({"roles": []}, ["no_role"]),
        ({"roles": ["director"]}, ["no_role"]),
        ({"roles": ["trainer", "iqa"]}, []),
        ({"qualification": ""}, ["no_qualification"]),
        ({"competence": "\n"}, ["no_competence"]),
        ({"cpd_on": None}, []),
        ({"cpd_on": TODAY + dt.timedelta(days=1)}, ["cpd_to_come"]),
    ],
)
def test_what_one_person_needs(changes, found):
    whole = {"name": "Tess", "roles": ["trainer"], "qualification": "L3", "competence": "Ten years", "cpd_on": TODAY}
    assert [problem.code for problem in person_problems(**whole | changes, on=TODAY)] == found


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("changes", "found"),
    [({}, []), ({"person": ""}, ["no_person"]), ({"nature": " "}, ["no_nature"]), ({"managed": ""}, ["not_managed"])],
)
def test_what_a_conflict_of_interest_needs(changes, found):
    whole = {"person": "Robin", "nature": "Owns shares", "managed": "Takes no part"}
    assert [problem.code for problem in listed_conflict_problems(**whole | changes)] == found
