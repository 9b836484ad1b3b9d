"""Centres for tests, built through the verbs. Most tests above this storey need only ``approved_centre``.

Needs a database, and the ``private_files`` fixture wherever a file is stored (a submitted application, a contract).
"""

import dataclasses
import datetime as dt
import itertools
import re
from collections.abc import Sequence
from typing import Any

from accounts.actors import System
from accounts.models import Membership, User
from accounts.states import Role
from centres import actions, queries, rules
from centres.models import (
    Appeal,
    Application,
    ApplicationPerson,
    ApplicationPolicy,
    Centre,
    Contact,
    Contract,
    ElementApproval,
    Question,
    RegisterProvider,
    ReReview,
    Sanction,
    SignOff,
    Signup,
    Site,
    Standing,
)
from centres.states import ContactRole, SanctionLevel, StandingKind, Verdict
from foundation import clock, files, work
from foundation.models import Document, Message, StoredFile
from standards.models import ApprovalCriterion, Package, StandardVersion
from standards.states import Risk
from tests import builders as people
from tests.laid import built_or_laid

HEADER = "Ukprn,Name,ApplicationType,StartDate,Status,ApplicationDeterminedDate"
# The smallest thing that a PDF reader opens.
TINY_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
STAFFING = "Four trainers, one lead."
PEOPLE = (("Tess Trainer", "trainer"), ("Asa Assessor", "assessor"), ("Ira Quality", "iqa"))
_ukprns = itertools.count(10_200_001)
_marks = itertools.count(1)


def register_csv(rows: Sequence[tuple[int, str, str, str]]) -> bytes:
    """A file of the register in today's layout: (UKPRN, name, type, status) per row, all since 1 May 2017."""
    lines = [f'{ukprn},"{name}",{kind},01/05/2017,{status},' for ukprn, name, kind, status in rows]
    return ("\r\n".join([HEADER, *lines]) + "\r\n").encode()


def registered_provider(ukprn: int | None = None, name: str = "") -> RegisterProvider:
    """A provider on the register, beside all that are on it: an import of the register as it is, plus this one."""
    number = ukprn or next(_ukprns)
    there = RegisterProvider.objects.filter(left_on=None).exclude(ukprn=number)
    rows = [
        (row.ukprn, row.name, row.provider_type, "Not Currently Starting New Apprentices" if row.not_starting else "")
        for row in there
    ]
    data = register_csv([*rows, (number, name or f"Provider {number}", "Main provider", "")])
    actions.import_register(data=data, source_name="apar.csv", by=System("test"))
    return RegisterProvider.objects.get(ukprn=number)


def leave_register(*ukprns: int) -> None:
    """The next import of the register lacks these providers. Others are invented so that it does not look cut short."""
    there = RegisterProvider.objects.filter(left_on=None)
    kept = [(row.ukprn, row.name, row.provider_type, "") for row in there if row.ukprn not in ukprns]
    fill = [(10_900_000 + number, f"Filler {number}", "Main provider", "") for number in range(len(ukprns))]
    actions.import_register(data=register_csv(kept + fill), source_name="apar.csv", by=System("test"))


def centre(name: str = "", ukprn: int | None = None, *, imi_approved: bool = True) -> Centre:
    """A centre on the register with an owner, IMI Approved from long ago unless told otherwise."""
    if name or ukprn or not imi_approved:
        return _built_centre(name, ukprn, imi_approved=imi_approved)
    return built_or_laid("centre", lambda: _built_centre("", None, imi_approved=True), Centre)


def _built_centre(name: str, ukprn: int | None, *, imi_approved: bool) -> Centre:
    provider = registered_provider(ukprn, name)
    office = epa_team()
    made = actions.create_centre(
        ukprn=provider.ukprn,
        contact_name="Robin Owner",
        contact_email=f"owner{provider.ukprn}@example.org",
        town="Hertford",
        by=office,
    )
    people.person(Role.CENTRE_OWNER, made.organisation)
    if imi_approved:
        approve_standing(made)
    return made


def approve_standing(made: Centre) -> Standing:
    """IMI Approved since 1 January 2019."""
    return actions.record_standing(
        centre=made, kind=StandingKind.APPROVED, starts_on=dt.date(2019, 1, 1), by=epa_team()
    )


