"""Opening a centre, and IMI's decisions about it (A1)."""

import datetime as dt

import pytest

from accounts.models import Invitation, Organisation
from accounts.states import OrganisationKind, Role
from centres import actions, queries
from centres.models import Centre, Standing
from centres.states import StandingKind
from foundation import audit
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.models import Message
from tests import builders as people
from tests.centres import builders

pytestmark = pytest.mark.django_db


def open_centre(ukprn: int, by=None) -> Centre:
    return actions.create_centre(
        ukprn=ukprn,
        contact_name=" Robin Owner ",
        contact_email="Robin@Example.org",
        town="Hertford",
        by=by or builders.epa_team(),
    )


@pytest.mark.clause("A1")
def test_a_centre_is_opened_for_a_provider_on_the_register():
    builders.registered_provider(10_000_001, "Riverside College")
    centre = open_centre(10_000_001)
    organisation = centre.organisation
    assert (organisation.kind, organisation.name, organisation.ukprn) == (
        OrganisationKind.PROVIDER,
        "Riverside College",
        10_000_001,
    )
    assert (centre.contact_name, centre.contact_email, centre.number[:4]) == (
        "Robin Owner",
        "robin@example.org",
        "CEN-",
    )
    invitation = Invitation.objects.get()
    assert (invitation.organisation, invitation.role, invitation.email) == (
        organisation,
        Role.CENTRE_OWNER,
        "robin@example.org",
    )
    assert audit.history(centre).get().facts == {"ukprn": 10_000_001}


@pytest.mark.clause("A1")
def test_a_provider_off_the_register_does_not_become_a_centre():
    with pytest.raises(Refused) as refused:
        open_centre(10_000_001)
    assert [problem.code for problem in refused.value.problems] == ["not_on_register"]
    assert (Centre.objects.count(), Organisation.objects.filter(ukprn=10_000_001).count()) == (0, 0)


@pytest.mark.clause("A1")
def test_a_provider_that_left_does_not_become_a_centre():
    builders.registered_provider(10_000_001)
    builders.leave_register(10_000_001)
    with pytest.raises(Refused) as refused:
        open_centre(10_000_001)
    assert [problem.code for problem in refused.value.problems] == ["left_register"]


def test_a_provider_becomes_a_centre_once():
    builders.registered_provider(10_000_001)
    open_centre(10_000_001)
    with pytest.raises(Conflict):
        open_centre(10_000_001)
    assert Centre.objects.count() == 1


def test_an_organisation_that_is_known_is_kept():
    known = people.provider("Known College", 10_000_001)
    builders.registered_provider(10_000_001, "Riverside College")
    assert open_centre(10_000_001).organisation == known


@pytest.mark.parametrize("role", [Role.CENTRE_EQA, Role.FINANCE, Role.IQA, Role.INDEPENDENT_ASSESSOR])
def test_who_does_not_open_centres(role):
    builders.registered_provider(10_000_001)
    with pytest.raises(NotAllowed):
        open_centre(10_000_001, by=people.person(role))


@pytest.mark.clause("A1")
def test_a_decision_is_recorded_and_everyone_concerned_is_told(at, monday, settings):
    at(monday)
    centre = builders.centre(imi_approved=False)
    standing = actions.record_standing(
        centre=centre,
        kind=StandingKind.SUSPENDED,
        starts_on=monday,
        ends_on=monday + dt.timedelta(days=30),
        reason="No lead assessor.",
        by=builders.epa_team(),
    )
    assert queries.standing_facts(centre)[0].kind == StandingKind.SUSPENDED
    told = Message.objects.filter(kind="centres.standing_changed").values_list("to_email", flat=True)
    owners = [user.email for user in queries.people(centre)]
    assert sorted(told) == sorted([*owners, settings.EPA_TEAM_MAILBOX])
    event = audit.history(centre).filter(verb="record_standing").get()
    assert (event.facts["kind"], event.facts["starts_on"]) == ("suspended", "2026-09-14")
    assert str(standing) == f"{centre}: Suspended by IMI"


