"""Who sees what: a rule of one module, tried with every role."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Invitation, Membership, Organisation, User
from accounts.scoping import owning_organisation_id
from accounts.states import CENTRE_ROLES, IMI_ROLES, ROLES_OF_KIND, OrganisationKind, Role
from foundation import clock
from tests.builders import imi, person, provider

pytestmark = pytest.mark.django_db


def test_every_role_belongs_to_one_kind_of_organisation() -> None:
    named = [role for roles in ROLES_OF_KIND.values() for role in roles]
    assert sorted(named) == sorted(Role)


@pytest.mark.parametrize("role", sorted(IMI_ROLES))
def test_the_assessment_organisation_sees_every_organisation(role: Role) -> None:
    one = provider()
    assert one in Organisation.objects.visible_to(person(role))


@pytest.mark.parametrize("role", sorted(CENTRE_ROLES))
def test_a_centre_sees_itself_and_nobody_else(role: Role) -> None:
    mine, _other = provider(), provider()
    imi()
    assert list(Organisation.objects.visible_to(person(role, mine))) == [mine]


def test_nobody_sees_anything_without_a_membership_in_force() -> None:
    mine = provider()
    owner = person(Role.CENTRE_OWNER, mine)
    Membership.objects.update(ended_on=clock.today())
    fresh = User.objects.get(pk=owner.pk)
    assert list(Organisation.objects.visible_to(fresh)) == []
    assert not fresh.holds(Role.CENTRE_OWNER, mine)


def test_a_deactivated_person_sees_and_holds_nothing() -> None:
    mine = provider()
    owner = person(Role.CENTRE_OWNER, mine)
    owner.is_active = False
    assert list(Organisation.objects.visible_to(owner)) == []
    assert not owner.holds(Role.CENTRE_OWNER, mine)


def test_a_visitor_sees_nothing() -> None:
    provider()
    assert list(Organisation.objects.visible_to(AnonymousUser())) == []


def test_who_acts_for_one_organisation_sees_that_one_only() -> None:
    one, two = provider(), provider()
    both = person(Role.CENTRE_OWNER, one)
    Membership.objects.create(user=both, organisation=two, role=Role.CENTRE_STAFF)
    assert set(Organisation.objects.visible_to(both)) == {one, two}
    both.acting_organisation_id = two.pk
    assert list(Organisation.objects.visible_to(both)) == [two]
    assert both.roles == {Role.CENTRE_STAFF}
    assert not both.holds(Role.CENTRE_OWNER, one)
    assert both.holds(Role.CENTRE_STAFF, two)


def test_a_role_of_the_assessment_organisation_needs_sight_of_the_subject() -> None:
    row = Invitation(organisation=imi())
    eqa = person(Role.CENTRE_EQA)
    assert not eqa.holds(Role.CENTRE_EQA, row)
    assert eqa.holds(Role.CENTRE_EQA, imi())


def test_the_owner_of_a_row_is_found_along_its_path() -> None:
    mine = provider()
    owner = person(Role.CENTRE_OWNER, mine)
    membership = owner.memberships.get()
    assert owning_organisation_id(mine) == mine.pk
    assert owning_organisation_id(membership) == mine.pk
    assert owning_organisation_id(owner) is None


def test_only_an_administrator_enters_django_admin() -> None:
    assert person(Role.ADMINISTRATOR).is_staff
    assert [role for role in sorted(IMI_ROLES) if person(role).is_staff] == [Role.ADMINISTRATOR]
    assert not person(Role.CENTRE_OWNER, provider()).is_staff


def test_kinds_of_every_role_have_a_label() -> None:
    assert all(role.label for role in Role)
    assert set(OrganisationKind) == set(ROLES_OF_KIND)
