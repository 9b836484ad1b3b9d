"""Several people at one application; what is carried over; what was handed in is kept (A2–A6, A9)."""

import dataclasses
import io

import pikepdf
import pytest

from accounts.states import Role
from centres import actions, queries, rules
from centres.models import ApplicationPerson, ApplicationSection, SectionComment, SectionDraft, Submission
from centres.states import ApplicationState, PersonRole
from foundation import audit, documents
from foundation.errors import NotAllowed, Refused
from tests import builders as people
from tests.centres import builders

pytestmark = pytest.mark.django_db


def codes(refused) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def version_of(row, key: str) -> int:
    return ApplicationSection.objects.get(application=row, key=key).version


@pytest.mark.clause("A3")
def test_a_save_from_an_older_version_overwrites_nothing_and_says_who_was_faster(st0071):
    centre = builders.centre()
    row = builders.draft_application(centre, st0071)
    jane, owner = people.person(Role.CENTRE_STAFF, centre.organisation, name="Jane Doe"), builders.owner_of(centre)
    seen = version_of(row, "assessment")
    actions.write_assessment(application=row, text="Jane’s", by=jane, version=seen)
    with pytest.raises(actions.SectionChanged) as changed:
        actions.write_assessment(application=row, text="Mine", by=owner, version=seen)
    row.refresh_from_db()
    assert (row.assessment, changed.value.who, changed.value.version) == ("Jane’s", "Jane Doe", seen + 1)
    actions.write_assessment(application=row, text="Both", by=owner, version=seen + 1)
    row.refresh_from_db()
    assert (row.assessment, version_of(row, "assessment")) == ("Both", seen + 2)


@pytest.mark.clause("A3")
def test_without_the_version_the_first_text_would_be_lost(st0071):
    """The control run of the test above: the same two saves, nothing asked."""
    centre = builders.centre()
    row = builders.draft_application(centre, st0071)
    owner = builders.owner_of(centre)
    actions.write_assessment(application=row, text="Jane’s", by=owner)
    actions.write_assessment(application=row, text="Mine", by=owner)
    row.refresh_from_db()
    assert row.assessment == "Mine"


@pytest.mark.clause("A6")
def test_a_person_is_added_changed_once_and_removed(st0071):
    centre = builders.centre()
    owner = builders.owner_of(centre)
    row = builders.draft_application(centre, st0071, filled_in=False)
    told = {"qualification": "L4", "competence": "Ten years", "by": owner}
    packages = list(st0071.packages.all())
    tess = actions.save_person(application=row, name="Tess", roles=[PersonRole.TRAINER], elements=packages, **told)
    changed = {"application": row, "person": tess, "roles": ["iqa"], "elements": packages[:1], **told}
    actions.save_person(name="Tess Lane", version=1, **changed)
    with pytest.raises(actions.SectionChanged):
        actions.save_person(name="Tess Quay", version=1, **changed)
    tess = ApplicationPerson.objects.get()
    assert (tess.name, tess.role_words, tess.version, tess.elements.count()) == ("Tess Lane", "IQA", 2, 1)
    actions.remove_person(person=tess, by=owner)
    with pytest.raises(Refused) as gone:
        actions.save_person(name="Tess", version=2, **changed)
    assert (codes(gone), row.people.count()) == (["removed_meanwhile"], 0)
    verbs = [event.verb for event in audit.history(row)]
    assert verbs[:3] == ["remove_person", "change_person", "add_person"]


@pytest.mark.clause("A6")
def test_none_and_a_list_of_conflicts_exclude_one_another(st0071):
    centre = builders.centre()
    owner = builders.owner_of(centre)
    row = builders.draft_application(centre, st0071)
    assert row.no_conflicts
    listed = actions.save_interest(application=row, person="Robin", nature="Shares", managed="Stays out", by=owner)
    row.refresh_from_db()
    assert not row.no_conflicts
    with pytest.raises(Refused) as refused:
        actions.declare_no_conflicts(application=row, none=True, by=owner)
    assert codes(refused) == ["conflicts_listed"]
    actions.remove_interest(interest=listed, by=owner)
    assert actions.declare_no_conflicts(application=row, none=True, by=owner).no_conflicts


@pytest.mark.clause("A3")
def test_what_is_typed_is_kept_for_its_writer_alone_until_it_is_saved(st0071):
    centre = builders.centre()
    owner, jane = builders.owner_of(centre), people.person(Role.CENTRE_STAFF, centre.organisation)
    row = builders.draft_application(centre, st0071, filled_in=False)
    for who, text in ((owner, "Mine"), (jane, "Hers"), (owner, "Mine, longer")):
        actions.keep_draft(application=row, key="assessment", version=0, text={"assessment": text}, by=who)
    row.refresh_from_db()
    assert (row.assessment, SectionDraft.objects.get(user=owner).text) == ("", {"assessment": "Mine, longer"})
    actions.write_assessment(application=row, text="Mine, longer", by=owner, version=0)
    assert list(SectionDraft.objects.values_list("user", flat=True)) == [jane.pk]
    reader = people.person(Role.CENTRE_READER, centre.organisation)
    with pytest.raises(NotAllowed):
        actions.keep_draft(application=row, key="assessment", version=0, text={}, by=reader)