@pytest.mark.clause("A1")
@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("kind", "reason"),
    [(StandingKind.APPROVED, ""), (StandingKind.SUSPENDED, "Staffing"), (StandingKind.WITHDRAWN, "Closed")],
)
def test_before_the_invitation_is_accepted_the_contact_is_told(monday, settings, kind, reason):
    builders.registered_provider(10_000_001)
    centre = open_centre(10_000_001)
    actions.record_standing(centre=centre, kind=kind, starts_on=monday, reason=reason, by=builders.epa_team())
    told = Message.objects.filter(kind="centres.standing_changed")
    assert set(told.values_list("to_email", flat=True)) == {"robin@example.org", settings.EPA_TEAM_MAILBOX}
    hint = "once the centre’s owner has accepted the invitation"
    assert [row.to_email for row in told if hint in row.text] == ["robin@example.org"]


@pytest.mark.clause("A1")
def test_once_somebody_is_at_the_centre_the_contact_is_not_told_beside_them(monday):
    builders.registered_provider(10_000_001)
    centre = open_centre(10_000_001)
    owner = people.person(Role.CENTRE_OWNER, centre.organisation)
    actions.record_standing(centre=centre, kind=StandingKind.APPROVED, starts_on=monday, by=builders.epa_team())
    told = Message.objects.filter(kind="centres.standing_changed").values_list("to_email", flat=True)
    assert owner.email in told
    assert centre.contact_email not in told


@pytest.mark.clause("A1")
def test_leaving_the_register_before_the_invitation_is_accepted_is_told_to_the_contact_once(settings):
    builders.registered_provider(10_000_001)
    centre = open_centre(10_000_001)
    builders.leave_register(10_000_001)
    told = Message.objects.filter(kind="centres.left_register").values_list("to_email", flat=True)
    assert sorted(told) == sorted([centre.contact_email, settings.EPA_TEAM_MAILBOX])


@pytest.mark.parametrize(
    ("kind", "reason", "ends_on", "codes"),
    [
        (StandingKind.APPROVED, "", None, []),
        (StandingKind.SUSPENDED, "  ", None, ["no_reason"]),
        (StandingKind.WITHDRAWN, "", None, ["no_reason"]),
        (StandingKind.WITHDRAWN, "closed", None, []),
        (StandingKind.APPROVED, "", dt.date(2026, 9, 13), ["ends_before_start"]),
        (StandingKind.APPROVED, "", dt.date(2026, 9, 14), []),
    ],
)
def test_what_a_decision_needs(kind, reason, ends_on, codes):
    centre = builders.centre(imi_approved=False)
    given = {"centre": centre, "kind": kind, "starts_on": dt.date(2026, 9, 14), "ends_on": ends_on, "reason": reason}
    if codes:
        with pytest.raises(Refused) as refused:
            actions.record_standing(by=builders.epa_team(), **given)
        assert [problem.code for problem in refused.value.problems] == codes
    else:
        actions.record_standing(by=builders.epa_team(), **given)
    assert Standing.objects.count() == (0 if codes else 1)


@pytest.mark.parametrize("role", [Role.CENTRE_EQA, Role.FINANCE, Role.IQA])
def test_who_does_not_decide(role):
    centre = builders.centre()
    with pytest.raises(NotAllowed):
        actions.record_standing(
            centre=centre, kind=StandingKind.APPROVED, starts_on=dt.date(2026, 1, 1), by=people.person(role)
        )


def test_a_centre_does_not_approve_itself():
    centre = builders.centre(imi_approved=False)
    with pytest.raises(NotAllowed):
        actions.record_standing(
            centre=centre, kind=StandingKind.APPROVED, starts_on=dt.date(2026, 1, 1), by=builders.owner_of(centre)
        )
