"""The approval journey through the pages: from an empty application to the first day of registering."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.states import Role
from centres import queries, rules, tasks
from centres.models import Application, Contract
from centres.states import ApplicationState, ContractState
from foundation import clock
from foundation.models import Message
from tests import builders as people
from tests.centres import builders

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def pdf(name: str = "checklist.pdf", mark: bytes = b"") -> SimpleUploadedFile:
    """A PDF that passes the look into its content."""
    import weasyprint

    text = f"<html lang='en'><title>x</title><p>{mark.decode()}</p></html>"
    return SimpleUploadedFile(name, weasyprint.HTML(string=text).write_pdf(), content_type="application/pdf")


def post(client: Client, view: str, pk: int, data=None, **kwargs):
    """POST and expect to be sent on."""
    response = client.post(reverse(f"centres:{view}", kwargs={"pk": pk, **kwargs}), data or {})
    assert response.status_code == 302, errors_of(response)
    return response


def errors_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())[:2000]


@pytest.mark.slow
@pytest.mark.clause("A1", "A2", "A3", "A5", "A6", "A7", "A8", "A9")
def test_from_an_empty_application_to_registering(st0071):
    centre = builders.centre()
    owner, eqa, office = (
        signed_in(builders.owner_of(centre)),
        signed_in(builders.centre_eqa()),
        signed_in(builders.epa_team()),
    )
    packages = list(st0071.packages.all())

    post(owner, "apply", centre.pk, {"version": st0071.pk})
    application = Application.objects.get()
    page = owner.get(application.get_absolute_url())
    assert "Not started" in page.content.decode()
    resources = {f"resources_{package.code}": "Two rooms." for package in packages}
    sections = {
        "elements": {"elements": [package.pk for package in packages]},
        "resources": {"staffing": "Four trainers.", "sites": [centre.sites.get().pk], **resources},
        "assessment": {"assessment": "Sampled monthly."},
        "checklist": {"checklist": pdf()},
        "interest": {"none": "on"},
        "declaration": {"name": "Robin Owner", "role": "Director", "understood": "on", "requirements": "on"},
    }
    for name, data in sections.items():
        post(owner, "section", application.pk, data, section=name)
    for name, roles in (("Tess Trainer", ["trainer", "assessor"]), ("Ira Quality", ["iqa"])):
        given = {"name": name, "roles": roles, "elements": sections["elements"]["elements"], "cpd_on": "01/09/2026"}
        told = {"qualification": "Level 4", "competence": "Ten years"}
        post(owner, "person_add", application.pk, {**given, **told, "cv": pdf("cv.pdf", name.encode())})
    for policy in st0071.policies.all():
        days = {"issued_on": "01/01/2026", "expires_on": "01/01/2029"}
        post(owner, "policy", application.pk, {**days, "stored": pdf("policy.pdf")}, policy=policy.pk)
    post(owner, "check", application.pk)

    post(eqa, "take", application.pk, {"no_interest": "on"})
    criteria = list(st0071.approval_criteria.all())
    keys = [f"{package.pk}_{criterion.pk}" for package in packages for criterion in criteria]
    answers = {f"verdict_{key}": "met" for key in keys} | {
        f"verdict_{keys[0]}": "not_met",
        f"reason_{keys[0]}": "One trainer left.",
    }
    post(eqa, "review", application.pk, answers)
    refused = eqa.post(reverse("centres:approve", kwargs={"pk": application.pk}))
    assert refused.status_code == 422
    letter = {
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "0",
        "form-0-package": packages[0].pk,
        "form-0-text": "Name the trainer who takes over.",
        "form-0-due_on": f"{clock.today().replace(year=clock.today().year + 1):%d/%m/%Y}",
    }
    post(eqa, "require", application.pk, letter)

    action = application.actions.get()
    post(owner, "answer", action.pk, {"answer": "Sam Trainer", "evidence": pdf("cv.pdf")})
    post(owner, "check", application.pk)
    post(eqa, "take_up", application.pk)
    post(eqa, "settle", action.pk, {"verdict": "close"})
    post(eqa, "review", application.pk, {f"verdict_{key}": "met" for key in keys})
    post(eqa, "risk", application.pk, {"rating": "medium"})
    post(eqa, "approve", application.pk, {"packages": [package.pk for package in packages]})
    application.refresh_from_db()
    assert application.state == ApplicationState.APPROVED

    tasks.offer_contracts()
    contract = Contract.objects.select_related("document__stored").get()
    assert contract.state == ContractState.OFFERED
    printed = owner.get(reverse("centres:contract_document", kwargs={"pk": contract.pk}))
    assert b"".join(printed.streaming_content).startswith(b"%PDF-")
    post(owner, "send_code", contract.pk)
    code = Message.objects.get(kind="centres.signing_code").text[:6]
    page = owner.get(reverse("centres:sign", kwargs={"pk": contract.pk})).content.decode()
    shown = re.search(r'name="shown" value="([0-9a-f]{64})"', page)
    assert shown is not None
    data = {"name": "Robin Owner", "role": "Director", "consent": "on", "code": code, "shown": shown[1]}
    post(owner, "sign", contract.pk, data)
    before = [problem.code for problem in queries.registration_problems(centre, packages[0], clock.today())]
    post(office, "countersign", contract.pk)
    after = [queries.registration_problems(centre, package, clock.today()) for package in packages]

    assert (before, after) == (["no_contract"], [[], []])
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert kinds >= {
        "centres.application_submitted",
        "centres.actions_required",
        "centres.application_resubmitted",
        "centres.application_approved",
        "centres.contract_offered",
        "centres.contract_signed",
        "centres.contract_in_force",
    }


def test_the_signed_copy_is_returned_on_paper(st0071):
    centre = builders.centre()
    contract = builders.offered_contract(centre, st0071)
    owner, office = signed_in(builders.owner_of(centre)), signed_in(builders.epa_team())

    who = {"name": "Robin Owner", "role": "Director"}
    post(owner, "upload_signed", contract.pk, {**who, "signed_copy": pdf("signed.pdf", b"signed")})
    contract.refresh_from_db()
    assert (contract.state, contract.signed_copy.original_name) == (ContractState.SIGNED, "signed.pdf")
    post(office, "send_back", contract.pk, {"reason": "The last page is missing."})
    page = owner.get(contract.get_absolute_url()).content.decode()
    assert "The last page is missing." in page
    post(owner, "upload_signed", contract.pk, {**who, "signed_copy": pdf("again.pdf", b"signed in full")})
    post(office, "countersign", contract.pk, {"checked": list(rules.COPY_CHECKS)})
    post(
        office,
        "end",
        contract.pk,
        {"ends_on": f"{clock.today():%d/%m/%Y}", "cause": "closed", "reason": "The centre closes."},
    )
    contract.refresh_from_db()
    assert (contract.state, contract.ended_on) == (ContractState.ENDING, clock.today())


def test_a_page_shows_every_state_to_every_role(st0071):
    """Each page of each stage is drawn for whoever may see it."""
    centre = builders.centre()
    contract = builders.contract_in_force(centre, st0071)
    reader = people.person(Role.CENTRE_READER, centre.organisation)
    everyone = [
        reader,
        builders.owner_of(centre),
        builders.centre_eqa(),
        builders.epa_team(),
        people.person(Role.ADMINISTRATOR),
    ]
    addresses = [
        centre.get_absolute_url(),
        contract.get_absolute_url(),
        contract.application.get_absolute_url(),
        reverse("centres:list"),
        reverse("centres:applications"),
        reverse("centres:contracts"),
        reverse("centres:charges"),
        reverse("centres:account", kwargs={"pk": centre.pk}),
        reverse("centres:blank_checklist", kwargs={"pk": contract.application_id}),
        reverse("centres:checklist", kwargs={"pk": contract.application_id}),
    ]
    for user in everyone:
        client = signed_in(user)
        assert [client.get(address).status_code for address in addresses] == [200] * len(addresses), user
