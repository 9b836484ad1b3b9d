"""Whatever an administrator writes in Django admin leaves an event: who, which fields, from what to what."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import Interest, Invitation, Membership, Organisation, User
from accounts.states import Role
from centres import actions
from centres.models import ContractTemplate, RegisterSettings
from epa.models import AssessorProfile
from foundation.admin import Recorded
from foundation.models import AuditEvent, ClosedDay
from standards.models import Component, ComponentCriterion, GradeRow, Package, Price, Standard, StandardVersion
from tests.builders import person, provider

pytestmark = pytest.mark.django_db
# Model → how a row of it comes about, the field that is changed, to what, and both values as they are kept.
CHANGES: dict[type[models.Model], tuple[Callable[[], Any], str, Any, Any, Any]] = {
    ClosedDay: (ClosedDay.objects.first, "name", "New Year", "New Year's Day", "New Year"),
    User: (lambda: person(Role.FINANCE), "is_active", False, True, False),
    Organisation: (lambda: provider("Old name"), "name", "New name", "Old name", "New name"),
    AssessorProfile: (lambda: profile(), "active", False, True, False),
    Standard: (Standard.objects.first, "name", "Customers", "Customer service specialist", "Customers"),
    StandardVersion: (StandardVersion.objects.first, "booking_notice_days", 11, None, 11),
    Package: (Package.objects.first, "name", "All of it", None, "All of it"),
    Component: (Component.objects.first, "name", "Watching", None, "Watching"),
    GradeRow: (GradeRow.objects.first, "confirmed", True, False, True),
    ContractTemplate: (lambda: draft_template(), "note", "Shorter", "", "Shorter"),
    RegisterSettings: (lambda: RegisterSettings.objects.create(pk=1), "warn_after_days", 3, None, 3),
    Price: (Price.objects.first, "valid_to", dt.date(2031, 12, 31), None, "2031-12-31"),
}
# These write through verbs alone, which leave events of their own; tests of the verbs show it.
BY_VERB = {Membership, Invitation}


def profile() -> AssessorProfile:
    row = AssessorProfile.objects.create(user=person(Role.INDEPENDENT_ASSESSOR))
    row.versions.set(StandardVersion.objects.all())
    return row


def draft_template() -> ContractTemplate:
    return actions.begin_template(template=ContractTemplate.objects.get(), by=User.objects.get(name="Ada Admin"))


@pytest.fixture
def administrator(st0071: StandardVersion) -> User:
    return person(Role.ADMINISTRATOR, name="Ada Admin")


@pytest.fixture
def client(administrator: User) -> Client:
    client = Client()
    client.force_login(administrator)
    return client


def address(verb: str, row: models.Model | type[models.Model], *arguments: object) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{verb}", args=arguments)


def filled(page: HttpResponse) -> dict[str, Any]:
    """What a browser would send back of a form's page when nothing was touched."""
    forms = [page.context["adminform"].form]
    for lines in page.context["inline_admin_formsets"]:
        forms += [lines.formset.management_form, *lines.formset.forms]
    values = {field.html_name: field.value() for form in forms for field in form}
    return {name: "" if value is None else value for name, value in values.items()}


def events(row: models.Model) -> list[tuple[str, Any]]:
    found = AuditEvent.objects.filter(subject_type=row._meta.label_lower, subject_id=row.pk, verb__endswith="_in_admin")
    assert {event.actor_label for event in found} <= {"Ada Admin"}
    return [(event.verb, event.facts) for event in found.order_by("pk")]


def writable() -> list[admin.ModelAdmin]:
    request = RequestFactory().get("/")
    request.user = User.objects.get(name="Ada Admin")

    def writes(place: Any, *row: None) -> bool:
        deletes = getattr(place, "can_delete", True) and place.has_delete_permission(request)
        return place.has_add_permission(request, *row) or place.has_change_permission(request) or deletes

    return [
        place
        for place in admin.site._registry.values()
        if writes(place) or any(writes(lines, None) for lines in place.get_inline_instances(request))
    ]


def test_every_admin_that_writes_is_recorded_and_tried_here(administrator: User) -> None:
    places = writable()
    assert [place for place in places if not isinstance(place, Recorded)] == []
    assert {place.model for place in places} == {*CHANGES, *BY_VERB}


@pytest.mark.parametrize("model", CHANGES, ids=lambda model: model._meta.label_lower)
def test_a_change_is_kept_with_the_value_before_and_after(client: Client, model: type[models.Model]) -> None:
    build, field, value, before, after = CHANGES[model]
    row = build()
    before = before if before is not None else getattr(row, field)
    page = client.get(address("change", row, row.pk))
    assert client.post(address("change", row, row.pk), filled(page)).status_code == 302
    assert events(row) == []  # nothing was changed
    answer = client.post(address("change", row, row.pk), filled(page) | {field: value})
    assert answer.status_code == 302, answer.context["errors"]
    assert events(row) == [("change_in_admin", {"changes": {field: {"from": before, "to": after}}})]


def test_an_addition_is_kept_with_every_value(client: Client) -> None:
    data = {"day": "18/09/2026", "name": "Stock-taking"}
    assert client.post(address("add", ClosedDay), data).status_code == 302
    row = ClosedDay.objects.get(day=dt.date(2026, 9, 18))
    values = {"day": "2026-09-18", "name": "Stock-taking", "bank_holiday": False}
    changes = {name: {"from": None, "to": value} for name, value in values.items()}
    assert events(row) == [("add_in_admin", {"changes": changes})]


