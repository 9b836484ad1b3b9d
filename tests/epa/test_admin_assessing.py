"""Django admin of the assessing half: to be looked at; only assessors are looked after."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from accounts.states import Role
from epa import models
from epa.models import AssessorProfile
from tests import builders as people
from tests.epa import builders_assessing as build
from tests.epa.rows import registration_row

pytestmark = pytest.mark.django_db
READ = ["epa", "attempt", "result", "deadline", "submission"]


@pytest.fixture
def admin(version, at) -> Client:
    at(dt.date(2026, 9, 14))
    build.released(build.opened(registration_row(version)), {"OBS": "fail"})
    client = Client()
    client.force_login(people.person(Role.ADMINISTRATOR))
    return client


@pytest.mark.parametrize("name", READ)
def test_what_has_history_is_only_read(admin, name):
    model = next(row for row in vars(models).values() if getattr(row, "_meta", None) and row._meta.model_name == name)
    row = model.objects.first()
    listed = admin.get(reverse(f"admin:epa_{name}_changelist"), {"q": "Example"})
    assert listed.status_code == 200
    assert listed.context["cl"].result_count >= 1
    assert admin.get(reverse(f"admin:epa_{name}_change", args=[row.pk])).status_code == 200
    assert admin.post(reverse(f"admin:epa_{name}_change", args=[row.pk]), {"state": "x"}).status_code == 403
    assert admin.get(reverse(f"admin:epa_{name}_add")).status_code == 403
    assert admin.get(reverse(f"admin:epa_{name}_delete", args=[row.pk])).status_code == 403


def test_an_assessor_is_made_inactive_and_never_deleted(admin, version):
    profile = AssessorProfile.objects.get()
    address = reverse("admin:epa_assessorprofile_change", args=[profile.pk])
    assert admin.post(address, {"user": profile.user_id, "versions": [version.pk]}).status_code == 302
    profile.refresh_from_db()
    assert profile.active is False
    assert admin.get(reverse("admin:epa_assessorprofile_delete", args=[profile.pk])).status_code == 403


def test_nobody_else_comes_in(admin):
    client = Client()
    client.force_login(people.person(Role.EPA_TEAM))
    assert client.get(reverse("admin:epa_result_changelist")).status_code == 302
