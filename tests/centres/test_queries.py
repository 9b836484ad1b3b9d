"""Reads behind the gate and the pages."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import Interest
from accounts.states import Role
from centres import actions, queries
from centres.states import ActionState, EndCause
from foundation import clock
from standards.states import PriceKind
from tests import builders as people
from tests.centres import builders

pytestmark = pytest.mark.django_db


@pytest.mark.clause("A8")
def test_approved_packages_follow_the_contracts_days(st0071, at, monday):
    at(monday)
    centre = builders.centre()
    epa = st0071.packages.get(code="AS-CSS-EPA")
    contract = builders.contract_in_force(centre, st0071, [epa])
    last = monday + dt.timedelta(days=10)
    actions.end_early(contract=contract, ends_on=last, cause=EndCause.AGREEMENT, reason="x", by=builders.epa_team())
    days = [monday - dt.timedelta(days=1), monday, last, last + dt.timedelta(days=1)]
    assert [list(queries.approved_packages(centre, day)) for day in days] == [[], [epa], [epa], []]


@pytest.mark.clause("A1", "A8")
def test_the_gate_reads_the_database_in_few_statements(st0071, django_assert_max_num_queries):
    centre = builders.approved_centre(st0071)
    package = st0071.packages.select_related("version").first()
    with django_assert_max_num_queries(8):
        assert queries.registration_problems(centre, package, builders.clock.today()) == []


def test_gates_are_those_of_applications_that_are_alive(st0071):
    centre = builders.centre()
    assert queries.gates(centre, builders.clock.today()) == []
    epa = st0071.packages.get(code="AS-CSS-EPA")
    row = builders.draft_application(centre, st0071, [epa])
    ((package, problems),) = queries.gates(centre, builders.clock.today())
    assert (package, [problem.code for problem in problems]) == (epa, ["no_contract"])
    actions.withdraw(application=row, by=builders.owner_of(centre))
    assert queries.gates(centre, builders.clock.today()) == []


@pytest.mark.clause("A8")
def test_the_contract_of_another_centre_opens_nothing(st0071):
    builders.approved_centre(st0071)
    other = builders.centre()
    problems = queries.registration_problems(other, st0071.packages.first(), builders.clock.today())
    assert [problem.code for problem in problems] == ["no_contract"]


@pytest.mark.clause("D4")
def test_prices_are_those_of_the_day(st0071, at, monday):
    support = st0071.packages.get(code="AS-CSS-ASP")
    lines = queries.prices_in_force(st0071, [support], monday)
    packages = {line.package for line in lines if line.kind == PriceKind.PACKAGE}
    assert packages == {support}
    assert all(line.valid_from <= monday and (line.valid_to is None or line.valid_to >= monday) for line in lines)
    assert queries.prices_in_force(st0071, [support], dt.date(2000, 1, 1)) == []


def test_people_are_those_in_force(st0071):
    centre = builders.centre()
    staff = people.person(Role.CENTRE_STAFF, centre.organisation)
    reader = people.person(Role.CENTRE_READER, centre.organisation)
    left = people.person(Role.CENTRE_STAFF, centre.organisation)
    left.memberships.update(ended_on=dt.date(2026, 1, 1))
    inactive = people.person(Role.CENTRE_STAFF, centre.organisation)
    inactive.is_active = False
    inactive.save()
    found = set(queries.people(centre))
    assert (staff in found, reader in found, left in found, inactive in found) == (True, False, False, False)
    assert reader in set(queries.people(centre, [Role.CENTRE_READER]))


def test_every_cell_of_the_review(st0071):
    row = builders.application_in_review(builders.centre(), st0071)
    codes = [(package.code, criterion.code, decided) for package, criterion, decided in queries.cells(row)]
    assert codes == [
        ("AS-CSS-ASP", "i", None),
        ("AS-CSS-ASP", "ii", None),
        ("AS-CSS-EPA", "i", None),
        ("AS-CSS-EPA", "ii", None),
    ]
    builders.actions_required(row, "Name one.")
    assert [(fact.text, fact.state) for fact in queries.action_facts(row)] == [("Name one.", ActionState.OPEN)]


def test_an_empty_account_is_nothing():
    assert queries.account_total(builders.centre()) == Decimal("0.00")


@pytest.mark.clause("A6")
@pytest.mark.parametrize(("ended_after", "barred"), [(None, True), (-1, False), (0, True), (1, True)])
def test_an_interest_bars_a_reviewer_through_its_last_day(st0071, ended_after, barred):
    row, reviewer, today = (
        builders.submitted_application(builders.centre(), st0071),
        people.person(Role.CENTRE_EQA),
        clock.today(),
    )
    ended_on = None if ended_after is None else today + dt.timedelta(days=ended_after)
    organisation = row.centre.organisation
    Interest.objects.create(user=reviewer, organisation=organisation, nature="Taught there", ended_on=ended_on)
    problems = queries.interest_problems(row, reviewer, today, declared=True)
    assert [problem.code for problem in problems] == ["reviewer_has_interest"] * barred
