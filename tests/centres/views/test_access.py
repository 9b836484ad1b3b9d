"""Addresses of the centre's side at the stages that matter × every way of standing towards the centre.

That every address there is has its row is proven in tests/access; here is what the stage changes.
"""

import pytest
from django.test import Client
from django.urls import reverse

from centres import urls
from centres.models import RegisterImport
from foundation.models import AuditEvent
from tests.centres import builders
from tests.centres.views.scenes import client_of, play, subject_pk

pytestmark = pytest.mark.django_db

CAST = ("owner", "reader", "other", "eqa", "eqa2", "office", "finance", "admin", "assessor", "nobody")
# name, stage, about, the answer to each of the cast in its order
TABLE = [
    #                                         owner read  other eqa   eqa2  offic finan admin asses nobody
    ("list", "opened", "",                   (200, 200, 200, 200, 200, 200, 200, 200, 200, 302)),
    ("own", "opened", "",                    (302, 302, 404, 404, 404, 404, 404, 404, 404, 302)),
    ("open", "opened", "",                   (404, 404, 404, 403, 403, 200, 404, 200, 404, 302)),
    ("centre", "in_force", "centre",         (200, 200, 404, 200, 200, 200, 200, 200, 404, 302)),
    ("standing", "opened", "centre",         (403, 403, 404, 403, 403, 200, 403, 200, 404, 302)),
    ("apply", "opened", "centre",            (200, 403, 404, 403, 403, 403, 403, 403, 404, 302)),
    ("account", "charged", "centre",         (200, 200, 404, 200, 200, 200, 200, 200, 404, 302)),
    ("charges", "charged", "",               (200, 200, 200, 200, 200, 200, 200, 200, 200, 302)),
    ("reverse", "charged", "charge",         (403, 403, 404, 403, 403, 200, 200, 403, 404, 302)),
    ("applications", "draft", "",            (200, 200, 200, 200, 200, 200, 200, 200, 200, 302)),
    ("application", "draft", "application",  (200, 200, 404, 200, 200, 200, 404, 200, 404, 302)),
    ("application", "answered", "application", (200, 200, 404, 200, 200, 200, 404, 200, 404, 302)),
    ("section", "draft", "application",      (200, 403, 404, 403, 403, 403, 404, 403, 404, 302)),
    ("section", "submitted", "application",  (422, 403, 404, 403, 403, 403, 404, 403, 404, 302)),
    ("blank_checklist", "draft", "application", (200, 200, 404, 200, 200, 200, 404, 200, 404, 302)),
    ("checklist", "draft", "application",    (200, 200, 404, 200, 200, 200, 404, 200, 404, 302)),
    ("check", "draft", "application",        (200, 403, 404, 403, 403, 403, 404, 403, 404, 302)),
    ("check", "in_review", "application",    (409, 409, 404, 409, 409, 409, 404, 409, 404, 302)),
    ("withdraw", "submitted", "application", (200, 403, 404, 403, 403, 403, 404, 403, 404, 302)),
    ("take", "submitted", "application",     (403, 403, 404, 200, 200, 403, 404, 403, 404, 302)),
    ("take", "in_review", "application",     (409, 409, 404, 409, 409, 409, 404, 409, 404, 302)),
    ("hand_over", "in_review", "application", (403, 403, 404, 403, 403, 200, 404, 403, 404, 302)),
    ("hand_over", "resubmitted", "application", (403, 403, 404, 403, 403, 200, 404, 403, 404, 302)),
    ("hand_over", "submitted", "application", (409, 409, 404, 409, 409, 409, 404, 409, 404, 302)),
    ("declare", "handed_over", "application", (403, 403, 404, 200, 403, 403, 404, 403, 404, 302)),
    ("review", "handed_over", "application", (403, 403, 404, 422, 403, 403, 404, 403, 404, 302)),
    ("take_up", "resubmitted", "application", (405, 405, 405, 405, 405, 405, 405, 405, 405, 302)),
    ("review", "in_review", "application",   (403, 403, 404, 200, 403, 403, 404, 403, 404, 302)),
    ("review", "submitted", "application",   (409, 409, 404, 409, 409, 409, 404, 409, 404, 302)),
    ("require", "in_review", "application",  (403, 403, 404, 200, 403, 403, 404, 403, 404, 302)),
    ("approve", "in_review", "application",  (403, 403, 404, 200, 403, 403, 404, 403, 404, 302)),
    ("decline", "in_review", "application",  (403, 403, 404, 200, 403, 403, 404, 403, 404, 302)),
    ("answer", "actions_required", "action", (200, 403, 404, 403, 403, 403, 404, 403, 404, 302)),
    ("answer", "resubmitted", "action",      (409, 403, 404, 403, 403, 403, 404, 403, 404, 302)),
    ("settle", "answered", "action",         (403, 403, 404, 200, 403, 403, 404, 403, 404, 302)),
    ("evidence", "answered", "action",       (200, 200, 404, 200, 200, 200, 404, 200, 404, 302)),
    ("contracts", "offered", "",             (200, 200, 200, 200, 200, 200, 200, 200, 200, 302)),
    ("contract", "offered", "contract",      (200, 200, 404, 200, 200, 200, 200, 200, 404, 302)),
    ("contract_document", "offered", "contract", (200, 200, 404, 200, 200, 200, 200, 200, 404, 302)),
    ("signed_copy", "returned", "contract",  (200, 200, 404, 200, 200, 200, 200, 200, 404, 302)),
    ("signed_copy", "offered", "contract",   (404, 404, 404, 404, 404, 404, 404, 404, 404, 302)),
    ("sign", "offered", "contract",          (200, 403, 404, 403, 403, 403, 403, 403, 404, 302)),
    ("upload_signed", "offered", "contract", (200, 403, 404, 403, 403, 403, 403, 403, 404, 302)),
    ("countersign", "signed", "contract",    (403, 403, 404, 403, 403, 200, 403, 403, 404, 302)),
    ("send_back", "signed", "contract",      (403, 403, 404, 403, 403, 200, 403, 403, 404, 302)),
    ("end", "in_force", "contract",          (403, 403, 404, 403, 403, 200, 403, 403, 404, 302)),
    ("retry", "offered", "contract",         (405, 405, 405, 405, 405, 405, 405, 405, 405, 302)),
    ("register", "opened", "",               (404, 404, 404, 200, 200, 200, 404, 200, 404, 302)),
    ("import_register", "opened", "",        (404, 404, 404, 403, 403, 200, 404, 200, 404, 302)),
    ("register_import", "opened", "import",  (404, 404, 404, 200, 200, 200, 404, 200, 404, 302)),
    ("register_provider", "opened", "provider", (404, 404, 404, 200, 200, 200, 404, 200, 404, 302)),
    ("take_name", "opened", "provider",      (404, 404, 404, 403, 403, 200, 404, 200, 404, 302)),
]  # fmt: skip