def test_comments_are_the_centres_own(st0071):
    centre = builders.centre()
    owner, jane = builders.owner_of(centre), people.person(Role.CENTRE_STAFF, centre.organisation)
    row = builders.draft_application(centre, st0071)
    said = actions.comment_on_section(application=row, key="people", text="Who checks Asa?", by=jane)
    actions.comment_on_section(application=row, key="people", text="And Tess?", by=jane)
    assert queries.comment_counts(row) == {"people": 2}
    actions.resolve_comment(comment=said, by=owner)
    assert queries.comment_counts(row) == {"people": 1}
    ours = [builders.epa_team(), builders.centre_eqa(), people.person(Role.ADMINISTRATOR)]
    assert [SectionComment.objects.visible_to(who).count() for who in (owner, *ours)] == [2, 0, 0, 0]
    assert not any("comment" in event.verb for event in audit.history(row))
    with pytest.raises(NotAllowed):
        actions.comment_on_section(application=row, key="people", text="Hello", by=ours[0])


@pytest.mark.clause("A3", "A9")
def test_each_handing_in_is_kept_with_its_paper_and_told_apart(st0071):
    centre = builders.centre()
    owner = builders.owner_of(centre)
    row = builders.actions_required(builders.application_in_review(centre, st0071))
    first = row.submissions.get()
    assert first.sha256 == actions.fingerprint_of(first.content)
    action = row.actions.get()
    actions.answer_action(action=action, answer="Done", evidence=builders.stored_pdf(), by=owner)
    actions.write_assessment(application=row, text="Sampled weekly.", by=owner)
    actions.remove_person(person=row.people.get(name="Tess Trainer"), by=owner)
    tess = {"name": "Tess Trainer", "roles": ["trainer"], "elements": st0071.packages.all()}
    tess |= {"qualification": "Level 5", "competence": "Ten years in the trade", "cpd_on": first.at.date()}
    actions.save_person(application=row, cv=builders.stored_pdf(), by=owner, **tess)
    again = actions.resubmit(application=row, by=owner)
    assert again.state == ApplicationState.RESUBMITTED
    second = row.submissions.get(number=2)
    first.refresh_from_db()
    assert first.sha256 == actions.fingerprint_of(first.content) != second.sha256
    found = {one.key: [change.label for change in one.changes] for one in queries.changes_between(first, second)}
    assert found == {"people": ["Name: Tess Trainer"], "assessment": ["Assessment and IQA arrangements"]}
    with pikepdf.open(_printed(first)) as paper:
        assert row.number in str(paper.docinfo["/Title"])
        assert "/StructTreeRoot" in paper.Root
    assert documents.for_subject(row).filter(kind=actions.SUBMISSION).count() == 2


def _printed(submission: Submission) -> io.BytesIO:
    return io.BytesIO(documents.render(submission.document))


@pytest.mark.clause("A3")
def test_what_was_handed_in_reads_as_it_did_when_it_is_told_again(st0071):
    row = builders.submitted_application(builders.centre(), st0071)
    kept, now = queries.frozen_content(row.submissions.get()), queries.application_content(row, [])
    assert [dataclasses.replace(section, url="") for section in now] == list(kept)
    file = now[[section.key for section in now].index("checklist")].files[0]
    assert file.stored_id in queries.files_of(row)


@pytest.mark.clause("A2", "A3", "A5", "A6")
def test_a_further_application_begins_with_what_is_known(st0071, at, monday):
    at(monday)
    asp, epa = st0071.packages.order_by("code")
    centre = builders.approved_centre(st0071, [asp])
    owner = builders.owner_of(centre)
    first = centre.applications.get()
    expired = first.policies.order_by("pk")[0]
    at(expired.expires_on)  # the last day on which it holds
    type(expired).objects.filter(pk=expired.pk).update(expires_on=monday)
    row = actions.create_application(centre=centre, version=st0071, by=owner)
    assert [person.name for person in row.people.all()] == [person.name for person in first.people.all()]
    assert (row.assessment, row.staffing) == (first.assessment, first.staffing)
    assert (row.policies.count(), row.carried["policies_expired"]) == (
        first.policies.count() - 1,
        [str(expired.policy)],
    )
    assert list(row.sites.all()) == list(first.sites.all())
    # made anew
    assert (row.elements.count(), row.checklist, row.declared_by, row.no_conflicts) == (0, None, "", False)
    with pytest.raises(Refused) as refused:
        actions.choose_elements(application=row, packages=[asp, epa], by=owner)
    assert codes(refused) == ["element_approved"]
    actions.choose_elements(application=row, packages=[epa], by=owner)
    states = rules.section_states(queries.application_problems(row, monday))
    assert states["elements"] == rules.SectionState.DONE


@pytest.mark.clause("A3")
def test_nothing_is_applied_for_twice(st0071):
    centre = builders.approved_centre(st0071)
    with pytest.raises(Refused) as refused:
        actions.create_application(centre=centre, version=st0071, by=builders.owner_of(centre))
    assert codes(refused) == ["nothing_to_apply_for"]
