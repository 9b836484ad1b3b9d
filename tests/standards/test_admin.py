"""What an administrator can do to the catalogue, and what is refused in words."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.states import Role
from foundation import audit
from standards.models import GradeRow, Package, Price, StandardVersion
from tests.builders import person

pytestmark = pytest.mark.django_db
PASSED = "DIS=pass;OBS=pass;PRJ=pass"
FAILED = "DIS=fail;OBS=pass;PRJ=pass"
LIST = reverse("admin:standards_graderow_changelist")


@pytest.fixture
def client(st0071: StandardVersion) -> Client:
    client = Client()
    client.force_login(person(Role.ADMINISTRATOR))
    return client


def change(row: GradeRow) -> str:
    return reverse("admin:standards_graderow_change", args=[row.pk])


def test_a_combination_keeps_its_version_and_its_key(client: Client) -> None:
    row = GradeRow.objects.get(key=PASSED)
    posted = {"version": "999", "key": "DIS=fail;OBS=fail;PRJ=excellent", "overall": row.overall, "confirmed": "on"}
    assert client.post(change(row), posted).status_code == 302
    after = GradeRow.objects.get(pk=row.pk)
    assert (after.version_id, after.key, after.confirmed) == (row.version_id, PASSED, True)


def test_no_combination_is_added_or_deleted_by_hand(client: Client) -> None:
    row, number = GradeRow.objects.get(key=PASSED), GradeRow.objects.count()
    assert client.get(reverse("admin:standards_graderow_add")).status_code == 403
    assert client.post(reverse("admin:standards_graderow_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in client.get(LIST).text
    client.post(LIST, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert GradeRow.objects.count() == number


def in_the_list(client: Client, row: GradeRow, overall: str) -> Any:
    rows = list(client.get(LIST).context["cl"].result_list)
    data: dict[str, Any] = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows), "_save": "Save"}
    for number, each in enumerate(rows):
        data |= {f"form-{number}-id": each.pk, f"form-{number}-overall": overall if each == row else each.overall}
    return client.post(LIST, data)


@pytest.mark.parametrize("place", ["page", "list"])
def test_a_failed_component_makes_a_fail(client: Client, place: str) -> None:
    row = GradeRow.objects.get(key=FAILED)
    answer = (
        client.post(change(row), {"overall": "distinction"})
        if place == "page"
        else in_the_list(client, row, "distinction")
    )
    assert answer.status_code == 200
    assert "With a fail in DIS the overall grade is a fail." in answer.text
    row.refresh_from_db()
    assert row.overall == "fail"


@pytest.mark.parametrize("place", ["page", "list"])
def test_what_is_passed_can_be_changed(client: Client, place: str) -> None:
    row = GradeRow.objects.get(key=PASSED)
    answer = (
        client.post(change(row), {"overall": "distinction"})
        if place == "page"
        else in_the_list(client, row, "distinction")
    )
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.overall == "distinction"


def test_a_fail_that_the_catalogue_file_lets_pass_can_be_set(client: Client, st0071: StandardVersion) -> None:
    row = GradeRow.objects.get(key=FAILED)
    rows = {f"grade_row:{FAILED}": {"overall": "pass", "confirmed": True}}
    audit.record(st0071, "load", by=User.objects.latest("pk"), facts={"sha256": "", "rows": rows})
    assert client.post(change(row), {"overall": "pass"}).status_code == 302
    assert client.post(change(row), {"overall": "distinction"}).status_code == 200


def test_a_price_below_nothing_is_refused_in_words(client: Client, st0071: StandardVersion) -> None:
    package = Package.objects.filter(version=st0071).latest("pk")
    posted = {"version": st0071.pk, "kind": "package", "package": package.pk, "component": "", "amount": "-5.00"}
    dates = {"valid_from": f"{dt.date(2090, 1, 1):%d/%m/%Y}", "valid_to": ""}
    Price.objects.filter(package=package).update(valid_to=dt.date(2089, 12, 31))
    page = client.post(reverse("admin:standards_price_add"), posted | dates)
    assert page.status_code == 200
    assert "A price is not less than £0.00." in page.text
    assert "price_not_negative" not in page.text
