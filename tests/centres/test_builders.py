"""The chain that every test above this storey stands on."""

import pytest

from centres import queries
from centres.states import ContractState, GatedStep
from foundation import clock
from tests.centres import builders

pytestmark = pytest.mark.django_db


def test_an_approved_centre_may_register_on_every_package(st0071):
    centre = builders.approved_centre(st0071)
    packages = list(st0071.packages.all())
    assert [queries.registration_problems(centre, package, clock.today()) for package in packages] == [[], []]
    assert centre.contracts.get().state == ContractState.IN_FORCE


def test_packages_can_be_named(st0071):
    epa = st0071.packages.get(code="AS-CSS-EPA")
    support = st0071.packages.get(code="AS-CSS-ASP")
    centre = builders.approved_centre(st0071, [epa])
    assert queries.registration_problems(centre, epa, clock.today()) == []
    assert [problem.code for problem in queries.registration_problems(centre, support, clock.today())] == [
        "no_contract"
    ]


def test_two_centres_stand_on_the_register_together(st0071):
    first, second = builders.centre(), builders.centre()
    today = clock.today()
    assert [queries.both_facts_problems(one, today, step=GatedStep.REGISTER) for one in (first, second)] == [[], []]
