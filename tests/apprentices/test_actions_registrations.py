"""Registering one learner, and withdrawing."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.states import Role
from apprentices import actions, queries
from apprentices.models import Apprentice, Employer, Registration
from centres.models import Charge
from centres.states import StandingKind
from foundation import audit, references
from foundation.errors import Conflict, NotAllowed, Refused, WrongState
from standards.models import Package, Price
from tests.apprentices.builders import checked_upload, learner_data, registered
from tests.builders import person
from tests.centres import builders as centres

pytestmark = pytest.mark.django_db


def codes(refusal):
    return [problem.code for problem in refusal.value.problems]


@pytest.mark.clause("D1", "D3", "D4")
def test_registered(centre, epa_package):
    learner = learner_data(given_names="Zoë", family_name="O’Brien")
    owner = centres.owner_of(centre)
    row = actions.register(centre=centre, package=epa_package, learner=learner, declared_by=" Robin Owner ", by=owner)
    apprentice = row.apprentice
    assert references.is_valid(row.number)
    assert (row.state, row.uln, row.declared_by) == ("active", learner.uln, "Robin Owner")
    assert (apprentice.full_name, apprentice.employer.name) == ("Zoë O’Brien", "Hertford Motor Group")
    assert (apprentice.employer.contact_email, apprentice.employer.postcode) == ("sam@example.org", "SG13 8PQ")
    charge = row.charge
    assert (charge.centre, charge.amount, charge.kind) == (centre, Decimal("640.00"), "registration")
    assert (charge.about_type, charge.about_id) == ("apprentices.registration", row.pk)
    assert charge.price.package == epa_package
    event = audit.history(row).get()
    assert (event.verb, event.to_state, event.actor_id) == ("register", "active", owner.pk)
    assert event.facts == {
        "package": "AS-CSS-EPA",
        "price": "640.00",
        "declared_by": "Robin Owner",
        "number": row.number,
    }


@pytest.mark.clause("A4", "D2")
def test_each_package_once(centre, epa_package, st0071):
    first = registered(centre, epa_package)
    learner = learner_data(uln=first.uln)
    support = Package.objects.get(code="AS-CSS-ASP")
    owner = centres.owner_of(centre)
    second = actions.register(centre=centre, package=support, learner=learner, declared_by="R", by=owner)
    assert second.apprentice == first.apprentice
    assert Apprentice.objects.count() == 1
    with pytest.raises(Refused) as refusal:
        actions.register(centre=centre, package=support, learner=learner, declared_by="R", by=owner)
    assert codes(refusal) == ["registered_already"]
    assert (Registration.objects.count(), Charge.objects.count()) == (2, 2)


@pytest.mark.clause("D2")
def test_another_centre_has_the_learner(centre, epa_package, st0071):
    first = registered(centre, epa_package)
    other = centres.approved_centre(st0071, name="Other College")
    with pytest.raises(Refused) as refusal:
        registered(other, epa_package, uln=first.uln)
    assert codes(refusal) == ["registered_elsewhere"]
    assert str(centre) not in str(refusal.value)
    support = Package.objects.get(code="AS-CSS-ASP")
    assert registered(other, support, uln=first.uln).apprentice.centre == other


@pytest.mark.clause("D2")
def test_a_withdrawn_registration_can_be_made_again(centre, epa_package):
    first = registered(centre, epa_package)
    actions.withdraw(registration=first, reason="Left", by=centres.owner_of(centre))
    again = registered(centre, epa_package, uln=first.uln)
    assert again.number != first.number
    assert again.apprentice == first.apprentice


@pytest.mark.clause("D2")
def test_a_number_held_by_someone_else(centre, epa_package):
    first = registered(centre, epa_package)
    with pytest.raises(Refused) as refusal:
        registered(centre, epa_package, uln=first.uln, family_name="Brown")
    assert codes(refusal) == ["uln_other_person", "registered_already"]


@pytest.mark.clause("A1", "A8", "D3", "D1")
def test_everything_that_is_wrong_is_said_at_once(st0071, epa_package):
    made = centres.centre()
    Price.objects.filter(package=epa_package).delete()
    learner = learner_data(uln="1234567890", programme_start_on=dt.date(2099, 1, 1), planned_end_on=None)
    with pytest.raises(Refused) as refusal:
        actions.register(centre=made, package=epa_package, learner=learner, declared_by="", by=centres.owner_of(made))
    assert codes(refusal) == ["no_contract", "no_price", "not_declared", "uln_check_digit", "starts_later"]
    assert Apprentice.objects.count() == 0


@pytest.mark.clause("A1")
def test_the_gate_is_looked_at_each_time(centre, epa_package):
    registered(centre, epa_package)
    centres.actions.record_standing(
        centre=centre, kind=StandingKind.SUSPENDED, starts_on=dt.date(2026, 1, 1), reason="r", by=centres.epa_team()
    )
    with pytest.raises(Refused):
        registered(centre, epa_package)
    assert Registration.objects.count() == 1


@pytest.mark.clause("D4")
def test_the_price_of_the_day_stays(centre, epa_package):
    row = registered(centre, epa_package)
    Price.objects.filter(package=epa_package, valid_to=None).update(amount=Decimal("999.00"))
    row.charge.refresh_from_db()
    assert row.charge.amount == Decimal("640.00")
    assert registered(centre, epa_package).charge.amount == Decimal("999.00")


def test_who_may(centre, epa_package, st0071):
    other = centres.centre("Elsewhere")
    for who in (
        person(Role.CENTRE_READER, centre.organisation),
        centres.owner_of(other),
        centres.epa_team(),
        person(Role.ADMINISTRATOR),
    ):
        with pytest.raises(NotAllowed):
            registered(centre, epa_package, by=who)
    assert registered(centre, epa_package, by=person(Role.CENTRE_STAFF, centre.organisation))


def test_employers_are_found_again_whatever_the_case(centre, epa_package):
    registered(centre, epa_package, employer_name="Ford & Sons")
    registered(centre, epa_package, employer_name="FORD & SONS", employer_town="Ware")
    employer = Employer.objects.get()
    assert (employer.name, employer.town) == ("Ford & Sons", "Hertford")


@pytest.mark.clause("D1")
def test_what_is_blank_of_an_employer_is_filled_in_and_nothing_else(centre, epa_package):
    registered(centre, epa_package, employer_contact="", employer_email="", employer_postcode="")
    owner = centres.owner_of(centre)
    employer = Employer.objects.get()
    assert (employer.address, employer.town, employer.postcode) == ("", "Hertford", "")
    registered(centre, epa_package, employer_address="12 Mill Road")
    registered(centre, epa_package, employer_address="1 High Street", employer_contact="Pat Boss")
    employer.refresh_from_db()
    assert (employer.address, employer.town, employer.postcode) == ("12 Mill Road", "Hertford", "SG13 8PQ")
    assert (employer.contact_name, employer.contact_email) == ("Sam Manager", "sam@example.org")
    event = audit.history(employer).get()
    assert (event.verb, event.actor_id) == ("complete", owner.pk)
    assert event.facts == {"changed": ["address", "contact_email", "contact_name", "postcode"]}


@pytest.mark.clause("D1")
def test_another_centres_employer_of_that_name_stays_as_it_is(centre, epa_package, st0071):
    other = centres.approved_centre(st0071, name="Other College")
    registered(other, epa_package)
    registered(centre, epa_package, employer_address="12 Mill Road")
    assert Employer.objects.get(centre=other).address == ""
    assert Employer.objects.get(centre=centre).address == "12 Mill Road"


@pytest.mark.clause("D1")
def test_a_sheet_fills_in_its_employers_addresses(centre, epa_package):
    registered(centre, epa_package)
    registered(centre, epa_package, employer_name="Untouched Ltd")
    rows = [
        learner_data(),
        learner_data(employer_address="12 Mill Road"),
        learner_data(employer_name="New Ltd"),
        learner_data(employer_name="NEW LTD", employer_address="3 Quay"),
    ]
    upload = checked_upload(centre, epa_package, rows)
    actions.confirm_upload(upload=upload, declared_by="R", by=centres.owner_of(centre))
    addresses = dict(Employer.objects.values_list("name", "address"))
    assert addresses == {"Hertford Motor Group": "12 Mill Road", "New Ltd": "3 Quay", "Untouched Ltd": ""}


@pytest.mark.clause("D1")
def test_filling_in_many_employers_takes_as_many_statements_as_one(centre, epa_package):
    counts = []
    for names in (["One"], ["Two", "Three", "Four"]):
        for name in names:
            registered(centre, epa_package, employer_name=name)
        rows = [learner_data(employer_name=name, employer_address="12 Mill Road") for name in names]
        upload = checked_upload(centre, epa_package, rows)
        with CaptureQueriesContext(connection) as captured:
            actions.confirm_upload(upload=upload, declared_by="R", by=centres.owner_of(centre))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_sandbox_learners(centre, epa_package, settings):
    with pytest.raises(Refused):
        registered(centre, epa_package, uln="1002327800")
    settings.SANDBOX_ULN_PREFIX = "10023278"
    assert registered(centre, epa_package, uln="1002327800").uln == "1002327800"


def test_registering_many_takes_as_many_statements_as_one(centre, epa_package, django_assert_max_num_queries):
    with django_assert_max_num_queries(32):
        registered(centre, epa_package)


@pytest.mark.clause("D3")
def test_withdraw(centre, epa_package):
    row = registered(centre, epa_package)
    owner = centres.owner_of(centre)
    with pytest.raises(Refused):
        actions.withdraw(registration=row, reason=" ", by=owner)
    with pytest.raises(NotAllowed):
        actions.withdraw(registration=row, reason="x", by=person(Role.CENTRE_READER, centre.organisation))
    stale = Registration.objects.get(pk=row.pk)
    actions.withdraw(registration=row, reason=" Left the employer ", by=owner)
    row.refresh_from_db()
    assert (row.state, row.withdrawn_reason) == ("withdrawn", "Left the employer")
    with pytest.raises(WrongState):
        actions.withdraw(registration=row, reason="x", by=owner)
    with pytest.raises(Conflict):
        actions.withdraw(registration=stale, reason="x", by=owner)
    assert Charge.objects.count() == 1
    assert [event.verb for event in audit.history(row)] == ["withdraw", "register"]


def found(query):
    return list(queries.search(Apprentice.objects.all(), query).values_list("family_name", flat=True))


def test_search(centre, epa_package):
    row = registered(centre, epa_package, given_names="Zoë Anne", family_name="O’Brien")
    registered(centre, epa_package, given_names="Ann", family_name="Brown")
    assert found("o'bri") == ["O’Brien"]
    assert found("zoe obrien") == ["O’Brien"]
    assert found("ANN") == ["Brown", "O’Brien"]
    assert found(row.uln) == ["O’Brien"]
    assert found(row.uln[:9]) == ["O’Brien"]
    assert found(row.number) == ["O’Brien"]
    assert found(row.number.lower()) == ["O’Brien"]
    assert found("rien") == []
    assert found("zoe brown") == []
    assert found("') | qqq:*") == []
    assert len(found("")) == 2


def test_search_finds_the_second_registration(centre, epa_package, st0071):
    first = registered(centre, epa_package)
    second = registered(centre, Package.objects.get(code="AS-CSS-ASP"), uln=first.uln)
    assert found(second.number) == found(first.number) == ["Lee"]