def address(name: str, scene, of: str) -> str:
    match of:
        case "import":
            keys = {"pk": RegisterImport.objects.latest("pk").pk}
        case "provider":
            keys = {"ukprn": scene.centre.ukprn}
        case _:
            keys = subject_pk(scene, of)
    if name == "section":
        keys["section"] = "resources"
    return reverse(f"centres:{name}", kwargs=keys)


def test_the_table_names_addresses_that_exist():
    assert {row[0] for row in TABLE} - {pattern.name for pattern in urls.urlpatterns} == set()


@pytest.mark.parametrize(("name", "stage", "of", "answers"), TABLE, ids=[f"{row[0]}-{row[1]}" for row in TABLE])
def test_who_sees_what(st0071, name, stage, of, answers):
    scene = play(stage, st0071)
    cast = scene.cast()
    where = address(name, scene, of)
    before = AuditEvent.objects.count()
    assert [client_of(cast[who]).get(where).status_code for who in CAST] == list(answers)
    assert AuditEvent.objects.count() == before  # looking changes nothing


@pytest.mark.parametrize(
    ("name", "stage", "of", "data", "answers"),
    [
        ("take_up", "resubmitted", "application", {}, {"owner": 403, "other": 404, "eqa2": 403, "eqa": 302}),
        ("declare", "handed_over", "application", {"no_interest": "on"},
         {"owner": 403, "other": 404, "office": 403, "eqa2": 403, "eqa": 302}),
        ("take", "submitted", "application", {"no_interest": "on"},
         {"owner": 403, "other": 404, "office": 403, "eqa2": 302}),
        ("check", "draft", "application", {}, {"reader": 403, "other": 404, "eqa": 403, "owner": 302}),
        ("withdraw", "draft", "application", {}, {"reader": 403, "other": 404, "office": 403, "owner": 302}),
        ("decline", "in_review", "application", {"reason": "x"}, {"owner": 403, "other": 404, "eqa2": 403, "eqa": 302}),
        ("approve", "in_review", "application", {}, {"owner": 403, "other": 404, "eqa2": 403, "eqa": 422}),
        ("settle", "answered", "action", {"verdict": "close"}, {"owner": 403, "other": 404, "eqa2": 403, "eqa": 302}),
        ("countersign", "signed", "contract", {}, {"owner": 403, "other": 404, "eqa": 403, "office": 302}),
        ("send_back", "signed", "contract", {"reason": "x"},
         {"owner": 403, "other": 404, "finance": 403, "office": 302}),
        ("end", "in_force", "contract", {"ends_on": "31/12/2029", "cause": "closed", "reason": "x"},
         {"owner": 403, "other": 404, "office": 302}),
        ("retry", "offered", "contract", {}, {"owner": 403, "other": 404, "office": 409}),
        ("reverse", "charged", "charge", {"reason": "x"}, {"owner": 403, "other": 404, "eqa": 403, "finance": 302}),
        ("standing", "opened", "centre", {"kind": "suspended", "starts_on": "01/01/2026", "reason": "x"},
         {"owner": 403, "other": 404, "eqa": 403, "office": 302}),
    ],
)  # fmt: skip
def test_who_does_what(st0071, name, stage, of, data, answers):
    """The last of each list is the one who may; those before changed nothing, or it could not."""
    scene = play(stage, st0071)
    cast = scene.cast()
    where = address(name, scene, of)
    if name == "decline":
        data = {**data, "packages": [package.pk for package in scene.application.elements.all()]}
    assert {who: client_of(cast[who]).post(where, data).status_code for who in answers} == answers