def suspend(made: Centre, packages: Sequence[Package] = (), starts_on: dt.date | None = None) -> Standing:
    """Suspended by IMI from today, for the whole centre or for some elements."""
    return actions.record_standing(
        centre=made,
        kind=StandingKind.SUSPENDED,
        starts_on=starts_on or clock.today(),
        reason="No assessor is left.",
        packages=packages,
        by=epa_team(),
    )


def plan_item(text: str = "Show the records.") -> rules.PlanItem:
    """Something to do within thirty days."""
    return rules.PlanItem(text, clock.today() + dt.timedelta(days=30))


def sanction(
    made: Centre,
    level: str = SanctionLevel.ACTION_PLAN,
    packages: Sequence[Package] = (),
    *,
    reason: str = "Records are missing.",
    evidence: StoredFile | None = None,
) -> Sanction:
    """A sanction from today with one action in its plan."""
    return actions.impose_sanction(
        centre=made,
        level=level,
        starts_on=clock.today(),
        reason=reason,
        plan=[plan_item()],
        packages=packages,
        evidence=evidence,
        by=epa_team(),
    )


def _anyone(role: Role) -> User:
    """Somebody of the assessment organisation with that role, made once a test."""
    found = (
        Membership.objects.filter(role=role, organisation=people.imi(), ended_on=None).select_related("user").first()
    )
    return found.user if found else people.person(role)


def epa_team() -> User:
    return _anyone(Role.EPA_TEAM)


def finance() -> User:
    return _anyone(Role.FINANCE)


def centre_eqa() -> User:
    return _anyone(Role.CENTRE_EQA)


def owner_of(made: Centre) -> User:
    """The centre's first owner."""
    return User.objects.filter(memberships__organisation=made.organisation, memberships__role=Role.CENTRE_OWNER)[0]


def site(made: Centre, name: str = "Mill Lane workshop") -> Site:
    """Another site of the centre, in use from today."""
    details = rules.SiteDetails(name, "4 Mill Lane", "Ware", "SG12 9PX", ["workshop"])
    return actions.add_site(centre=made, details=details, by=owner_of(made))


def contact(made: Centre, name: str = "Quinn Quality", role: str = ContactRole.QUALITY) -> Contact:
    """Another contact of the centre."""
    details = rules.ContactDetails(name, f"{role}{made.pk}@example.org", "01992 555 0100")
    return actions.add_contact(centre=made, role=role, details=details, by=owner_of(made))


def stored_pdf(label: str = "test") -> StoredFile:
    """A stored PDF like no other, without the work of looking into it."""
    return files.store_bytes(TINY_PDF + f"% {next(_marks)}\n".encode(), "file.pdf", "application/pdf", System(label))


def fill_in(row: Application, packages: Sequence[Package], by: User) -> None:
    """Every section, through the verbs where they are cheap; people and policies as rows, of one file."""
    file, now, label = stored_pdf(), clock.now(), by.label
    by_hand = {"saved_by_label": label, "saved_at": now}
    actions.choose_elements(application=row, packages=packages, by=by)
    texts = {package.code: "Two rooms, twelve places." for package in packages}
    sites = list(row.centre.sites.filter(main=True))
    actions.write_resources(application=row, staffing=STAFFING, resources=texts, sites=sites, by=by)
    actions.write_assessment(application=row, text="Sampled monthly by the lead.", by=by)
    for person in row.people.all():  # of an application before
        person.elements.set(packages)
    for name, role in () if row.people.exists() else PEOPLE:
        told = {"qualification": "Level 4", "competence": "Ten years in the trade", "cpd_on": clock.today()}
        person = ApplicationPerson.objects.create(application=row, name=name, roles=[role], cv=file, **told, **by_hand)
        person.elements.set(packages)
    days = {"issued_on": clock.today(), "expires_on": clock.today() + dt.timedelta(days=700)}
    rows = [
        ApplicationPolicy(application=row, policy=policy, stored=file, **days, **by_hand)
        for policy in row.version.policies.all()
    ]
    ApplicationPolicy.objects.bulk_create(rows, ignore_conflicts=True)
    actions.upload_checklist(application=row, stored=file, by=by)
    actions.declare_no_conflicts(application=row, none=True, by=by)
    actions.declare(application=row, name="Robin Owner", role="Director", understood=True, requirements=True, by=by)


