"""The planner's page: every date drawn and listed, for any version."""

import datetime as dt
import itertools

import pytest
from django.urls import reverse

from accounts.states import Role
from epa.rules import planner as rules
from epa.views.planner import LEFT, RIGHT, draw
from standards.models import StandardVersion
from tests import builders as people
from tests.epa import values

MONDAY = dt.date(2026, 9, 14)


@pytest.fixture
def user(db: None):
    return people.person(Role.CENTRE_STAFF, people.provider())


@pytest.mark.django_db
class TestPage:
    def test_asks_first(self, st0071: StandardVersion, user, client) -> None:
        client.force_login(user)
        page = client.get(reverse("epa:planner"))
        assert (page.status_code, page.context["plan"]) == (200, None)

    def test_lists_and_draws_every_date(self, st0071: StandardVersion, user, client, at) -> None:
        at(MONDAY)
        client.force_login(user)
        page = client.get(reverse("epa:planner"), {"version": st0071.pk, "desired_on": "14/12/2026"})
        text = page.content.decode()
        assert len(page.context["drawing"].marks) == 12
        assert text[text.index('class="portal-plan"') :].count("<circle") == 12
        for words in ("Last day to request", "Project report due", "Portfolio of evidence due", "Result by"):
            assert words in text
        assert "These dates are possible." in text
        assert "style=" not in text

    def test_what_is_impossible_is_shown_with_its_clause(self, st0071: StandardVersion, user, client, at) -> None:
        at(MONDAY)
        client.force_login(user)
        page = client.get(reverse("epa:planner"), {"version": st0071.pk, "desired_on": "11/12/2026"})
        text = page.content.decode()
        assert "Not possible" in text
        assert "88 days away" in text

    def test_another_version_has_other_dates(self, made_up: StandardVersion, user, client, at) -> None:
        at(MONDAY)
        client.force_login(user)
        page = client.get(reverse("epa:planner"), {"version": made_up.pk, "starts_on": "1 Mar 2027"})
        assert page.status_code == 200
        plan = page.context["plan"]
        assert plan.starts_on == dt.date(2027, 3, 1)
        windows = [date for date in plan.dates if date.code.startswith("window_")]
        assert len(windows) == made_up.components.count()

    def test_what_cannot_be_read_stands_at_the_field(self, st0071: StandardVersion, user, client) -> None:
        client.force_login(user)
        page = client.get(reverse("epa:planner"), {"version": st0071.pk, "desired_on": "soon"})
        assert page.context["form"].errors.keys() == {"desired_on"}

    def test_needs_a_login(self, client) -> None:
        assert client.get(reverse("epa:planner")).status_code == 302


class TestDrawing:
    def test_marks_are_numbered_in_order_inside_the_drawing_and_apart(self) -> None:
        plan = rules.plan(values.settings(), today=MONDAY, calendar=values.calendar())
        marks = draw(plan).marks
        assert [mark.number for mark in marks] == list(range(1, 13))
        assert all(LEFT <= mark.x <= RIGHT for mark in marks)
        assert [mark.x for mark in marks] == sorted(mark.x for mark in marks)
        places = [(mark.x, mark.y) for mark in marks]
        apart = [
            abs(one[0] - other[0]) >= 30 or abs(one[1] - other[1]) >= 30
            for one, other in itertools.combinations(places, 2)
        ]
        assert all(apart)

    def test_nothing_to_draw(self) -> None:
        plan = rules.plan(values.settings(), today=MONDAY, calendar=values.calendar(), desired_on=dt.date(2030, 12, 2))
        assert draw(plan).marks == ()
