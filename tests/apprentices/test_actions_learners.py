"""Keeping a learner's record and the centre's employers."""

import datetime as dt
from dataclasses import replace

import pytest

from accounts.states import Role
from apprentices import actions, queries
from apprentices.models import Apprentice, Attainment, Employer, Support
from foundation import audit
from foundation.errors import Conflict, NotAllowed, Refused
from tests.apprentices.builders import learner_data, registered, uln
from tests.builders import person
from tests.centres import builders as centres

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner():
    return learner_data()


@pytest.fixture
def apprentice(centre, epa_package, learner):
    owner = centres.owner_of(centre)
    row = actions.register(centre=centre, package=epa_package, learner=learner, declared_by="R", by=owner)
    return row.apprentice


def correct(apprentice, learner, by=None, employer=None):
    return actions.correct_apprentice(
        apprentice=apprentice,
        learner=learner,
        employer=employer or apprentice.employer,
        by=by or centres.owner_of(apprentice.centre),
    )


def test_a_correction_is_found_and_recorded(apprentice, learner):
    correct(apprentice, replace(learner, family_name="Leigh", email="j.leigh@example.org"))
    apprentice.refresh_from_db()
    assert (apprentice.full_name, apprentice.email) == ("Jordan Leigh", "j.leigh@example.org")
    assert list(queries.search(Apprentice.objects.all(), "leigh")) == [apprentice]
    assert list(queries.search(Apprentice.objects.all(), "lee")) == []
    assert list(queries.search(Apprentice.objects.all(), apprentice.registrations.get().number)) == [apprentice]
    event = audit.history(apprentice).get()
    assert event.facts == {"family_name": ["Lee", "Leigh"], "email": ["jordan@example.org", "j.leigh@example.org"]}


def test_no_change_no_event(apprentice, learner):
    correct(apprentice, learner)
    assert audit.history(apprentice).count() == 0


def test_another_employer_of_the_same_centre_only(apprentice, learner, st0071):
    mine = actions.save_employer(
        centre=apprentice.centre, by=centres.owner_of(apprentice.centre), name="Ware Motors", contact_name="Al"
    )
    correct(apprentice, learner, employer=mine)
    apprentice.refresh_from_db()
    assert apprentice.employer == mine
    foreign = Employer.objects.create(centre=centres.centre("Elsewhere"), name="Foreign")
    with pytest.raises(Refused) as refusal:
        correct(apprentice, learner, employer=foreign)
    assert [one.code for one in refusal.value.problems] == ["employer"]


@pytest.mark.clause("D2")
def test_a_uln_is_corrected_by_the_epa_team_alone(apprentice, learner, centre, epa_package):
    fresh = uln()
    with pytest.raises(Refused) as refusal:
        correct(apprentice, replace(learner, uln=fresh))
    assert [one.code for one in refusal.value.problems] == ["uln_fixed"]
    correct(apprentice, replace(learner, uln=fresh), by=centres.epa_team())
    apprentice.refresh_from_db()
    assert (apprentice.uln, apprentice.registrations.get().uln) == (fresh, fresh)
    with pytest.raises(Refused):
        correct(apprentice, replace(learner, uln="1234567890"), by=centres.epa_team())
    other = registered(centre, epa_package)
    with pytest.raises(Conflict):
        correct(apprentice, replace(learner, uln=other.uln), by=centres.epa_team())
    apprentice.refresh_from_db()
    assert apprentice.uln == fresh


def test_a_wrong_correction(apprentice, learner):
    with pytest.raises(Refused) as refusal:
        correct(apprentice, replace(learner, programme_start_on=dt.date(2099, 1, 1), planned_end_on=None))
    assert [one.code for one in refusal.value.problems] == ["starts_later"]


def attain(apprentice, by=None, **changes):
    values = {
        "subject": "maths",
        "level": "2",
        "qualification": " GCSE Maths ",
        "achieved_on": dt.date(2020, 8, 20),
    }
    return actions.record_attainment(
        apprentice=apprentice, by=by or centres.owner_of(apprentice.centre), **{**values, **changes}
    )


@pytest.mark.clause("B4")
def test_an_attainment_is_held_with_all_that_the_rule_asks(apprentice):
    evidence = centres.stored_pdf()
    row = attain(apprentice, evidence=evidence)
    assert (row.subject, row.route, row.level, row.qualification) == ("maths", "standard", "2", "GCSE Maths")
    assert (row.achieved_on, row.evidence) == (dt.date(2020, 8, 20), evidence)
    assert row.by_label == centres.owner_of(apprentice.centre).label
    assert audit.history(apprentice).get().verb == "record_attainment"
    with pytest.raises(Refused):
        attain(apprentice, level="9")
    assert Attainment.objects.count() == 1


