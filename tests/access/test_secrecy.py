"""Two worlds that differ only in grades not released yet look the same to the last byte, to all but those who know."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.urls import reverse

from epa.models import Attempt, CriterionResult, Result
from foundation.models import AuditEvent
from tests.access.conftest import World
from tests.access.test_lists import EXPORTED
from tests.access.walking import ask

pytestmark = pytest.mark.django_db
# The second assessor held one component of the EPA whose result is due; the others' grades are not for those eyes.
OUTSIDERS = ("owner", "reader", "employer", "eqa", "iqa", "finance", "second_assessor")
# The count of tasks in the top bar is the length of the board of the home page as last cached; the board is compared.
VARYING = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|portal-count">\d+')
SECRET = ("due", "retaken")


def paths(world: World) -> Iterator[str]:
    """Everything about the EPAs with a result that is not released, and every list."""
    for name in EXPORTED:
        yield f"{reverse(name)}?export=csv"
    yield reverse("home")
    yield reverse("epa:results")
    yield reverse("epa:results") + "?sort=grade&overall=distinction"
    yield reverse("certificates:claims")
    yield reverse("epa:results_board")
    for key in SECRET:
        epa = world.ours.epas[key]
        apprentice = epa.registration.apprentice
        yield reverse("learner", args=[apprentice.pk])
        yield reverse("epa:detail", args=[epa.pk])
        yield reverse("certificates:claim_record", args=[epa.pk])
        yield reverse("search", query={"q": epa.registration.number})
        for attempt in epa.attempts.all():
            yield reverse("epa:attempt", args=[attempt.pk])
            yield reverse("epa:open_resit", args=[epa.pk, attempt.component_id])
        for result in epa.results.all():
            yield reverse("epa:result", args=[result.pk])
            yield reverse("epa:result_statement", args=[result.pk])


def seen(world: World, who: str) -> dict[str, bytes]:
    player = world.players[who]
    answers = {path: ask(player, "GET", path) for path in paths(world)}
    return {path: b"%d %s" % (row.status_code, VARYING.sub(b"", row.body)) for path, row in answers.items()}


def give(world: World, grade: str, met: str) -> int:
    """Rewrite every grade that waits for its release but the second assessor's own, behind the back of every verb."""
    epas = [world.ours.epas[key].pk for key in SECRET]
    secret = Attempt.objects.filter(epa__in=epas, state="assessed").exclude(assessor=world.ours.second_assessor)
    pks = list(secret.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE epa_attempt SET grade = %s, raw_grade = %s, feedback = %s WHERE id = ANY(%s)",
            [grade, grade, f"Feedback of a {grade}", pks],
        )
        changed = cursor.rowcount
        cursor.execute(f"UPDATE {CriterionResult._meta.db_table} SET met = %s WHERE attempt_id = ANY(%s)", [met, pks])  # noqa: S608
    return changed


@pytest.mark.parametrize("who", OUTSIDERS)
def test_an_unreleased_grade_changes_no_byte(scene: World, who: str) -> None:
    assert give(scene, "fail", "false") == 3
    before = seen(scene, who)
    give(scene, "distinction", "true")
    after = seen(scene, who)
    assert [path for path in before if before[path] != after[path]] == []


@pytest.mark.parametrize("who", ["team", "assessor"])
def test_those_who_know_do_see_it(scene: World, who: str) -> None:
    """Else the pages compared above would not be those with grades on them."""
    give(scene, "fail", "false")
    before = seen(scene, who)
    give(scene, "distinction", "true")
    after = seen(scene, who)
    assert [path for path in before if before[path] != after[path]] != []


def test_no_open_audit_row_holds_a_grade_that_is_not_released(scene: World) -> None:
    epas = [scene.ours.epas[key].pk for key in SECRET]
    secret = Attempt.objects.filter(epa__in=epas, state="assessed")
    results = Result.objects.filter(epa__in=epas, released_at=None)
    for model, rows in (("epa.attempt", secret), ("epa.result", results)):
        events = AuditEvent.objects.filter(
            subject_type=model, subject_id__in=rows.values_list("pk", flat=True), confidential=False
        )
        for event in events:
            assert not re.search("fail|pass|merit|distinction|grade", str(event.facts), re.IGNORECASE), event.verb
