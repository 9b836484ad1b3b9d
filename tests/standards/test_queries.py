"""Settings as one value; the price of a day."""

import datetime as dt
from decimal import Decimal

import pytest

from standards import queries
from standards.models import Component, GradeRow, Package

pytestmark = pytest.mark.django_db
DAY = dt.date


@pytest.mark.clause("C1", "C2", "C4", "C5", "C7", "C14")
def test_settings_of_customer_service_specialist(st0071):
    settings = queries.settings_of(st0071)
    observation, project, discussion = settings.components
    assert settings.practical == observation
    assert (observation.window_months, observation.has_submission) == (3, False)
    assert (project.submission_within_months, project.submission_days_before, project.rework_months) == (2, 14, 1)
    assert (project.subject_agreed, project.wants_pieces) == (True, False)
    assert (discussion.submission_days_before, discussion.evidence_min, discussion.evidence_max) == (14, 10, 15)
    assert discussion.wants_pieces
    assert settings.component("PRJ") == project
    assert observation.grades == ("fail", "pass", "distinction")
    assert {criterion.needed_for for criterion in observation.criteria} == {"pass", "distinction"}
    assert (len(settings.grade_table), settings.grade_table_confirmed, settings.short) == (27, False, "ST0071/AP01")


def test_settings_of_the_made_up_standard(made_up):
    settings = queries.settings_of(made_up)
    assert [component.code for component in settings.components] == ["TST", "WSP", "LOG", "TLK"]
    assert settings.practical.code == "WSP"
    assert settings.resit_best_grade == "merit"
    with pytest.raises(KeyError):
        settings.component("OBS")


def test_settings_take_few_queries(st0071, made_up, django_assert_num_queries):
    st0071.standard, made_up.standard  # noqa: B018 - read before counting
    for version in (st0071, made_up):
        with django_assert_num_queries(4):
            queries.settings_of(version)


def test_the_grade_table_is_confirmed_when_every_row_is(st0071):
    GradeRow.objects.update(confirmed=True)
    assert queries.settings_of(st0071).grade_table_confirmed
    GradeRow.objects.filter(key="DIS=pass;OBS=pass;PRJ=pass").update(confirmed=False)
    assert not queries.settings_of(st0071).grade_table_confirmed


@pytest.mark.clause("D4")
@pytest.mark.parametrize(
    ("day", "amount"),
    [
        (DAY(2019, 8, 31), None),
        (DAY(2019, 9, 1), "600.00"),
        (DAY(2024, 8, 31), "600.00"),
        (DAY(2024, 9, 1), "640.00"),
        (DAY(2040, 1, 1), "640.00"),
    ],
)
def test_price_of_a_package_by_day(st0071, day, amount):
    found = queries.price(st0071, "package", package=Package.objects.get(code="AS-CSS-EPA"), on=day)
    assert (found and found.amount) == (amount and Decimal(amount))


@pytest.mark.clause("D5")
def test_english_and_maths_have_prices_of_their_own(made_up):
    day = DAY(2026, 9, 14)
    assert queries.price(made_up, "english", on=day).amount == Decimal("35.00")
    assert queries.price(made_up, "maths", on=day).amount == Decimal("37.00")


def test_a_resit_is_priced_by_its_component_else_by_the_general_line(made_up):
    day = DAY(2026, 9, 14)
    workshop, talk = Component.objects.get(code="WSP"), Component.objects.get(code="TLK")
    assert queries.price(made_up, "resit", component=workshop, on=day).amount == Decimal("390.00")
    assert queries.price(made_up, "resit", component=talk, on=day).amount == Decimal("130.00")
    assert queries.price(made_up, "resit", on=day).amount == Decimal("130.00")
