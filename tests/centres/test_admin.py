"""Django admin: looked at by administrators, never written or deleted what has history."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.states import Role
from centres import models
from tests import builders as people
from tests.centres import builders
from tests.centres.views.scenes import client_of, play

pytestmark = pytest.mark.django_db
REGISTERED = [
    models.Centre,
    models.RegisterImport,
    models.RegisterProvider,
    models.RegisterChange,
    models.Application,
    models.Contract,
    models.Charge,
    models.Sanction,
]


@pytest.mark.parametrize("model", REGISTERED)
def test_an_administrator_finds_and_opens_every_row(st0071, model):
    scene = play("in_force", st0071)
    play("charged", st0071)
    builders.sanction(scene.centre)
    client = client_of(people.person(Role.ADMINISTRATOR))
    name = model._meta.model_name
    listed = client.get(reverse(f"admin:centres_{name}_changelist"), {"q": str(scene.centre.number)})
    row = model._default_manager.first()
    opened = client.get(reverse(f"admin:centres_{name}_change", args=[row.pk]))
    assert (listed.status_code, opened.status_code) == (200, 200)
    deleted = client.post(reverse(f"admin:centres_{name}_delete", args=[row.pk]), {"post": "yes"})
    added = client.get(reverse(f"admin:centres_{name}_add"))
    assert (deleted.status_code, added.status_code, model._default_manager.filter(pk=row.pk).exists()) == (
        403,
        403,
        True,
    )
    assert admin.site._registry[model].search_fields


def test_a_centre_is_not_changed_here():
    centre = builders.centre()
    client = client_of(people.person(Role.ADMINISTRATOR))
    data = {"contact_name": "Sam", "contact_email": "sam@example.org", "town": "Ware", "number": "CEN-X"}
    response = client.post(reverse("admin:centres_centre_change", args=[centre.pk]), data)
    name = centre.contact_name
    centre.refresh_from_db()
    assert (response.status_code, centre.contact_name) == (403, name)


@pytest.mark.parametrize("role", [Role.EPA_TEAM, Role.CENTRE_EQA, Role.FINANCE])
def test_others_do_not_enter(role):
    response = client_of(people.person(role)).get(reverse("admin:centres_centre_changelist"))
    assert response.status_code == 302