def draft_application(
    made: Centre, version: StandardVersion, packages: Sequence[Package] | None = None, *, filled_in: bool = True
) -> Application:
    """An application of the centre's owner: with every section (all packages unless named), or just begun."""
    owner = owner_of(made)
    row = actions.create_application(centre=made, version=version, by=owner)
    if filled_in:
        fill_in(row, list(version.packages.all()) if packages is None else list(packages), owner)
    row.refresh_from_db()
    return row


def submitted_application(
    made: Centre, version: StandardVersion, packages: Sequence[Package] | None = None
) -> Application:
    """An application that waits for a Centre EQA."""
    row = draft_application(made, version, packages)
    return actions.submit(application=row, by=owner_of(made))


def application_in_review(
    made: Centre, version: StandardVersion, packages: Sequence[Package] | None = None, reviewer: User | None = None
) -> Application:
    """An application that a Centre EQA has taken and not decided anything on."""
    row = submitted_application(made, version, packages)
    return actions.take(application=row, no_interest=True, by=reviewer or centre_eqa())


def handed_over(application: Application, to: User) -> Application:
    """The same application with another Centre EQA, who has not declared anything yet."""
    return actions.hand_over(application=application, to=to, reason="Long illness.", by=epa_team())


def decide_all(application: Application, *, met: bool = True, reason: str = "") -> None:
    """The reviewer answers every element × criterion alike, and rates the risk as proposed."""
    verdict = Verdict.MET if met else Verdict.NOT_MET
    criteria = list(ApprovalCriterion.objects.filter(version=application.version))
    decisions = [
        actions.Decision(package, criterion, verdict, reason)
        for package in application.elements.all()
        for criterion in criteria
    ]
    assert application.reviewer is not None
    actions.decide(application=application, decisions=decisions, by=application.reviewer)
    proposed = queries.risk_proposal(application).rating
    actions.rate_risk(application=application, rating=proposed, by=application.reviewer)


def actions_required(application: Application, text: str = "Name a second trainer.") -> Application:
    """One action required of the first element, due in thirty days; the application is back with the centre."""
    package = application.elements.all()[0]
    new = rules.NewAction(package.pk, text, clock.today() + dt.timedelta(days=30))
    assert application.reviewer is not None
    return actions.require_actions(application=application, actions=[new], by=application.reviewer)


def question(application: Application, section: str = "") -> Question:
    """The reviewer has asked about a section, to be answered within ten days."""
    assert application.reviewer is not None
    due_on = clock.today() + dt.timedelta(days=10)
    return actions.ask(
        application=application,
        section=section or next(iter(rules.SECTIONS)),
        text="How many of them work full time?",
        due_on=due_on,
        by=application.reviewer,
    )


def question_answered(application: Application, answer: str = "All of them.") -> Question:
    """The same, answered with a file."""
    asked = question(application)
    return actions.answer_question(question=asked, answer=answer, file=stored_pdf(), by=owner_of(application.centre))


def high_risk(application: Application) -> None:
    """The reviewer has decided all and rates the risk so high that a second person has to confirm."""
    decide_all(application)
    assert application.reviewer is not None
    actions.rate_risk(application=application, rating=Risk.HIGH, reason="Complaints.", by=application.reviewer)


def sign_off_asked(
    made: Centre, version: StandardVersion, packages: Sequence[Package] | None = None, reviewer: User | None = None
) -> SignOff:
    """An approval that waits for a second person."""
    row = application_in_review(made, version, packages, reviewer)
    high_risk(row)
    assert row.reviewer is not None
    return actions.ask_sign_off(application=row, by=row.reviewer)


def declined(made: Centre, version: StandardVersion, packages: Sequence[Package] | None = None) -> Application:
    """An application declined as a whole today, which the centre may appeal against."""
    row = application_in_review(made, version, packages)
    assert row.reviewer is not None
    return actions.decline(application=row, reason="There is no workshop.", by=row.reviewer)


def appeal(made: Centre, version: StandardVersion) -> Appeal:
    """A centre's appeal against a refusal, not decided."""
    row = declined(made, version)
    return actions.lodge_appeal(application=row, grounds="There is one.", evidence=stored_pdf(), by=owner_of(made))


def re_review(made: Centre) -> ReReview:
    """The re-review of the centre's first approved element, opened on its day."""
    approval = ElementApproval.objects.filter(centre=made).order_by("pk")[0]
    actions.look_at_approvals(approval.queue_on)
    return ReReview.objects.get(approval=approval)


