"""What a form does not ask for changes nothing; a child of somebody else's row is not reached through one's own."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from apprentices.models import Apprentice, Employer
from epa.models import Submission
from standards.models import Component
from tests.access import snapshots
from tests.access.conftest import World
from tests.access.table import RULES, Rule
from tests.access.walking import TOWARDS_OURS, address, ask

pytestmark = pytest.mark.django_db
WRITTEN = [rule for rule in RULES if "POST" in rule.methods and not rule.name.startswith("account_")]
# What says whose a row is, where it stands and what it is worth. No form asks for these under these names.
TELLING = {
    "centre_id", "organisation_id", "state", "raw_grade", "overall", "released_at", "is_active", "is_superuser",
    "amount", "confidential", "reviewer_id", "assessor_id", "cap_lifted_by_id", "accepted_at", "in_force_from",
}  # fmt: skip


def telling() -> dict[str, str]:
    """A digest of the telling columns of each table."""
    parts = []
    for model in apps.get_models():
        columns = sorted(TELLING & {field.column for field in model._meta.concrete_fields})
        if columns and model._meta.db_table in snapshots.tables():
            row = ", ".join(columns)
            table = model._meta.db_table
            parts.append(
                f"SELECT '{table}', count(*) || ':' || coalesce(sum(hashtextextended(row({row})::text, 0)), 0) FROM {table}"  # noqa: S608, E501
            )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def extras(world: World) -> dict[str, Any]:
    theirs = world.theirs.centre
    return {
        "centre": theirs.pk, "centre_id": theirs.pk, "organisation_id": theirs.organisation_id, "state": "passed",
        "raw_grade": "distinction", "overall": "distinction", "released_at": "2020-01-01", "is_staff": "on",
        "is_superuser": "on", "is_active": "", "amount": "0.01", "reviewer": "1", "reviewer_id": "1",
        "cap_lifted_by": "1", "in_force_from": "2020-01-01", "accepted_at": "2020-01-01", "confidential": "",
    }  # fmt: skip


def after(world: World, who: str, path: str, data: dict[str, Any]) -> tuple[int, dict[str, str]]:
    with transaction.atomic():
        status = world.players[who].client().post(path, data).status_code
        told = telling()
        transaction.set_rollback(True)
    return status, told


@pytest.mark.parametrize("rule", WRITTEN, ids=lambda rule: rule.key.replace(" ", "_"))
def test_fields_that_no_form_has_change_nothing(scene: World, rule: Rule) -> None:
    ways = TOWARDS_OURS.items()
    who = next(name for name, role in ways if rule.public or rule.expected(role, "POST") == rule.done)
    path = address(rule, scene.ours)
    assert after(scene, who, path, extras(scene)) == after(scene, who, path, {"unknown": "1"})


@pytest.mark.parametrize("rule", [rule for rule in RULES if "POST" in rule.methods], ids=lambda rule: rule.key)
def test_a_post_without_the_token_of_its_form_is_refused(scene: World, rule: Rule) -> None:
    browser = strict()
    browser.cookies.clear()
    browser.cookies["session"] = scene.players["team"].session
    with transaction.atomic():
        assert browser.post(address(rule, scene.ours)).status_code == 403
        transaction.set_rollback(True)


_STRICT: list[Client] = []


def strict() -> Client:
    """One browser that is checked as a real one is."""
    if not _STRICT:
        _STRICT.append(Client(enforce_csrf_checks=True))
    return _STRICT[0]


def filled(world: World, who: str, path: str) -> dict[str, Any]:
    """What the form of a page would send unchanged."""
    form = ask(world.players[who], "GET", path).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


def test_an_employer_stays_with_its_centre(scene: World) -> None:
    path = reverse("apprentices:employer_edit", kwargs=scene.ours.at["apprentices:employer_edit"])
    sent = filled(scene, "owner", path) | {"town": "Ware"} | extras(scene)
    assert scene.players["owner"].client().post(path, sent).status_code == 302
    row = Employer.objects.get(**scene.ours.at["apprentices:employer_edit"])
    assert (row.town, row.centre_id) == ("Ware", scene.ours.centre.pk)


def test_a_learner_does_not_get_an_employer_of_another_centre(scene: World) -> None:
    where = scene.ours.at["apprentices:edit"]
    path = reverse("apprentices:edit", kwargs=where)
    sent = filled(scene, "owner", path)
    own = Apprentice.objects.get(**where).employer_id
    foreign = Employer.objects.filter(centre=scene.theirs.centre)[0].pk
    assert scene.players["owner"].client().post(path, {**sent, "employer": foreign}).status_code == 422
    assert Apprentice.objects.get(**where).employer_id == own


def test_a_resit_is_of_a_component_of_the_same_version(scene: World) -> None:
    where = scene.ours.at["epa:open_resit"]
    foreign = Component.objects.exclude(version=scene.ours.version)[0].pk
    path = reverse("epa:open_resit", kwargs={**where, "component_pk": foreign})
    assert ask(scene.players["owner"], "GET", path).status_code == 404
    assert ask(scene.players["owner"], "POST", path).status_code == 404


def test_a_link_opens_no_piece_of_another_portfolio(scene: World) -> None:
    own, foreign = scene.ours.at["epa:sign_piece"], scene.theirs.at["epa:sign_piece"]
    assert ask(scene.players["visitor"], "GET", reverse("epa:sign_piece", kwargs=own)).status_code == 200
    path = reverse("epa:sign_piece", kwargs={**own, "pk": foreign["pk"]})
    assert ask(scene.players["visitor"], "GET", path).status_code == 404


def test_a_portfolio_is_handed_in_with_pieces_of_its_own(scene: World) -> None:
    epa = scene.ours.epas["confirmed"]
    attempt = epa.attempts.get(component__code="DIS")
    path = reverse("epa:hand_in", kwargs={"pk": attempt.pk})
    own = list(epa.pieces.values_list("pk", flat=True))[:9]
    for foreign in (scene.theirs.at["epa:piece_file"]["pk"], scene.ours.at["epa:piece_file"]["pk"]):
        scene.players["owner"].client().post(path, {"pieces": [*own, foreign]})
        assert not Submission.objects.filter(attempt=attempt).exists()


def test_acting_for_an_organisation_that_is_not_ones_own_changes_nothing(scene: World) -> None:
    browser = scene.players["owner"].client()
    browser.post(reverse("acting"), {"organisation": scene.theirs.centre.organisation_id})
    assert browser.get(reverse("centres:own")).headers["Location"] == scene.ours.centre.get_absolute_url()
