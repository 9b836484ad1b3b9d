"""Django's administration is for administrators: every list, every first row, every form."""

from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.access import snapshots
from tests.access.conftest import World
from tests.access.walking import TOWARDS_OURS, ask, flaws

pytestmark = pytest.mark.django_db
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)
# The index is asked by everybody; every page by those nearest to it.
NOT_ADMINISTRATORS = ("visitor", "owner", "eqa", "team", "assessor", "finance")


def pages(model: Any) -> list[str]:
    prefix = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    first = model._default_manager.first()
    found = [reverse(f"{prefix}_changelist"), reverse(f"{prefix}_add")]
    return [*found, reverse(f"{prefix}_change", args=[first.pk])] if first is not None else found


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_an_administrator_opens_every_page(scene: World, model: Any) -> None:
    before = snapshots.snapshot()
    for path in pages(model):
        response = ask(scene.players["admin"], "GET", path)
        # What is written by verbs alone has no form to add it.
        assert response.status_code in ((200, 403) if path.endswith("/add/") else (200,)), path
        assert flaws(response, scene.players["admin"]) == []
    assert snapshots.changed(before, snapshots.snapshot()) == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_nobody_else_opens_any(scene: World, model: Any) -> None:
    for path, method in ((pages(model)[0], "GET"), (pages(model)[-1], "POST")):
        for name in NOT_ADMINISTRATORS:
            response = ask(scene.players[name], method, path)
            assert response.status_code == 302, name
            assert "/login/" in response.headers["Location"], name


def test_the_index_too(scene: World) -> None:
    answers = {name: ask(scene.players[name], "GET", reverse("admin:index")).status_code for name in TOWARDS_OURS}
    assert {name for name, status in answers.items() if status == 200} == {"admin"}
    assert set(answers.values()) == {200, 302}