def finish_document(document: Document) -> None:
    """What a worker does when a document is rendered, with a tiny file in place of the print."""
    taken = work.take(Document.objects.filter(pk=document.pk), 1)
    assert taken, "the document does not wait for a worker"
    assert work.finish(taken[0], stored=stored_pdf("documents"))


def prepared_contract(made: Centre, version: StandardVersion, packages: Sequence[Package] | None = None) -> Contract:
    """A contract just issued: its document is ordered, nothing rendered yet."""
    row = application_in_review(made, version, packages)
    decide_all(row)
    assert row.reviewer is not None
    return actions.approve(application=row, by=row.reviewer)


def offered_contract(made: Centre, version: StandardVersion, packages: Sequence[Package] | None = None) -> Contract:
    """A contract that waits for the owner's signature."""
    contract = prepared_contract(made, version, packages)
    finish_document(contract.document)
    actions.offer_ready()
    return Contract.objects.select_related("document__stored").get(pk=contract.pk)


def signing_code(contract: Contract, by: User) -> str:
    """A code to sign with, read from the letter as the person does."""
    actions.send_signing_code(contract=contract, by=by)
    letter = Message.objects.filter(kind="centres.signing_code", to_email=by.email).latest("pk")
    return letter.text[:6]


def signature(contract: Contract, code: str, **changes: Any) -> actions.Signature:
    """What a signature consists of, for the document that was shown."""
    stored = contract.document.stored
    assert stored is not None
    whole = actions.Signature("Robin Owner", "Director", True, stored.sha256, code, "192.0.2.7")
    return dataclasses.replace(whole, **changes)


def sign(contract: Contract, by: User | None = None) -> Contract:
    """The owner signs in the portal what was shown."""
    person = by or owner_of(contract.centre)
    code = signing_code(contract, person)
    return actions.sign(contract=contract, signature=signature(contract, code), by=person)


def return_signed(contract: Contract, stored: StoredFile | None = None) -> Contract:
    """The owner returns a copy signed on paper."""
    return actions.upload_signed_copy(
        contract=contract,
        stored=stored or stored_pdf(),
        name="Robin Owner",
        role="Director",
        by=owner_of(contract.centre),
    )


def countersign(contract: Contract) -> Contract:
    """IMI has compared a copy signed on paper, and countersigns."""
    checked = list(rules.COPY_CHECKS) if contract.signed_copy_id else []
    return actions.countersign(contract=contract, by=epa_team(), checked=checked)


def contract_in_force(made: Centre, version: StandardVersion, packages: Sequence[Package] | None = None) -> Contract:
    """A contract signed and countersigned today."""
    contract = sign(offered_contract(made, version, packages))
    return actions.countersign(contract=contract, by=epa_team())


def approved_centre(
    version: StandardVersion, packages: Sequence[Package] | None = None, *, name: str = "", ukprn: int | None = None
) -> Centre:
    """A centre that may register on the packages (all of the version unless named) from today: the whole chain."""

    def build() -> Centre:
        made = _built_centre(name, ukprn, imi_approved=True)
        contract_in_force(made, version, packages)
        return made

    if name or ukprn:
        return build()
    # The version's settings are part of it: days are computed from them and stored.
    settings = tuple(str(getattr(version, field.attname)) for field in version._meta.concrete_fields)
    key = ("approved", settings, packages and tuple(package.pk for package in packages))
    return built_or_laid(key, build, Centre)


def asked_signup(ukprn: int | None = None, email: str = "new@example.org") -> tuple[str, Signup]:
    """A provider on the register has asked to become a centre: the token of the link that was sent, and the row."""
    provider = registered_provider(ukprn)
    row = actions.sign_up(ukprn=provider.ukprn, name="Nora Newcomer", email=email, role="Head of apprenticeships")
    text = Message.objects.filter(kind="centres.signup_asked", about_id=row.pk).latest("pk").text
    found = re.search(r"sign-up/confirm/([\w-]+)/", text)
    assert found
    return found[1], row


def opened_signup(ukprn: int | None = None, email: str = "new@example.org") -> Signup:
    """The link has been opened: there is a centre with an owner, to be checked."""
    token, row = asked_signup(ukprn, email)
    found = actions.find_signup(token)
    assert found
    actions.open_signup(signup=row, link=found[1], name="Nora Newcomer", password="correct horse battery")
    row.refresh_from_db()
    return row
