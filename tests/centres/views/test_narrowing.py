"""The lists of applications and of charges: what they show, what they are narrowed by, and where their figures lead."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.actors import System
from accounts.states import Role
from centres import actions
from centres.models import Application, Centre, Charge
from centres.states import ChargeKind
from foundation import clock
from tests import builders as people
from tests.centres import builders
from tests.centres.views.scenes import client_of, play

pytestmark = pytest.mark.django_db
CHARGES = reverse("centres:charges")


def charge(centre: Centre, day: dt.datetime, amount: str = "100.00") -> Charge:
    with clock.travel(day):
        return actions.charge(
            centre=centre,
            kind=ChargeKind.RESIT,
            description="Resit",
            amount=Decimal(amount),
            about=centre,
            by=System("test"),
        )


def shown(page) -> list[str]:
    return [row.number for row in page.context["page_obj"]]


@pytest.fixture
def finance():
    return client_of(people.person(Role.FINANCE))


@pytest.mark.clause("D4")
def test_charges_are_narrowed_by_day_by_centre_and_by_number(finance):
    """Days are London's: what is charged in the first half-hour of July is charged in July."""
    ashdown, bluebell = builders.centre("Ashdown"), builders.centre("Bluebell")
    june = charge(ashdown, dt.datetime(2026, 6, 30, 23, 30, tzinfo=clock.LONDON))
    early = charge(ashdown, dt.datetime(2026, 7, 1, 0, 30, tzinfo=clock.LONDON))
    late = charge(bluebell, dt.datetime(2026, 7, 31, 23, 30, tzinfo=clock.LONDON))
    for query, found in [
        ("", [late, early, june]),
        ("?made_from=01/07/2026", [late, early]),
        ("?made_to=30/06/2026", [june]),
        ("?made_from=2026-07-01&made_to=31 Jul 2026", [late, early]),
        ("?made_from=01/01/0001&made_to=31/12/9999", [late, early, june]),
        (f"?centre={ashdown.pk}", [early, june]),
        (f"?centre={ashdown.pk}&made_from=01/07/2026", [early]),
        (f"?q={early.number}", [early]),
        (f"?q={bluebell.number}", [late]),
    ]:
        page = finance.get(CHARGES + query)
        assert shown(page) == [row.number for row in found], query
        assert page.context["total"] == 100 * len(found)


def test_a_centre_names_no_other_in_its_filter(finance):
    own, other = builders.centre("Ashdown"), builders.centre("Bluebell")
    charge(other, clock.now())
    assert "Bluebell" in finance.get(CHARGES).text
    page = client_of(builders.owner_of(own)).get(f"{CHARGES}?centre={other.pk}")
    assert "Bluebell" not in page.text
    assert not page.context["filter"].is_valid()


def test_finances_figures_lead_to_what_they_count(finance, at):
    at(dt.datetime(2026, 7, 20, 9, tzinfo=clock.LONDON))
    centre = builders.centre()
    charge(centre, dt.datetime(2026, 6, 30, 23, 30, tzinfo=clock.LONDON), "7.00")
    charge(centre, dt.datetime(2026, 7, 1, 0, 30, tzinfo=clock.LONDON))
    charge(centre, dt.datetime(2026, 7, 2, 12, tzinfo=clock.LONDON))
    number, pounds = finance.get("/").context["board"].figures[:2]
    assert (number.value, pounds.value) == (2, "£200.00")
    for figure in (number, pounds):
        page = finance.get(figure.url)
        assert page.context["page_obj"].paginator.count == 2
        assert page.context["total"] == Decimal("200.00")


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("stage", "late"),
    [
        ("draft", False),
        ("submitted", True),
        ("in_review", True),
        ("actions_required", False),
        ("resubmitted", True),
        ("offered", False),
    ],
)
def test_only_an_application_before_the_reviewer_is_late(st0071, stage, late):
    play(stage, st0071)
    Application.objects.exclude(review_due_on=None).update(review_due_on=clock.today() - dt.timedelta(days=300))
    page = client_of(people.person(Role.EPA_TEAM)).get(reverse("centres:applications")).text
    assert ("portal-due--late" in page) == late
    assert ("working days late" in page) == late


@pytest.mark.clause("A6")
def test_a_decided_application_shows_the_day_of_the_decision(st0071, at):
    at(dt.datetime(2026, 3, 5, 9, tzinfo=clock.LONDON))
    play("offered", st0071)
    at(dt.datetime(2026, 9, 14, 9, tzinfo=clock.LONDON))
    page = client_of(people.person(Role.EPA_TEAM)).get(reverse("centres:applications"))
    [row] = page.context["page_obj"]
    assert (row.state, row.reviewer_has_until) == ("approved", None)
    assert 'data-label="Decided"' in page.text
    assert "5 Mar 2026" in page.text[page.text.index('data-label="Decided"') :]


@pytest.mark.clause("A1", "A8", "A9", "D4")
@pytest.mark.parametrize(
    ("name", "stage", "row", "role"),
    [
        ("standing", "opened", "centre", Role.EPA_TEAM),
        ("send_back", "signed", "contract", Role.EPA_TEAM),
        ("reverse", "charged", "charge", Role.FINANCE),
    ],
)
def test_no_reason_that_is_needed_is_called_optional(st0071, name, stage, row, role):
    scene = play(stage, st0071)
    page = client_of(people.person(role)).get(reverse(f"centres:{name}", kwargs={"pk": getattr(scene, row).pk}))
    assert page.status_code == 200
    assert 'name="reason"' in page.text
    assert "(optional)" not in page.text


@pytest.mark.clause("A9")
def test_a_row_of_what_is_required_needs_all_of_it(st0071):
    scene = play("in_review", st0071)
    builders.decide_all(scene.application, met=False, reason="One trainer only.")
    eqa = client_of(scene.application.reviewer)
    address = reverse("centres:require", kwargs={"pk": scene.application.pk})
    assert "(optional)" not in eqa.get(address).text
    rows = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 0, "form-0-text": "Name a second trainer."}
    page = eqa.post(address, rows)
    assert page.status_code == 200
    assert "Choose the element." in page.text
    assert "Enter the day by which it is due." in page.text
