"""What the pages say and how they take what is typed."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Invitation
from accounts.states import Role
from centres import actions
from centres.models import ActionRequired, Centre, RegisterImport
from centres.states import ActionState, ApplicationState, ContractState, StandingKind
from foundation import clock, work
from foundation.models import Document, StoredFile
from tests import builders as people
from tests.centres import builders
from tests.centres.views.scenes import client_of, play

pytestmark = pytest.mark.django_db


def url(name: str, row=None, **keys) -> str:
    return reverse(f"centres:{name}", kwargs={"pk": row.pk, **keys} if row is not None else keys)


def words(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.clause("A1")
def test_the_centre_page_says_why_it_cannot_register_and_what_is_next(st0071):
    scene = play("offered", st0071)
    owner = client_of(builders.owner_of(scene.centre))
    page = words(owner.get(scene.centre.get_absolute_url()))
    assert "Why can’t AS-CSS-EPA be registered yet?" in page
    assert "The contract for AS-CSS-EPA is not in force yet (offered)" in page
    assert f"Sign contract {scene.contract.number}" in page
    reader = client_of(people.person(Role.CENTRE_READER, scene.centre.organisation))
    assert f"Sign contract {scene.contract.number}" not in words(reader.get(scene.centre.get_absolute_url()))


@pytest.mark.clause("A8")
@pytest.mark.parametrize(
    ("stage", "who", "row"),
    [
        ("draft", "owner", "application"),
        ("draft", "reader", None),
        ("submitted", "owner", None),
        ("actions_required", "owner", "application"),
        ("actions_required", "office", None),
        ("answered", "owner", None),
        ("offered", "owner", "contract"),
        ("offered", "staff", None),
        ("signed", "owner", None),
        ("signed", "office", "contract"),
    ],
)
def test_what_shuts_the_gate_links_to_what_this_person_can_do_about_it(st0071, stage, who, row):
    scene = play(stage, st0071)
    cast = scene.cast() | {"staff": people.person(Role.CENTRE_STAFF, scene.centre.organisation)}
    response = client_of(cast[who]).get(scene.centre.get_absolute_url())
    assert response.context["gates"]
    for _, problems, places in response.context["gates"]:
        (address,) = {places.get(problem.where) for problem in problems}
        assert address == (getattr(scene, row).get_absolute_url() if row else None)
    assert ("Fix this" in words(response)) == (row is not None)


@pytest.mark.parametrize(
    ("stage", "who", "next_step"),
    [
        ("opened", "owner", "Begin an application"),
        ("draft", "owner", "Finish the application"),
        ("submitted", "owner", None),
        ("actions_required", "owner", "Answer the actions"),
        ("signed", "owner", None),
        ("signed", "office", "Check the signed contract"),
        ("in_force", "owner", None),
        ("opened", "finance", None),
    ],
)
def test_one_next_step(st0071, stage, who, next_step):
    scene = play(stage, st0071)
    response = client_of(scene.cast()[who]).get(scene.centre.get_absolute_url())
    given = response.context["next_step"]
    assert (given[0].startswith(next_step) if given else None) == (True if next_step else None)


def test_finance_does_not_see_applications_on_the_centres_page(st0071):
    scene = play("draft", st0071)
    page = client_of(people.person(Role.FINANCE)).get(scene.centre.get_absolute_url())
    assert scene.application.number not in words(page)


@pytest.mark.clause("A1")
def test_opening_a_centre_and_what_is_wrong_with_it():
    office = client_of(builders.epa_team())
    data = {"ukprn": "10000001", "contact_name": "Robin", "contact_email": "robin@example.org", "town": ""}
    page = office.post(url("open"), data)
    assert "not on the register of apprenticeship training providers" in words(page)
    builders.registered_provider(10_000_001)
    assert office.post(url("open"), data).status_code == 302
    assert (Centre.objects.count(), Invitation.objects.count()) == (1, 1)
    assert "This has changed" in words(office.post(url("open"), data))


@pytest.mark.clause("A1")
def test_recording_a_suspension_asks_why():
    centre = builders.centre()
    office = client_of(builders.epa_team())
    data = {"kind": "suspended", "starts_on": "14 Sep 2026", "ends_on": "", "reason": ""}
    assert "Say why; the centre is told the reason. (clause A1)" in words(office.post(url("standing", centre), data))
    assert office.post(url("standing", centre), {**data, "reason": "No assessor"}).status_code == 302
    standing = centre.standings.get(kind=StandingKind.SUSPENDED)
    assert (standing.starts_on, standing.reason) == (dt.date(2026, 9, 14), "No assessor")


@pytest.mark.clause("A3")
def test_a_second_application_says_that_there_is_one(st0071):
    scene = play("draft", st0071)
    page = client_of(builders.owner_of(scene.centre)).post(url("apply", scene.centre), {"version": st0071.pk})
    assert "This centre already has an application for ST0071/AP01 on its way." in words(page)


def test_a_standard_that_is_closed_cannot_be_applied_for(st0071, at, monday):
    at(monday)
    st0071.closes_on = monday - dt.timedelta(days=1)
    st0071.save(update_fields=["closes_on"])
    centre = builders.centre()
    page = client_of(builders.owner_of(centre)).post(url("apply", centre), {"version": st0071.pk})
    assert (page.status_code, centre.applications.count()) == (200, 0)


@pytest.mark.clause("A3", "A5", "A2")
def test_the_task_list_shows_what_is_done_and_what_is_missing(st0071):
    centre = builders.centre()
    row = builders.draft_application(centre, st0071, filled_in=False)
    owner = client_of(builders.owner_of(centre))
    actions.write_resources(application=row, staffing="Four", by=builders.owner_of(centre))
    response = owner.get(row.get_absolute_url())
    assert [(task.title, str(task.status)) for task in response.context["tasks"]] == [
        ("Elements to deliver", "Not started"),
        ("People", "Not started"),
        ("Training resources and sites", "In progress"),
        ("Assessment and IQA arrangements", "Not started"),
        ("Policies", "Not started"),
        ("Approval guidance checklist", "Not started"),
        ("Conflict of interest", "Not started"),
        ("Declarations", "Not started"),
        ("Check your answers and hand in", ""),
    ]
    assert "Upload the completed approval guidance checklist" in words(response)
    refused = owner.post(url("check", row))
    assert refused.status_code == 422
    assert "Choose at least one element to deliver" in words(refused)


@pytest.mark.clause("A2")
def test_a_declaration_without_the_tick_is_shown_where_it_is_missing(st0071):
    scene = play("draft", st0071)
    owner = client_of(builders.owner_of(scene.centre))
    page = owner.post(url("section", scene.application, section="declaration"), {"name": "Sam", "role": "Head"})
    (error,) = page.context["form"].errors["understood"]
    assert error.startswith("Tick that the assessment plan has been read and is fully understood")
    assert error.endswith("(clause A2)")
    assert 'value="Sam"' in page.content.decode()  # what was typed is not lost


@pytest.mark.clause("A5")
def test_the_blank_checklist_is_the_versions(st0071, tmp_path):
    scene = play("draft", st0071)
    response = client_of(builders.owner_of(scene.centre)).get(url("blank_checklist", scene.application))
    path = tmp_path / "blank.xlsx"
    path.write_bytes(response.content)
    rows = list(load_workbook(path).active.iter_rows(values_only=True))
    assert rows[0] == ("No.", "Requirement", "Met?", "Where the evidence is")
    assert [row[1] for row in rows[1:]] == st0071.checklist


@pytest.mark.clause("A5")
def test_a_file_of_another_kind_is_refused_by_its_content(st0071):
    scene = play("draft", st0071)
    owner = client_of(builders.owner_of(scene.centre))
    before = StoredFile.objects.count()
    program = SimpleUploadedFile("checklist.pdf", b"MZ\x90\x00" + b"\x00" * 200, content_type="application/pdf")
    page = owner.post(url("section", scene.application, section="checklist"), {"checklist": program})
    assert (page.status_code, StoredFile.objects.count()) == (200, before)
    assert page.context["form"].errors


def test_a_section_that_does_not_exist(st0071):
    scene = play("draft", st0071)
    owner = client_of(builders.owner_of(scene.centre))
    assert owner.get(url("section", scene.application, section="secrets")).status_code == 404


@pytest.mark.clause("A6")
def test_the_centre_sees_decisions_once_they_are_sent(st0071):
    scene = play("in_review", st0071)
    builders.decide_all(scene.application, met=False, reason="Not enough staff.")
    owner = client_of(builders.owner_of(scene.centre))
    page = owner.get(scene.application.get_absolute_url())
    assert page.context["cells"] == []
    assert "Not enough staff." not in words(page)
    assert "Not enough staff." in words(client_of(builders.epa_team()).get(scene.application.get_absolute_url()))
    builders.actions_required(scene.application)
    assert len(owner.get(scene.application.get_absolute_url()).context["cells"]) == 4


@pytest.mark.clause("A9")
def test_what_is_required_begins_with_what_is_not_met(st0071, at, monday):
    at(monday)
    scene = play("in_review", st0071)
    builders.decide_all(scene.application, met=False, reason="Not enough staff.")
    eqa = client_of(builders.centre_eqa())
    page = eqa.get(url("require", scene.application))
    rows = [(form.initial.get("text"), form.initial.get("due_on")) for form in page.context["formset"]]
    assert rows == [("Not enough staff.", dt.date(2026, 10, 12))] * 4 + [(None, None)] * 2

    package = scene.application.elements.first()
    letter = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0"}
    first = {"form-0-package": package.pk, "form-0-text": "Name one", "form-0-due_on": "1/12/2026"}
    empty = eqa.post(url("require", scene.application), letter)
    assert "Say at least one thing that is additionally required" in words(empty)
    halfway = eqa.post(url("require", scene.application), {**letter, "form-0-text": "Name one"})
    assert halfway.context["formset"][0].errors == {
        "package": ["Choose the element."],
        "due_on": ["Enter the day by which it is due."],
    }
    passed = eqa.post(url("require", scene.application), {**letter, **first, "form-0-due_on": "14/09/2026"})
    assert "the day by which it is due must be after today" in words(passed)
    assert ActionRequired.objects.count() == 0
    assert eqa.post(url("require", scene.application), {**letter, **first}).status_code == 302
    assert ActionRequired.objects.get().due_on == dt.date(2026, 12, 1)


@pytest.mark.clause("A3", "A9")
def test_nothing_is_required_of_an_element_that_is_decided(st0071):
    application = builders.application_in_review(builders.centre(), st0071)
    builders.decide_all(application, met=False, reason="One trainer is too few.")
    support, epa = st0071.packages.order_by("code")
    actions.decline(application=application, packages=[support], reason="No trainers.", by=application.reviewer)
    page = client_of(application.reviewer).get(url("require", application))
    rows = page.context["formset"].forms
    assert {form.initial["package"] for form in rows if form.initial} == {epa}
    assert list(rows[0].fields["package"].queryset) == [epa]


@pytest.mark.clause("A9")
def test_a_reopened_action_goes_back_without_a_new_one(st0071):
    scene = play("answered", st0071)
    eqa = client_of(builders.centre_eqa())
    page = eqa.post(url("settle", scene.action), {"verdict": "reopen", "comment": ""})
    assert "Say what is still missing." in words(page)
    assert eqa.post(url("settle", scene.action), {"verdict": "reopen", "comment": "Which day?"}).status_code == 302
    assert "Reopened and sent again with this" in words(eqa.get(url("require", scene.application)))
    letter = {"form-TOTAL_FORMS": "0", "form-INITIAL_FORMS": "0"}
    assert eqa.post(url("require", scene.application), letter).status_code == 302
    scene.application.refresh_from_db()
    scene.action.refresh_from_db()
    assert (scene.application.state, scene.action.state) == (ApplicationState.ACTIONS_REQUIRED, ActionState.OPEN)
    owner = client_of(builders.owner_of(scene.centre))
    assert "Which day?" in words(owner.get(scene.application.get_absolute_url()))


@pytest.mark.clause("A9")
def test_an_answer_without_evidence_is_asked_for_it(st0071):
    scene = play("actions_required", st0071)
    owner = client_of(builders.owner_of(scene.centre))
    page = owner.post(url("answer", scene.action), {"answer": "Done"})
    assert page.context["form"].errors["evidence"] == ["Upload the evidence for it. (clause A9)"]
    assert "(optional)" not in words(page)


@pytest.mark.clause("A9")
def test_an_answer_is_changed_without_sending_its_evidence_again(st0071):
    scene = play("actions_required", st0071)
    person = builders.owner_of(scene.centre)
    stored = builders.stored_pdf()
    actions.answer_action(action=scene.action, answer="Done", evidence=stored, by=person)
    owner = client_of(person)
    assert "Leave it empty to keep the evidence there is." in words(owner.get(url("answer", scene.action)))
    assert owner.post(url("answer", scene.action), {"answer": "All done"}).status_code == 302
    scene.action.refresh_from_db()
    assert (scene.action.answer, scene.action.evidence) == ("All done", stored)


@pytest.mark.clause("A6")
def test_a_no_without_a_reason_is_shown(st0071):
    scene = play("in_review", st0071)
    package, criterion = scene.application.elements.first(), st0071.approval_criteria.first()
    page = client_of(builders.centre_eqa()).post(
        url("review", scene.application), {f"verdict_{package.pk}_{criterion.pk}": "not_met"}
    )
    assert "say why the criterion is not met" in words(page)
    assert scene.application.decisions.count() == 0


@pytest.mark.clause("A6")
def test_the_reviewer_sees_what_stands_between_review_and_approval(st0071):
    scene = play("in_review", st0071)
    eqa = client_of(builders.centre_eqa())
    page = words(eqa.get(url("review", scene.application)))
    assert "AS-CSS-EPA (ii) has not been decided" in page
    builders.decide_all(scene.application)
    assert "Everything is met: the application can be approved." in words(eqa.get(url("review", scene.application)))


@pytest.mark.clause("A6")
def test_handing_a_review_over_and_declaring_on_the_pages(st0071):
    scene = play("in_review", st0071)
    application, eqa = scene.application, people.person(Role.CENTRE_EQA, name="Sue Successor")
    team, before, owner = (client_of(who) for who in (builders.epa_team(), application.reviewer, scene.cast()["owner"]))
    link = url("hand_over", application)
    assert link in words(team.get(application.get_absolute_url()))
    assert link not in words(before.get(application.get_absolute_url()))
    choices = [pk for pk, _ in team.get(link).context["form"].fields["reviewer"].choices]
    assert eqa.pk in choices
    assert application.reviewer_id not in choices
    empty = team.post(link, {"reviewer": eqa.pk, "reason": ""})
    assert "Say why the reviewer changes." in words(empty)
    told = words(team.post(link, {"reviewer": eqa.pk, "reason": "Secret illness."}, follow=True))
    assert "is handed to Sue Successor; both have been told" in told
    assert "Secret illness." in told
    seen = words(owner.get(application.get_absolute_url()))
    assert "Sue Successor" in seen
    assert "Secret illness." not in seen
    successor = client_of(eqa)
    assert url("declare", application) in words(successor.get(application.get_absolute_url()))
    assert "Go on with the review" not in words(successor.get(application.get_absolute_url()))
    assert successor.post(url("declare", application), {}).status_code == 200
    page = words(successor.post(url("declare", application), {"no_interest": "on"}, follow=True))
    assert "Go on with the review" in page
    assert successor.get(url("review", application)).status_code == 200


@pytest.mark.clause("A8")
def test_a_signature_without_consent_keeps_what_was_typed(st0071):
    scene = play("offered", st0071)
    owner = client_of(builders.owner_of(scene.centre))
    shown = scene.contract.document.stored.sha256
    page = owner.post(url("sign", scene.contract), {"name": "Sam", "role": "Head", "shown": shown})
    assert page.context["form"].errors["consent"] == [
        "Tick that you agree to the contract and may sign it for the centre. (clause A8)"
    ]
    assert 'value="Head"' in page.content.decode()
    other = owner.post(
        url("sign", scene.contract), {"name": "S", "role": "H", "consent": "on", "code": "1", "shown": "0" * 64}
    )
    assert "is not the one on offer" in words(other)
    scene.contract.refresh_from_db()
    assert scene.contract.state == ContractState.OFFERED


@pytest.mark.clause("A8")
def test_an_empty_signature_is_told_everything_that_is_missing_at_once(st0071):
    scene = play("offered", st0071)
    owner = client_of(builders.owner_of(scene.centre))
    shown = scene.contract.document.stored.sha256
    page = owner.post(url("sign", scene.contract), {"name": "", "role": "", "shown": shown})
    assert list(page.context["form"].errors) == ["name", "role", "consent", "code"]


@pytest.mark.clause("A2")
def test_an_empty_declaration_is_told_everything_that_is_missing_at_once(st0071):
    scene = play("draft", st0071)
    owner = client_of(builders.owner_of(scene.centre))
    page = owner.post(url("section", scene.application, section="declaration"), {"name": "", "role": ""})
    assert list(page.context["form"].errors) == ["name", "role", "understood", "requirements"]


@pytest.mark.parametrize(
    ("name", "stage", "of", "who"),
    [
        ("send_back", "signed", "contract", "office"),
        ("end", "in_force", "contract", "office"),
        ("decline", "in_review", "application", "eqa"),
        ("reverse", "charged", "charge", "finance"),
    ],
)
def test_a_reason_that_is_asked_for_is_not_called_optional(st0071, name, stage, of, who):
    scene = play(stage, st0071)
    client = client_of(scene.cast()[who])
    where = url(name, getattr(scene, of))
    assert "(optional)" not in words(client.get(where))
    page = client.post(where, {"ends_on": "31/12/2029", "cause": "closed", "reason": ""})
    assert list(page.context["form"].errors) == ["reason"]


@pytest.mark.clause("A8")
def test_the_address_of_the_signature_is_the_connections(st0071):
    scene = play("offered", st0071)
    owner = client_of(builders.owner_of(scene.centre))
    code = builders.signing_code(scene.contract, builders.owner_of(scene.centre))
    shown = scene.contract.document.stored.sha256
    data = {"name": "Sam", "role": "Head", "consent": "on", "code": code, "shown": shown}
    response = owner.post(url("sign", scene.contract), data, REMOTE_ADDR="2001:db8::7", HTTP_X_FORWARDED_FOR="6.6.6.6")
    scene.contract.refresh_from_db()
    assert (response.status_code, scene.contract.signed_from) == (302, "2001:db8::7")


@pytest.mark.clause("A7")
def test_a_document_that_could_not_be_made_is_shown_with_a_way_on(st0071):
    contract = builders.prepared_contract(builders.centre(), st0071)
    office, owner = client_of(builders.epa_team()), client_of(builders.owner_of(contract.centre))
    assert "The document is being made" in words(owner.get(contract.get_absolute_url()))
    assert owner.get(url("contract_document", contract)).status_code == 404
    (taken,) = work.take(Document.objects.filter(kind="contract"), 1)
    work.set_aside(taken, "the printer burnt")
    page = words(office.get(contract.get_absolute_url()))
    assert "The document could not be made" in page
    assert "printer burnt" not in page
    assert "Try again" not in words(owner.get(contract.get_absolute_url()))
    assert office.post(url("retry", contract)).status_code == 302
    assert Document.objects.get(kind="contract").set_aside_at is None


@pytest.mark.clause("A1")
def test_the_register_is_uploaded_and_its_differences_are_shown():
    office = client_of(builders.epa_team())
    centre = builders.centre("Riverside College", 10_000_001)
    html = SimpleUploadedFile("apar.csv", b"<html>Service unavailable</html>")
    page = office.post(url("import_register"), {"file": html})
    assert "This is a web page, not the register" in words(page)
    data = builders.register_csv([(10_000_001, "Riverside Academy", "Main provider", "")])
    response = office.post(url("import_register"), {"file": SimpleUploadedFile("apar-2026.csv", data)})
    taken = RegisterImport.objects.latest("pk")
    assert (response.status_code, response["Location"]) == (302, taken.get_absolute_url())
    page = words(office.get(taken.get_absolute_url()))
    for text in ("apar-2026.csv", "Changed name", "Riverside College", "Riverside Academy", taken.sha256):
        assert text in page
    assert [change.ukprn for change in office.get(taken.get_absolute_url()).context["our_changes"]] == [centre.ukprn]


@pytest.mark.clause("A1")
def test_a_provider_page_answers_for_a_day_and_gives_the_centre_its_new_name(at, monday):
    at(monday)
    centre = builders.centre("Riverside College", 10_000_001)
    office, eqa = client_of(builders.epa_team()), client_of(builders.centre_eqa())
    where = reverse("centres:register_provider", kwargs={"ukprn": 10_000_001})
    at(monday + dt.timedelta(days=1))
    builders.leave_register(10_000_001)
    at(monday + dt.timedelta(days=2))
    builders.registered_provider(10_000_001, "Riverside Academy")
    for day, answer in [
        ("14/09/2026", "Yes, on "),
        ("15/09/2026", "No, on "),
        ("16/09/2026", "Yes, on "),
        ("16/09/2030", "Yes, as the register stands, on "),
        ("1/1/2016", "There was no import by then"),
    ]:
        assert answer in words(eqa.get(where, {"on": day}))
    assert "Take over the name" not in words(eqa.get(where))
    assert "Take over the name" in words(office.get(where))
    assert office.post(reverse("centres:take_name", kwargs={"ukprn": 10_000_001})).status_code == 302
    centre.organisation.refresh_from_db()
    assert centre.organisation.name == "Riverside Academy"


@pytest.mark.clause("A1")
def test_differences_are_filtered_and_exported_and_ours_come_first():
    builders.centre("Zebra College", 10_000_001)
    data = builders.register_csv(
        [(10_000_001, "Zebra", "Main provider", ""), (10_000_002, "Aaron", "Main provider", "")]
    )
    office = client_of(builders.epa_team())
    office.post(url("import_register"), {"file": SimpleUploadedFile("apar.csv", data)})
    where = RegisterImport.objects.latest("pk").get_absolute_url()
    assert [row.name for row in office.get(where).context["page_obj"]] == ["Zebra", "Aaron"]
    assert [row.name for row in office.get(where, {"kind": "joined"}).context["page_obj"]] == ["Aaron"]
    assert [row.name for row in office.get(where, {"ours": "yes"}).context["page_obj"]] == ["Zebra"]
    exported = office.get(where, {"export": "csv", "ours": "yes"}).content.decode("utf-8-sig").splitlines()
    assert exported == ["UKPRN,Provider,What changed,Before,After", "10000001,Zebra,Changed name,Zebra College,Zebra"]


def test_fetching_now_is_a_button_of_the_office(settings):
    office, eqa = client_of(builders.epa_team()), client_of(builders.centre_eqa())
    settings.REGISTER_URL = ""
    assert "Fetch now" not in words(office.get(url("register")))
    settings.REGISTER_URL = "http://127.0.0.1:9/apar"
    assert "Fetch now" not in words(eqa.get(url("register")))
    assert office.post(url("fetch_register")).status_code == 302
    page = words(office.get(url("register")))
    assert "Fetch now" in page
    assert "Waiting" in page


@pytest.mark.clause("D4")
def test_reversing_asks_first_and_says_what_it_costs(st0071):
    scene = play("charged", st0071)
    finance = client_of(people.person(Role.FINANCE))
    page = words(finance.get(url("reverse", scene.charge)))
    assert "A credit note is added to the account." in page
    assert "Say why the charge is taken back." in words(finance.post(url("reverse", scene.charge), {"reason": ""}))
    assert finance.post(url("reverse", scene.charge), {"reason": "Twice."}).status_code == 302
    assert "This has changed" in words(finance.post(url("reverse", scene.charge), {"reason": "Twice."}))


def test_deadlines_show_their_day_and_how_far_it_is(st0071, at, monday):
    at(monday)
    scene = play("submitted", st0071)
    page = words(client_of(builders.centre_eqa()).get(scene.application.get_absolute_url()))
    assert "Mon 12 Oct 2026" in page
    assert "in 20 working days" in page
    assert clock.today() == monday
