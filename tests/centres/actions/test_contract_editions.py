"""One centre, one version of a standard, several editions of the contract (A3, A7, A8)."""

import datetime as dt

import pytest

from centres import actions, queries
from centres.actions.contracts import issue
from centres.models import Application, Contract
from centres.states import ContractState, EndCause
from foundation import clock
from foundation.errors import Refused, WrongState
from tests.centres import builders

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def elements(contract: Contract) -> list[str]:
    return sorted(contract.packages.values_list("code", flat=True))


def further(application: Application, package, starts_on: dt.date | None = None) -> Contract:
    """What an approval of one more element does."""
    contract = issue(application=application, packages=[package], by=builders.centre_eqa(), starts_on=starts_on)
    builders.finish_document(contract.document)
    actions.offer_ready()
    return Contract.objects.select_related("document__stored").get(pk=contract.pk)


def codes(contract: Contract, package, on: dt.date) -> list[str]:
    return [problem.code for problem in queries.registration_problems(contract.centre, package, on)]


@pytest.fixture
def asp(st0071):
    return st0071.packages.get(code="AS-CSS-ASP")


@pytest.fixture
def epa(st0071):
    return st0071.packages.get(code="AS-CSS-EPA")


@pytest.mark.clause("A7", "A8", "D2")
def test_a_second_element_makes_an_amendment_that_takes_over_without_a_gap(st0071, asp, epa, at, monday):
    at(monday)
    first = builders.contract_in_force(builders.centre(), st0071, [asp])
    at(monday + 30 * DAY)
    second = further(first.application, epa)
    assert (second.edition, second.amends, elements(second)) == (2, first, ["AS-CSS-ASP", "AS-CSS-EPA"])
    first.refresh_from_db()
    assert first.state == ContractState.IN_FORCE
    change = monday + 33 * DAY
    at(change - DAY)
    builders.sign(second)
    assert codes(second, epa, change - DAY) == ["no_contract"]
    at(change)
    actions.countersign(contract=second, by=builders.epa_team())
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.ended_on) == (ContractState.SUPERSEDED, change - DAY)
    assert (second.state, second.in_force_from) == (ContractState.IN_FORCE, change)
    assert [codes(first, asp, day) for day in (change - DAY, change, change + DAY)] == [[], [], []]
    assert [codes(first, epa, day) for day in (change - DAY, change, change + DAY)] == [["no_contract"], [], []]


@pytest.mark.clause("A7", "A8")
def test_an_offer_that_nobody_signed_gives_way_to_one_with_all_elements(st0071, asp, epa):
    first = builders.offered_contract(builders.centre(), st0071, [asp])
    second = further(first.application, epa)
    first.refresh_from_db()
    assert (first.state, second.number in first.withdrawn_reason) == (ContractState.WITHDRAWN, True)
    assert (second.amends, elements(second)) == (None, ["AS-CSS-ASP", "AS-CSS-EPA"])
    with pytest.raises(WrongState):
        builders.sign(Contract.objects.select_related("document__stored").get(pk=first.pk))


@pytest.mark.clause("A8")
def test_one_that_waits_for_imi_is_given_up_when_its_amendment_is_countersigned_first(st0071, asp, epa):
    first = builders.sign(builders.offered_contract(builders.centre(), st0071, [asp]))
    second = builders.sign(further(first.application, epa))
    actions.countersign(contract=second, by=builders.epa_team())
    first.refresh_from_db()
    assert (first.state, first.in_force_from) == (ContractState.WITHDRAWN, None)


@pytest.mark.clause("A8")
def test_one_sent_back_that_has_an_amendment_is_not_signed_once_more(st0071, asp, epa):
    first = builders.sign(builders.offered_contract(builders.centre(), st0071, [asp]))
    second = further(first.application, epa)
    back = actions.send_back(contract=first, reason="Wrong person.", by=builders.epa_team())
    assert (back.state, back.withdrawn_reason) == (ContractState.WITHDRAWN, "Wrong person.")
    assert actions.countersign(contract=builders.sign(second), by=builders.epa_team()).state == ContractState.IN_FORCE


@pytest.mark.clause("A8", "D2")
def test_a_later_start_waits_for_its_day_and_comes_once(st0071, asp, epa, at, monday):
    at(monday)
    first = builders.contract_in_force(builders.centre(), st0071, [asp])
    start = monday + 40 * DAY
    second = further(first.application, epa, starts_on=start)
    agreed = actions.countersign(contract=builders.sign(second), by=builders.epa_team())
    first.refresh_from_db()
    assert (agreed.state, first.state, first.ended_on) == (
        ContractState.AGREED,
        ContractState.IN_FORCE,
        start - DAY,
    )
    for verb in (
        lambda: actions.give_notice(contract=first, reason="x", by=builders.owner_of(first.centre)),
        lambda: actions.end_early(
            contract=first, ends_on=monday, cause=EndCause.CLOSED, reason="x", by=builders.epa_team()
        ),
    ):
        with pytest.raises(Refused) as refused:
            verb()
        assert [problem.code for problem in refused.value.problems] == ["successor"]
    at(start - DAY)
    assert actions.look_at_contracts(clock.today()) == 0
    assert (codes(first, asp, start - DAY), codes(first, epa, start - DAY)) == ([], ["no_contract"])
    at(start)
    assert (codes(first, asp, start), codes(first, epa, start)) == ([], [])
    assert [actions.look_at_contracts(clock.today()) for _ in range(2)] == [1, 0]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (ContractState.SUPERSEDED, ContractState.IN_FORCE)


@pytest.mark.clause("A7", "D4")
def test_an_expired_offer_is_taken_into_the_next_with_its_elements(st0071, asp, epa, at, monday):
    at(monday)
    first = builders.offered_contract(builders.centre(), st0071, [asp])
    assert first.sign_by == monday + 30 * DAY
    at(first.sign_by)
    actions.look_at_contracts(clock.today())
    first.refresh_from_db()
    assert first.state == ContractState.OFFERED
    at(first.sign_by + DAY)
    assert actions.look_at_contracts(clock.today()) == 1
    first.refresh_from_db()
    assert first.state == ContractState.EXPIRED
    assert elements(further(first.application, epa)) == ["AS-CSS-ASP", "AS-CSS-EPA"]


@pytest.mark.clause("A8")
def test_a_contract_under_notice_is_not_amended_and_its_amendment_is_given_up(st0071, asp, epa):
    first = builders.contract_in_force(builders.centre(), st0071, [asp])
    second = further(first.application, epa)
    actions.give_notice(contract=first, reason="", by=builders.owner_of(first.centre))
    second.refresh_from_db()
    assert second.state == ContractState.WITHDRAWN
    third = further(first.application, epa)
    assert (third.amends, elements(third)) == (None, ["AS-CSS-EPA"])
