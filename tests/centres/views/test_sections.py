"""The pages of the sections, with two browsers at one of them (A3)."""

import pytest

from accounts.states import Role
from centres.models import SectionDraft
from tests import builders as people
from tests.centres import builders
from tests.centres.views.scenes import client_of, play
from tests.centres.views.test_pages import url, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(st0071):
    return play("draft", st0071)


@pytest.fixture
def owner(scene):
    return client_of(builders.owner_of(scene.centre))


@pytest.fixture
def jane(scene):
    return client_of(people.person(Role.CENTRE_STAFF, scene.centre.organisation, name="Jane Doe"))


def typed(page) -> dict[str, str]:
    """What the boxes of a page hold, as a browser would send it."""
    return {bound.name: bound.value() for bound in page.context["form"]}


@pytest.mark.clause("A3")
def test_two_browsers_at_one_section(scene, owner, jane):
    where = url("section", scene.application, section="assessment")
    mine, hers = typed(owner.get(where)), typed(jane.get(where))
    assert "Jane Doe is also working on this section" in words(owner.get(where))
    assert jane.post(where, {**hers, "assessment": "Sampled monthly.\nJane’s line."}).status_code == 302
    clash = owner.post(where, {**mine, "assessment": "Sampled monthly.\nMy line."})
    assert clash.status_code == 409
    page = words(clash)
    assert "Jane Doe has saved this since you opened it" in page
    assert "Jane’s line." in page
    assert "My line." in page
    scene.application.refresh_from_db()
    assert scene.application.assessment == "Sampled monthly.\nJane’s line."
    # closing the browser now loses nothing
    assert SectionDraft.objects.get().text == {"assessment": "Sampled monthly.\nMy line."}

    both = owner.post(where, {**typed(clash), "merge": "1"})
    assert typed(both)["assessment"] == "Sampled monthly.\nJane’s line.\nMy line."
    assert owner.post(where, typed(both)).status_code == 302
    scene.application.refresh_from_db()
    assert scene.application.assessment == "Sampled monthly.\nJane’s line.\nMy line."
    assert not SectionDraft.objects.exists()


@pytest.mark.clause("A3")
def test_taking_theirs_and_keeping_mine(scene, owner, jane):
    where = url("section", scene.application, section="assessment")
    mine = typed(owner.get(where))
    jane.post(where, {**typed(jane.get(where)), "assessment": "Hers"})
    clash = owner.post(where, {**mine, "assessment": "Mine"})
    assert owner.post(where, {**typed(clash), "theirs": "1"}).status_code == 302
    assert typed(owner.get(where))["assessment"] == "Hers"
    clash = owner.post(where, {**mine, "assessment": "Mine"})
    assert owner.post(where, typed(clash)).status_code == 302
    scene.application.refresh_from_db()
    assert scene.application.assessment == "Mine"


@pytest.mark.clause("A3")
def test_who_writes_the_same_is_not_bothered(scene, owner, jane):
    where = url("section", scene.application, section="elements")
    chosen = {"elements": [package.pk for package in scene.application.elements.all()][:1]}
    mine = {**typed(owner.get(where)), **chosen}
    assert jane.post(where, {**typed(jane.get(where)), **chosen}).status_code == 302
    assert owner.post(where, mine).status_code == 302


@pytest.mark.clause("A3")
def test_text_that_was_typed_and_not_saved_is_there_again_and_can_be_forgotten(scene, owner, jane):
    where = url("section", scene.application, section="resources")
    kept = owner.post(
        url("section_draft", scene.application, section="resources"), {"version": "1", "staffing": "Half a"}
    )
    assert set(kept.json()) == {"kept"}
    page = owner.get(where)
    assert typed(page)["staffing"] == "Half a"
    assert "You have text here that is not saved yet" in words(page)
    assert typed(jane.get(where))["staffing"] == builders.STAFFING
    # saved from an older version meanwhile: it is still asked
    jane.post(where, {**typed(jane.get(where)), "staffing": "Jane’s"})
    assert owner.post(where, typed(owner.get(where))).status_code == 409
    owner.post(where, {"discard": "1"})
    assert typed(owner.get(where))["staffing"] == "Jane’s"


@pytest.mark.clause("A3")
def test_saving_and_staying(scene, owner):
    where = url("section", scene.application, section="assessment")
    stayed = owner.post(where, {**typed(owner.get(where)), "assessment": "One", "stay": "1"})
    assert stayed["Location"] == where
    left = owner.post(where, {**typed(owner.get(where)), "assessment": "Two"})
    assert left["Location"] == scene.application.get_absolute_url()
    page = owner.get(scene.application.get_absolute_url())
    assert (page.context["done"], page.context["total"], page.context["next_section"]) == (8, 8, None)
    (hint,) = [task.hint for task in page.context["tasks"] if task.title.startswith("Assessment")]
    assert hint.startswith(builders.owner_of(scene.centre).name)


@pytest.mark.clause("A6")
def test_two_browsers_at_one_person(scene, owner, jane):
    tess = scene.application.people.get(name="Tess Trainer")
    where = url("person", tess)
    mine, hers = typed(owner.get(where)), typed(jane.get(where))
    for each in (mine, hers):
        each |= {"cpd_on": "01/09/2026", "cv": "", "elements": [package.pk for package in tess.elements.all()]}
    assert jane.post(where, {**hers, "qualification": "Level 5"}).status_code == 302
    clash = owner.post(where, {**mine, "qualification": "Level 6"})
    assert clash.status_code == 409
    assert [side.label for side in clash.context["clash"].sides] == ["Qualifications"]
    tess.refresh_from_db()
    assert tess.qualification == "Level 5"


def test_a_file_of_another_application_is_not_served_under_ones_own(scene, owner, st0071):
    other = builders.draft_application(builders.centre(), st0071)
    own = url("application_file", scene.application, stored=scene.application.checklist_id)
    assert owner.get(own).status_code == 200
    assert owner.get(url("application_file", scene.application, stored=other.checklist_id)).status_code == 404
    assert owner.get(own + "?show").headers["Content-Disposition"].startswith("inline")