def test_a_deletion_is_kept_with_what_was_deleted(client: Client) -> None:
    one, two = (ClosedDay.objects.create(day=dt.date(2026, 9, day), name=f"Day {day}") for day in (17, 18))
    assert client.post(address("delete", one, one.pk), {"post": "yes"}).status_code == 302
    data = {"action": "delete_selected", "_selected_action": [two.pk], "post": "yes"}
    assert client.post(address("changelist", two), data).status_code == 302
    for row, day in ((one, "2026-09-17"), (two, "2026-09-18")):
        assert not ClosedDay.objects.filter(pk=row.pk).exists()
        ((verb, facts),) = events(row)
        assert (verb, facts["changes"]["day"]) == ("delete_in_admin", {"from": day, "to": None})


def test_lines_below_a_row_are_kept_too(client: Client) -> None:
    user, centre = person(Role.CENTRE_EQA), provider()
    kept, gone = (Interest.objects.create(user=user, nature=nature) for nature in ("Uncle", "Shares"))
    data = filled(client.get(address("change", user, user.pk)))
    data |= {"interests-0-nature": "Nephew", "interests-1-DELETE": "on", "interests-TOTAL_FORMS": 3}
    data |= {"interests-2-user": user.pk, "interests-2-organisation": centre.pk, "interests-2-nature": "Worked there"}
    data |= {"interests-2-declared_on": "14/09/2026"}
    assert client.post(address("change", user, user.pk), data).status_code == 302
    made = Interest.objects.get(organisation=centre)
    assert events(user) == []
    assert events(kept) == [("change_in_admin", {"changes": {"nature": {"from": "Uncle", "to": "Nephew"}}})]
    ((verb, facts),) = events(gone)
    assert (verb, facts["changes"]["nature"]) == ("delete_in_admin", {"from": "Shares", "to": None})
    ((verb, facts),) = events(made)
    assert (verb, facts["changes"]["organisation"]) == ("add_in_admin", {"from": None, "to": centre.pk})
    assert facts["changes"]["user"] == {"from": None, "to": user.pk}


def test_a_criterion_below_a_component(client: Client) -> None:
    criterion = ComponentCriterion.objects.first()
    place = address("change", criterion.component, criterion.component_id)
    data = filled(client.get(place))
    ours = next(name for name, value in data.items() if name.endswith("-text") and value == criterion.text)
    assert client.post(place, data | {ours: "Other words"}).status_code == 302
    assert events(criterion) == [
        ("change_in_admin", {"changes": {"text": {"from": criterion.text, "to": "Other words"}}})
    ]


def test_several_of_a_many_to_many(client: Client, st0071: StandardVersion, made_up: StandardVersion) -> None:
    row = profile()
    both = sorted([st0071.pk, made_up.pk])
    data = filled(client.get(address("change", row, row.pk)))
    assert client.post(address("change", row, row.pk), data | {"versions": both[::-1]}).status_code == 302
    assert events(row) == []
    assert client.post(address("change", row, row.pk), data | {"versions": [st0071.pk]}).status_code == 302
    assert events(row) == [("change_in_admin", {"changes": {"versions": {"from": both, "to": [st0071.pk]}}})]


def test_hidden_fields_of_a_browser_decide_nothing(client: Client, st0071: StandardVersion) -> None:
    """Where a default is made by a call, Django's form compares with a value that the page carried along."""
    place, before = address("change", st0071, st0071.pk), st0071.checklist
    sent = json.dumps(before[:1])
    data = filled(client.get(place)) | {"checklist": sent, "initial-checklist": sent}
    assert client.post(place, data).status_code == 302
    assert events(st0071) == [("change_in_admin", {"changes": {"checklist": {"from": before, "to": before[:1]}}})]


def test_changes_in_the_list_itself(client: Client) -> None:
    rows = list(GradeRow.objects.all()[:200])
    data = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows), "_save": "Save"}
    for number, row in enumerate(rows):
        data |= {f"form-{number}-id": row.pk, f"form-{number}-overall": row.overall}
        data |= {f"form-{number}-confirmed": "on"} if row.confirmed or row == rows[1] else {}
    assert client.post(address("changelist", GradeRow), data).status_code == 302
    changed = [event.subject_id for event in AuditEvent.objects.filter(verb="change_in_admin")]
    assert changed == [rows[1].pk]
    assert events(rows[1]) == [("change_in_admin", {"changes": {"confirmed": {"from": False, "to": True}}})]


def test_what_is_secret_is_never_kept(administrator: User) -> None:
    request = RequestFactory().post("/")
    request.user = administrator
    user = User.objects.create_user("secret@example.org", "correct horse")
    Recorded(User, admin.site).delete_model(request, user)
    changes = AuditEvent.objects.get(verb="delete_in_admin").facts["changes"]
    assert (changes["email"], changes["password"]) == ({"from": "secret@example.org", "to": None}, "changed")
    assert user.password not in str(changes)


def test_a_write_that_is_undone_leaves_no_event(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    row = provider("Old name")

    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(admin.ModelAdmin, "log_change", fail)
    data = filled(client.get(address("change", row, row.pk))) | {"name": "New name"}
    with pytest.raises(RuntimeError, match="disk is full"):
        client.post(address("change", row, row.pk), data)
    row.refresh_from_db()
    assert (row.name, events(row)) == ("Old name", [])