def test_a_foreign_child_under_ones_own_parent_is_not_found(st0071):
    """A section or file of another centre's application does not open for the owner of a centre."""
    scene = play("answered", st0071)
    stranger = client_of(builders.owner_of(builders.centre()))
    for name, of in (("evidence", "action"), ("checklist", "application"), ("answer", "action")):
        assert stranger.get(address(name, scene, of)).status_code == 404


def test_fields_that_nobody_asked_for_change_nothing(st0071):
    scene = play("draft", st0071)
    owner = client_of(builders.owner_of(scene.centre))
    extra = {"state": "approved", "centre": "1", "centre_id": "1", "reviewer": "1", "declared_by": "Mallory"}
    where = address("section", scene, "application")
    form = owner.get(where).context["form"]
    shown = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    response = owner.post(where, {**shown, "staffing": "Five trainers.", **extra})
    scene.application.refresh_from_db()
    assert (response.status_code, scene.application.staffing, scene.application.state) == (
        302,
        "Five trainers.",
        "draft",
    )
    assert (scene.application.declared_by, scene.application.reviewer, scene.application.centre) == (
        "Robin Owner",
        None,
        scene.centre,
    )


def test_a_post_without_the_token_is_refused(st0071):
    scene = play("draft", st0071)
    client = Client(enforce_csrf_checks=True)
    client.force_login(builders.owner_of(scene.centre), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(address("withdraw", scene, "application")).status_code == 403
    scene.application.refresh_from_db()
    assert scene.application.state == "draft"
