"""A centre's page: everything on it, learners by stage put there by the roof, in a constant number of statements."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.states import Role
from centres import actions
from foundation import clock
from tests import builders as people
from tests.centres import builders
from tests.centres.views.scenes import client_of
from tests.epa import builders_assessing as assessing
from tests.epa import builders_preparing as preparing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("private_files")]


def statements(user, centre) -> int:
    client = client_of(user)
    client.get(centre.get_absolute_url())
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(centre.get_absolute_url()).status_code == 200
    return len(seen)


@pytest.mark.parametrize("role", [Role.CENTRE_OWNER, Role.EPA_TEAM])
def test_more_of_everything_takes_no_more_statements(st0071, made_up, role):
    centre = builders.approved_centre(st0071)
    user = builders.owner_of(centre) if role == Role.CENTRE_OWNER else builders.epa_team()
    builders.sanction(centre, "level_1", [st0071.packages.all()[0]])
    preparing.registration(st0071, centre)
    assessing.opened(preparing.registration(st0071, centre))
    builders.suspend(centre, [st0071.packages.all()[0]])
    first, *others = made_up.packages.all()
    draft = builders.draft_application(centre, made_up, [first])
    before = statements(user, centre)
    actions.choose_elements(application=draft, packages=[first, *others], by=builders.owner_of(centre))
    for number in range(3):
        builders.site(centre, f"Site {number}")
        builders.sanction(centre, "level_1", [st0071.packages.all()[0]])
        people.person(Role.CENTRE_STAFF, centre.organisation)
        preparing.registration(st0071, centre)
        actions.record_standing(centre=centre, kind="approved", starts_on=clock.today(), by=builders.epa_team())
    assert statements(user, centre) <= before


def test_learners_are_counted_by_stage_for_those_who_may_see_them(st0071):
    centre = builders.approved_centre(st0071)
    preparing.registration(st0071, centre)
    assessing.opened(preparing.registration(st0071, centre))
    other = builders.approved_centre(st0071)
    preparing.registration(st0071, other)
    for who, sees in (
        (builders.owner_of(centre), True),
        (builders.epa_team(), True),
        (builders.centre_eqa(), False),
        (builders.finance(), False),
    ):
        page = client_of(who).get(centre.get_absolute_url())
        figures = [panel.figures for panel in page.context["panels"]]
        expected = [[("Registered, EPA not begun", 1), ("In the EPA period", 1)]]
        assert ([[row[1] for row in panel] for panel in figures], "Learners by stage" in page.text) == (
            ([[row[1] for row in panel] for panel in expected], True) if sees else ([], False)
        )


def test_each_sees_their_own_part(st0071):
    centre = builders.approved_centre(st0071)
    decided = actions.record_standing(
        centre=centre, kind="approved", starts_on=clock.today(), evidence=builders.stored_pdf(), by=builders.epa_team()
    )
    evidence = f"/centres/standing/{decided.pk}/evidence/"
    pages = {
        name: client_of(user).get(centre.get_absolute_url()).text
        for name, user in (
            ("owner", builders.owner_of(centre)),
            ("team", builders.epa_team()),
            ("eqa", builders.centre_eqa()),
            ("finance", builders.finance()),
        )
    }
    assert {name for name, page in pages.items() if evidence in page} == {"team", "eqa"}
    assert {name for name, page in pages.items() if "Who acts for the centre" in page} == {"owner", "team"}
    assert {name for name, page in pages.items() if 'id="applications"' in page} == {"owner", "team", "eqa"}
    assert all("AS-CSS-EPA" in page and "Account" in page for page in pages.values())