def amend(row, **changes):
    names = ("subject", "route", "level", "qualification", "achieved_on")
    told = {name: getattr(row, name) for name in names} | changes
    by = told.pop("by", None) or centres.owner_of(row.apprentice.centre)
    return actions.correct_attainment(attainment=row, by=by, **told)


@pytest.mark.clause("B4")
def test_a_missing_certificate_is_added_without_a_reason(apprentice):
    row = attain(apprentice)
    evidence = centres.stored_pdf()
    assert amend(row).evidence is None  # nothing changed, nothing written down
    assert amend(row, evidence=evidence).evidence == evidence
    assert next((event.verb, event.facts) for event in audit.history(apprentice)) == (
        "add_certificate",
        {"attainment": row.pk},
    )
    assert audit.history(apprentice).count() == 2
    with pytest.raises(Refused) as refusal:
        amend(row, evidence=centres.stored_pdf("another"))  # in the place of one that is there
    assert [problem.code for problem in refusal.value.problems] == ["no_reason"]


@pytest.mark.clause("B4")
def test_a_wrong_attainment_is_corrected_with_a_reason_that_the_history_keeps(apprentice):
    row = attain(apprentice)
    with pytest.raises(Refused) as refusal:
        amend(row, level="9", qualification=" ")
    assert [problem.code for problem in refusal.value.problems] == ["level", "qualification", "no_reason"]
    amend(row, level="1", achieved_on=dt.date(2020, 8, 21), reason=" Mistyped ")
    row.refresh_from_db()
    assert (row.level, row.achieved_on, row.qualification) == ("1", dt.date(2020, 8, 21), "GCSE Maths")
    event = audit.history(apprentice)[0]
    assert (event.verb, event.facts) == (
        "correct_attainment",
        {
            "attainment": row.pk,
            "level": ["2", "1"],
            "achieved_on": ["2020-08-20", "2020-08-21"],
            "reason": "Mistyped",
        },
    )
    for who in (person(Role.CENTRE_READER, apprentice.centre.organisation), person(Role.FINANCE)):
        with pytest.raises(NotAllowed):
            amend(row, level="2", reason="x", by=who)


@pytest.mark.clause("B4")
def test_support_changes_the_requirement_and_is_not_told_in_the_history(apprentice):
    owner = centres.owner_of(apprentice.centre)
    for ehc in (True, False):
        actions.record_support(apprentice=apprentice, ehc_plan=ehc, bsl_primary=True, by=owner)
    row = Support.objects.get()
    assert (row.ehc_plan, row.bsl_primary, row.evidence) == (False, True, None)
    assert [event.facts for event in audit.history(apprentice)] == [{}, {}]


def test_who_may(apprentice, learner, centre):
    outsiders = (
        person(Role.CENTRE_READER, centre.organisation),
        centres.owner_of(centres.centre("Elsewhere")),
        person(Role.FINANCE),
        person(Role.INDEPENDENT_ASSESSOR),
    )
    for who in outsiders:
        with pytest.raises(NotAllowed):
            correct(apprentice, replace(learner, family_name="X"), by=who)
        with pytest.raises(NotAllowed):
            attain(apprentice, by=who)
        with pytest.raises(NotAllowed):
            actions.record_support(apprentice=apprentice, ehc_plan=True, bsl_primary=False, by=who)
        with pytest.raises(NotAllowed):
            actions.save_employer(centre=centre, by=who, name="X")
    assert attain(apprentice, by=centres.epa_team())


def test_an_employer_once_a_centre(centre):
    owner = centres.owner_of(centre)
    row = actions.save_employer(centre=centre, by=owner, name="Ford", town="Ware")
    with pytest.raises(Refused) as refusal:
        actions.save_employer(centre=centre, by=owner, name="FORD")
    assert [one.field for one in refusal.value.problems] == ["name"]
    actions.save_employer(centre=centre, employer=row, by=owner, name="Ford", town="Hertford")
    row.refresh_from_db()
    assert (row.name, row.town) == ("Ford", "Hertford")
    assert [(event.verb, event.facts) for event in audit.history(row)] == [
        ("correct", {"changed": ["town"]}),
        ("add", {"changed": ["name", "town"]}),
    ]
    other = centres.centre("Elsewhere")
    assert actions.save_employer(centre=other, by=centres.owner_of(other), name="Ford")
