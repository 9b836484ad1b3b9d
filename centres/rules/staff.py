"""The people of an application: everything is covered for each element, and each is shown to be able (A6 i)."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from centres.states import PersonRole
from foundation.errors import Problem
from foundation.workingdays import add_months

CPD_MONTHS = 12
_ARTICLES = {PersonRole.TRAINER: "a trainer", PersonRole.ASSESSOR: "an assessor", PersonRole.IQA: "an IQA"}


@dataclass(frozen=True)
class PersonFacts:
    """Somebody of the application; ``elements`` are codes."""

    name: str
    roles: frozenset[str]
    elements: frozenset[str]
    has_cv: bool = True
    cpd_on: dt.date | None = None


def people_problems(people: Sequence[PersonFacts], elements: Sequence[str], on: dt.date) -> list[Problem]:
    """A trainer, an assessor and an IQA for each element, each with a CV and CPD (A6 i)."""
    if not people:
        message = (
            "Name the people who train, assess and check; the Centre EQA confirms them for each element — guidance, "
            "Approval process."
        )
        return [Problem("no_people", "A6", message, "people")]
    return [
        *_not_covered(people, elements),
        *_not_shown(people, elements),
        *_own_assessments(people, elements),
        *_cpd_warnings(people, on),
    ]


def _not_covered(people: Sequence[PersonFacts], elements: Sequence[str]) -> Iterator[Problem]:
    for element in elements:
        for role in PersonRole:
            if not any(role in person.roles and element in person.elements for person in people):
                message = f"Name {_ARTICLES[role]} for {element} — guidance, Approval process."
                yield Problem(f"no_{role}", "A6", message, "people")


def _not_shown(people: Sequence[PersonFacts], elements: Sequence[str]) -> Iterator[Problem]:
    for person in people:
        if not person.has_cv:
            yield Problem("no_cv", "A6", f"Upload the CV of {person.name}.", "people")
        if person.cpd_on is None:
            yield Problem("no_cpd", "A6", f"Say when {person.name} last took part in CPD.", "people")
        if elements and not person.elements & set(elements):
            message = f"{person.name} covers none of the elements that are applied for."
            yield Problem("person_without_element", "A6", message, "people", warning=True)


def _own_assessments(people: Sequence[PersonFacts], elements: Sequence[str]) -> Iterator[Problem]:
    """An IQA does not check the assessments that are their own: who is both needs a second IQA beside them."""
    for person in people:
        both = {PersonRole.ASSESSOR, PersonRole.IQA} <= person.roles
        for element in elements if both else ():
            if element in person.elements and not _other_iqa(person, people, element):
                message = (
                    f"{person.name} is an assessor and the only IQA for {element}. An IQA does not check their own "
                    "assessments: name a second IQA, or say in the arrangements who checks them."
                )
                yield Problem("iqa_checks_own", "A6", message, "people", warning=True)


def _other_iqa(person: PersonFacts, people: Sequence[PersonFacts], element: str) -> bool:
    return any(other is not person and PersonRole.IQA in other.roles and element in other.elements for other in people)


def _cpd_warnings(people: Sequence[PersonFacts], on: dt.date) -> Iterator[Problem]:
    for person in people:
        if person.cpd_on is not None and add_months(person.cpd_on, CPD_MONTHS) < on:
            message = f"The last CPD of {person.name} was on {person.cpd_on:%-d %b %Y}, more than a year ago."
            yield Problem("cpd_long_ago", "A6", message, "people", warning=True)


def person_problems(
    *, name: str, roles: Sequence[str], qualification: str, competence: str, cpd_on: dt.date | None, on: dt.date
) -> list[Problem]:
    """What one person's entry needs before it is kept (A6 i). The CV may come later."""
    problems = []
    if not name.strip():
        problems.append(Problem("no_name", "A6", "Type the full name.", "people", "name"))
    if not roles or not set(roles) <= set(PersonRole.values):
        message = "Choose at least one of trainer, assessor and IQA."
        problems.append(Problem("no_role", "A6", message, "people", "roles"))
    if not qualification.strip():
        problems.append(Problem("no_qualification", "A6", "Write the qualifications.", "people", "qualification"))
    if not competence.strip():
        message = "Describe the occupational competence."
        problems.append(Problem("no_competence", "A6", message, "people", "competence"))
    if cpd_on is not None and cpd_on > on:
        problems.append(Problem("cpd_to_come", "A6", "CPD is dated when it has happened.", "people", "cpd_on"))
    return problems


def conflict_problems(*, declared_none: bool, listed: int) -> list[Problem]:
    """The centre says that there is no conflict of interest, or lists each with how it is managed (A6)."""
    if declared_none or listed:
        return []
    message = "Declare that there is no conflict of interest, or list each with how it is managed."
    return [Problem("no_interest_statement", "A6", message, "interest")]


def listed_conflict_problems(*, person: str, nature: str, managed: str) -> list[Problem]:
    """A conflict of interest names whose it is, what it is and how it is managed (A6)."""
    asked = {
        "person": ("no_person", person, "Type whose interest it is."),
        "nature": ("no_nature", nature, "Describe the interest."),
        "managed": ("not_managed", managed, "Describe how it is kept away from assessment."),
    }
    return [
        Problem(code, "A6", message, "interest", field)
        for field, (code, value, message) in asked.items()
        if not value.strip()
    ]
