"""Two centres side by side, with at least one of everything that an address can name, built through the verbs.

``ours`` and ``theirs`` hold the same kinds of rows under the same keys: ``side.at["epa:result"]`` is what the address
``epa:result`` is asked with. Everything stands on a Friday after four, so that the weekly claim is due.
"""

import dataclasses
import datetime as dt
import itertools
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from accounts import actions as people_actions
from accounts.actors import System
from accounts.models import User
from accounts.states import Role
from apprentices.actions import record_support, save_employer
from apprentices.models import Registration, Upload
from centres import actions as centre_actions
from centres import queries
from centres.models import Application, Centre, Charge, Contract, Seal
from certificates.actions import claims, consent, records
from certificates.models import Claim
from epa.actions import arranging, booking, portfolio, resits
from epa.actions import assessing as judging
from epa.models import EPA, Booking
from foundation import clock, documents, work, workflow
from foundation.models import Message
from standards.actions import CATALOGUE, load_version
from standards.models import Component, StandardVersion
from tests import builders as people
from tests.apprentices import builders as learners
from tests.centres import builders as centres
from tests.certificates import builders as certificates
from tests.epa import builders_assessing as assessing
from tests.epa import builders_preparing as preparing

NOW = dt.datetime(2026, 9, 18, 16, 30, tzinfo=clock.LONDON)
LONG_AGO = NOW - dt.timedelta(days=140)
AGO = NOW - dt.timedelta(days=65)
BEFORE_THAT = NOW - dt.timedelta(days=130)
STAGES = (
    "draft",
    "submitted",
    "in_review",
    "handed_over",
    "actions_required",
    "sign_off",
    "declined",
    "resubmitted",
    "sign_off",
    "preparing",
    "offered",
    "signed",
)
At = dict[str, Any]


@dataclass
class Side:
    """A centre with its people's user rows, its assessor, and where its rows are.

    ``at`` gives the keyword arguments of an address by the key of the table of access; ``marks`` are texts that only
    this side's rows have: none may ever be seen from the other side.
    """

    name: str
    family: str
    version: StandardVersion
    assessor: User
    second_assessor: User
    centre: Centre = field(init=False)
    staff: User = field(init=False)
    reader: User = field(init=False)
    at: dict[str, At] = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)
    epas: dict[str, EPA] = field(default_factory=dict)
    hours: Any = field(default_factory=lambda: itertools.count(8))

    def put(self, kwargs: At, *keys: str) -> None:
        for key in keys:
            assert key not in self.at, key
            self.at[key] = kwargs

    def put_pk(self, pk: int, *keys: str) -> None:
        self.put({"pk": pk}, *keys)

    @property
    def owner(self) -> User:
        return centres.owner_of(self.centre)

    def learner(self, key: str, **changes: Any) -> Registration:
        """A learner whose every text names this side."""
        row = preparing.registration(
            self.version,
            self.centre,
            given_names=f"{key.title()}",
            family_name=self.family,
            employer_name=f"{self.family} Motors",
            employer_contact=f"Contact {self.family}",
            email=f"{key}@{self.family}.example".lower(),
            employer_email=f"contact@{self.family}.example".lower(),
            **changes,
        )
        self.marks |= {row.uln, row.number}
        return row


def clones(folder: Path, count: int) -> list[StandardVersion]:
    """So many versions of the made-up standard: a centre has one open application for each."""
    text = (CATALOGUE / "made-up-vehicle-technician.toml").read_text(encoding="utf-8")
    made = []
    for number in range(count):
        path = folder / f"clone-{number}.toml"
        other = text.replace("AP02", f"AP{number + 10}").replace("MU-VT-", f"MU-VT{number + 10}-")
        path.write_text(other, encoding="utf-8")
        made.append(load_version(path, System("test")).version)
    return made


def build(side: Side, versions: list[StandardVersion]) -> None:
    """Everything on one side but the weekly claim, which is one for all."""
    with clock.travel(LONG_AGO):
        side.centre = centres.approved_centre(side.version, name=side.name)
        side.staff = people.person(Role.CENTRE_STAFF, side.centre.organisation, name=f"Sid {side.family}")
        side.reader = people.person(Role.CENTRE_READER, side.centre.organisation, name=f"Rue {side.family}")
    side.marks |= {side.name, side.family, side.centre.number}
    build_people(side)
    build_particulars(side)
    build_standing(side)
    build_approval(side, dict(zip(STAGES, versions, strict=True)))
    build_learners(side)
    build_preparing(side)
    build_bookings(side)
    build_assessed(side)
    build_passed(side)


def build_people(side: Side) -> None:
    organisation = side.centre.organisation
    invitation = people_actions.invite(
        organisation=organisation,
        email=f"new@{side.family}.example".lower(),
        name=f"New {side.family}",
        role=Role.CENTRE_READER,
        by=side.owner,
    )
    message = Message.objects.filter(to_email=invitation.email).latest("pk")
    token = message.text.split("/people/join/")[1].split("/")[0]
    side.put({"token": token}, "accounts:accept")
    side.put_pk(invitation.pk, "accounts:withdraw_invitation", "accounts:resend_invitation")
    side.put_pk(organisation.pk, "accounts:people", "accounts:invite")
    side.put_pk(side.reader.memberships.get().pk, "accounts:end", "accounts:change_role")
    transfer = centre_actions.propose_transfer(
        centre=side.centre, successor=side.staff, afterwards=Role.CENTRE_STAFF, by=side.owner
    )
    side.put_pk(transfer.pk, "centres:transfer", "centres:transfer_withdraw")
    side.put_pk(side.centre.pk, "centres:people", "centres:propose_owner", "centres:appoint_owner")
    own = Message.objects.filter(to_user=side.owner).latest("pk")
    side.put_pk(own.pk, "accounts:message")
    side.put_pk(side.version.pk, "standards:version")


def build_particulars(side: Side) -> None:
    centre = side.centre
    side.put_pk(centre.pk, "centres:particulars", "centres:site_add", "centres:contact_add", "centres:invoice")
    site = centres.site(centre, f"Workshop of {side.family}")
    side.put_pk(site.pk, "centres:site_change", "centres:site_close", "centres:site_main")
    contact = centres.contact(centre, f"Quality {side.family}")
    side.put_pk(contact.pk, "centres:contact_change", "centres:contact_end")


def build_standing(side: Side) -> None:
    """A sanction that bars nothing here, with one action open and one answered."""
    centre, team = side.centre, centres.epa_team()
    decided = centre_actions.record_standing(
        centre=centre, kind="approved", starts_on=clock.today(), evidence=centres.stored_pdf(), by=team
    )
    side.put_pk(decided.pk, "centres:standing_evidence")
    row = centres.sanction(centre, reason=f"Records of {side.family}", evidence=centres.stored_pdf())
    answered = centre_actions.answer_plan_action(
        action=row.plan.get(), answer="Done", evidence=centres.stored_pdf(), by=side.owner
    )
    opened = centre_actions.add_to_plan(sanction=row, item=centres.plan_item(), by=team)
    side.put_pk(centre.pk, "centres:impose")
    side.put_pk(row.pk, "centres:sanction", "centres:sanction_evidence", "centres:plan_add", "centres:lift")
    side.put_pk(answered.pk, "centres:plan_settle", "centres:plan_evidence")
    side.put_pk(opened.pk, "centres:plan_answer")
    side.marks.add(row.number)


def build_approval(side: Side, versions: dict[str, StandardVersion]) -> None:
    centre, owner = side.centre, side.owner
    side.put_pk(centre.pk, "centres:centre", "centres:standing", "centres:apply", "centres:account")
    draft = centres.draft_application(centre, versions["draft"])
    side.put(
        {"pk": draft.pk, "section": "resources"}, "centres:section", "centres:section_draft", "centres:section_comment"
    )
    side.put_pk(
        draft.pk,
        "centres:blank_checklist",
        "centres:checklist",
        "centres:check",
        "centres:withdraw",
        "centres:person_add",
        "centres:interest_add",
    )
    build_sections(side, draft)
    submitted = centres.submitted_application(centre, versions["submitted"])
    side.put_pk(submitted.pk, "centres:take", "centres:application", "centres:allocate", "centres:tie")
    handed_in = submitted.submissions.get()
    centres.finish_document(handed_in.document)
    side.put_pk(handed_in.pk, "centres:submission", "centres:submission_document")
    side.put({"pk": submitted.pk, "stored": submitted.checklist_id}, "centres:application_file")
    eqa = centres.centre_eqa()
    other = User.objects.filter(memberships__role=Role.CENTRE_EQA).exclude(pk=eqa.pk)[0]
    passed_on = centres.application_in_review(centre, versions["handed_over"], reviewer=other)
    side.put_pk(centres.handed_over(passed_on, eqa).pk, "centres:declare")
    waiting = centres.actions_required(centres.application_in_review(centre, versions["actions_required"]))
    side.put_pk(waiting.actions.get().pk, "centres:answer", "centres:extend")
    for stage in ("resubmitted", "in_review"):
        row = centres.actions_required(centres.application_in_review(centre, versions[stage]))
        action = row.actions.get()
        evidence = centres.stored_pdf()
        centre_actions.answer_action(action=action, answer=f"Done at {side.family}", evidence=evidence, by=owner)
        row = centre_actions.resubmit(application=row, by=owner)
        if stage == "resubmitted":
            side.put_pk(row.pk, "centres:take_up")
            continue
        row = centre_actions.take_up(application=row, by=row.reviewer)
        side.put_pk(action.pk, "centres:settle", "centres:evidence")
        side.put_pk(row.pk, "centres:review", "centres:require", "centres:approve", "centres:decline")
        side.put_pk(row.pk, "centres:hand_over", "centres:risk", "centres:note", "centres:ask", "centres:ask_sign_off")
        _questions(side, row)
    second = centres.sign_off_asked(side.centre, versions["sign_off"])
    side.put_pk(second.pk, "centres:sign_off")
    _refused(side, versions["declined"])
    build_contracts(side, versions)
    charge = Charge.objects.filter(centre=centre).first() or centre_actions.charge(
        centre=centre, kind="resit", description="Resit", amount=Decimal("160.00"), about=centre, by=System("test")
    )
    side.put_pk(charge.pk, "centres:reverse")
    export = centre_actions.export_charges(centre=centre, by=centres.finance())
    side.put_pk(export.pk, "centres:export")
    side.put({"pk": export.pk, "kind": "csv"}, "centres:export_file")
    side.marks.add(charge.number)


def build_sections(side: Side, draft: Any) -> None:
    """Rows of the sections, and what the colleagues say: two of what is removed, so that the other stays."""
    comment = centre_actions.comment_on_section(
        application=draft, key="people", text=f"Ask {side.family}", by=side.owner
    )
    side.put_pk(comment.pk, "centres:comment_resolve")
    first, second, *_ = draft.people.all()
    side.put_pk(first.pk, "centres:person")
    side.put_pk(second.pk, "centres:person_remove")
    policy, other, *_ = draft.policies.all()
    side.put({"pk": draft.pk, "policy": policy.policy_id}, "centres:policy")
    side.put_pk(other.pk, "centres:policy_remove")
    told = {"nature": "Owns shares", "managed": "Takes no part", "by": side.owner}
    one, two = (
        centre_actions.save_interest(application=draft, person=f"{name} {side.family}", **told)
        for name in ("Ina", "Ora")
    )
    side.put_pk(one.pk, "centres:interest")
    side.put_pk(two.pk, "centres:interest_remove")


def _questions(side: Side, row: Application) -> None:
    """One question answered with a file, and one approval that waits for a second person."""
    question = centres.question_answered(row, f"Answered at {side.family}")
    side.put_pk(question.pk, "centres:answer_question", "centres:ask_again", "centres:settle_question")
    side.put_pk(question.pk, "centres:question_file")


def _refused(side: Side, version: StandardVersion) -> None:
    """An application declined, with its report and an appeal; a re-review of what was approved before."""
    row = centres.application_in_review(side.centre, version)
    centre_actions.decline(application=row, reason=f"Too small for {side.family}", by=row.reviewer)
    document = documents.for_subject(row).get(kind=centre_actions.REPORT)
    centres.finish_document(document)
    side.put({"pk": row.pk, "number": document.number}, "centres:report")
    side.put_pk(row.pk, "centres:lodge_appeal")
    appeal = centre_actions.lodge_appeal(
        application=row, grounds=f"Not so, says {side.family}", evidence=centres.stored_pdf(), by=side.owner
    )
    side.put_pk(appeal.pk, "centres:appeal", "centres:appeal_evidence")
    side.put_pk(centres.re_review(side.centre).pk, "centres:re_review")
    side.marks.add(document.number)


def build_contracts(side: Side, versions: dict[str, StandardVersion]) -> None:
    made = centres.prepared_contract(side.centre, versions["preparing"])
    side.put_pk(made.pk, "centres:retry")
    offered = centres.offered_contract(side.centre, versions["offered"])
    side.put_pk(offered.pk, "centres:contract", "centres:contract_document", "centres:sign", "centres:upload_signed")
    signed = centres.offered_contract(side.centre, versions["signed"])
    centres.return_signed(signed)
    side.put_pk(signed.pk, "centres:signed_copy", "centres:countersign", "centres:send_back")
    running = Contract.objects.get(centre=side.centre, state="in_force")
    side.put_pk(running.pk, "centres:end", "centres:notice", "centres:issue_again", "centres:retry_seal")
    side.put_pk(running.pk, "centres:sealed")
    taken = work.take(Seal.objects.filter(contract=running), 1)
    assert work.finish(taken[0], stored=centres.stored_pdf(), sha256=f"{running.pk:064x}")
    side.put_pk(offered.pk, "centres:send_code", "centres:withdraw_offer")
    colleague = next(one for one in queries.people(side.centre) if one != side.owner)
    authority = centre_actions.authorise_signatory(
        centre=side.centre, user=colleague, role_title="Manager", starts_on=clock.today(), by=side.owner
    )
    side.put_pk(authority.pk, "centres:revoke_signatory")
    side.put_pk(side.centre.pk, "centres:signatories")
    side.marks |= {row.number for row in Contract.objects.filter(centre=side.centre)}


def build_learners(side: Side) -> None:
    plain = side.learner("plain")
    side.put_pk(plain.pk, "apprentices:withdraw", "epa:prepare")
    side.put_pk(plain.apprentice_id, "learner", "apprentices:edit", "apprentices:attainment_add", "apprentices:support")
    side.put_pk(plain.apprentice_id, "apprentices:support_evidence")
    plan = centres.stored_pdf()
    record_support(apprentice=plain.apprentice, ehc_plan=True, bsl_primary=False, evidence=plan, by=side.owner)
    side.put_pk(plain.apprentice.employer_id, "apprentices:employer_edit")
    side.put_pk(uploaded(side).pk, "apprentices:upload", "apprentices:upload_progress", "apprentices:upload_problems")
    side.put_pk(uploaded(side).pk, "apprentices:upload_confirm", "apprentices:upload_discard")


def uploaded(side: Side) -> Upload:
    """A sheet of one learner, looked at."""
    package = side.version.packages.get(kind="epa")
    row = learners.learner_data(family_name=side.family, employer_name=f"{side.family} Motors")
    made = learners.checked_upload(side.centre, package, [row], name=f"{side.family}.xlsx")
    side.marks |= {made.number, row.uln}
    return made


def build_preparing(side: Side) -> None:
    collecting = preparing.epa_for(side.learner("collecting"))
    gateway = preparing.gateway_of(collecting)
    piece = with_file(side, collecting)
    subject = portfolio.propose_subject(epa=collecting, subject=f"Calls at {side.family}", by=side.owner)
    comment = preparing.token_sent(collecting.registration.apprentice.employer.contact_email, "comment")
    _, token = preparing.asked(gateway, "employer")
    side.put_pk(gateway.pk, "epa:gateway", "epa:gateway_training", "epa:gateway_invite", "epa:gateway_sign")
    side.put_pk(gateway.pk, "epa:gateway_submit", "epa:piece_add")
    side.put({"pk": gateway.pk, "party": "employer"}, "epa:gateway_ask")
    side.put_pk(piece.pk, "epa:piece_file", "epa:piece_remove", "epa:piece_mark")
    side.put_pk(subject.pk, "epa:subject", "epa:subject_ask", "epa:subject_decide")
    side.put({"token": token}, "epa:sign")
    side.put({"token": token, "pk": piece.pk}, "epa:sign_piece")
    side.put({"token": comment}, "epa:comment")
    submitted = preparing.submitted(preparing.epa_for(side.learner("submitted")))
    side.put_pk(submitted.pk, "epa:gateway_return", "epa:gateway_accept")
    bare = preparing.epa_for(side.learner("bare"))
    side.put_pk(bare.pk, "epa:subject_propose", "epa:booking_request")
    english = submitted.epa.registration.apprentice.attainments.first()
    side.put_pk(english.pk, "apprentices:attainment_edit", "apprentices:attainment_evidence")


def with_file(side: Side, epa: EPA) -> Any:
    """A piece of the portfolio that is a file."""
    codes = [row.code for row in preparing.queries.criteria_of(epa)][:1]
    return portfolio.add_piece(
        gateway=preparing.gateway_of(epa),
        title=f"Piece of {side.family}",
        evidences=codes,
        uploaded=preparing.pdf(),
        by=side.owner,
    )


def book(epa: EPA) -> Booking:
    """Requested sixty days ago, so that there is notice enough."""
    with clock.travel(clock.now() - dt.timedelta(days=60)):
        return preparing.requested_booking(epa)


def confirm(side: Side, epa: EPA, *, second: str = "") -> Booking:
    """Confirmed with the side's assessor, each EPA at its own hour; component ``second`` with another assessor."""
    hour = next(side.hours) % 10 + 8
    chosen = [
        dataclasses.replace(
            row,
            at=row.at.replace(hour=hour),
            assessor=side.second_assessor if row.attempt.component.code == second else side.assessor,
            place=f"At {side.family} Motors",
        )
        for row in assessing.arrangements(epa, by=side.assessor)
    ]
    return arranging.confirm(booking=book(epa), arrangements=chosen, by=centres.epa_team())


def build_bookings(side: Side) -> None:
    requested = book(assessing.opened(side.learner("requested")))
    side.put_pk(requested.pk, "epa:booking", "epa:booking_decline", "epa:booking_cancel", "epa:arrange")
    booked = {}
    for key in ("cancelled", "claimed", "unbooked"):
        row = confirm(side, assessing.opened(side.learner(key)))
        cost = preparing.queries.cancellation_of(row, by_imi=key == "unbooked")
        booked[key] = booking.cancel(
            booking=row,
            reason="Ill",
            shown_fee=cost.fee,
            by=centres.epa_team() if key == "unbooked" else side.owner,
            by_imi=key == "unbooked",
        )
    side.put_pk(booked["cancelled"].pk, "epa:booking_claim")
    side.put_pk(booked["unbooked"].pk, "epa:booking_rebook")
    claim = booking.claim_exception(
        booking=booked["claimed"], kind="illness", text=f"Ill at {side.family}", evidence=preparing.pdf(), by=side.owner
    )
    side.put_pk(claim.pk, "epa:exception_evidence", "epa:exception_evidence_open", "epa:exception_decide")
    side.marks |= {row.number for row in (requested, *booked.values())}
    build_confirmed(side)


def build_confirmed(side: Side) -> None:
    epa = assessing.opened(side.learner("confirmed"))
    piece = with_file(side, epa)
    assessing.pieces(epa)
    confirm(side, epa)
    attempt = assessing.attempt_of(epa, "PRJ")
    side.put_pk(epa.pk, "epa:detail", "epa:move_start", "epa:withdraw")
    side.put_pk(attempt.pk, "epa:attempt", "epa:hand_in", "epa:assess")
    side.put_pk(piece.pk, "epa:piece_file of an assessor", "epa:piece_mark of an assessor")
    side.put_pk(epa.registration.apprentice_id, "learner of an assessor", "apprentices:edit of an assessor")
    side.put_pk(Booking.objects.get(epa=epa).pk, "epa:booking of an assessor", "epa:booking_cancel of an assessor")
    side.epas["confirmed"] = epa


def build_assessed(side: Side) -> None:
    with clock.travel(AGO):
        due = assessing.opened(side.learner("due"))
        confirm(side, due, second="DIS")
        result = assessing.assessed(due)
        failed = assessing.opened(side.learner("failed"))
        confirm(side, failed)
        released = assessing.released(failed, {"OBS": "fail", "PRJ": "fail"})
        resit = assessing.opened(side.learner("resit"))
        confirm(side, resit)
        assessing.released(resit, {"OBS": "fail", "DIS": "fail"})
    side.put_pk(result.pk, "epa:result before release", "epa:result_release")
    side.put_pk(due.attempts.get(component__code="OBS").pk, "epa:attempt before release")
    submission = due.attempts.get(component__code="PRJ").submissions.get()
    side.put_pk(submission.pk, "epa:submission_file")
    component = failed.attempts.get(component__code="OBS").component_id
    side.put({"pk": failed.pk, "component_pk": component}, "epa:open_resit")
    side.put_pk(released.pk, "epa:result after a fail")
    build_resits(side, resit)
    side.epas |= {"due": due, "failed": failed, "resit": resit, "retaken": retaken(side)}


def build_resits(side: Side, epa: EPA) -> None:
    opened = resits.open_resit(
        epa=epa, component=Component.objects.get(version=side.version, code="OBS"), kind="resit", by=side.owner
    )
    side.put_pk(opened.pk, "epa:attempt_arrange", "epa:cap_lift_propose")
    again = resits.open_resit(
        epa=epa, component=Component.objects.get(version=side.version, code="DIS"), kind="retake", by=side.owner
    )
    judging.propose_cap_lift(attempt=again, reason=f"Ill, {side.family}", by=centres.epa_team())
    side.put_pk(again.pk, "epa:cap_lift_grant")


def retaken(side: Side) -> EPA:
    """A fail released, the resit assessed and not released yet."""
    with clock.travel(BEFORE_THAT):
        epa = assessing.opened(side.learner("retaken"))
        confirm(side, epa)
        assessing.released(epa, {"OBS": "fail"})
    with clock.travel(NOW - dt.timedelta(days=60)):
        component = epa.attempts.get(component__code="OBS").component
        attempt = resits.open_resit(epa=epa, component=component, kind="resit", by=side.owner)
        at = assessing.london((NOW - dt.timedelta(days=20)).date(), 8)
        arranging.arrange(attempt=attempt, assessor=side.assessor, at=at, place="There", by=centres.epa_team())
        assessing.assess(attempt, "pass")
    epa.refresh_from_db()
    return epa


def build_passed(side: Side) -> None:
    with clock.travel(AGO):
        for key in ("sent", "stuck", "silent"):
            epa = assessing.opened(side.learner(key))
            confirm(side, epa)
            assessing.released(epa)
            side.epas[key] = epa
    employer = epa.registration.apprentice.employer
    save_employer(centre=side.centre, by=side.owner, employer=employer, **certificates.ADDRESS)
    for key in ("sent", "stuck"):
        certificates.consented_by(side.epas[key].registration.apprentice)
    result = certificates.result_of(side.epas["sent"])
    if result.statement is not None:
        centres.finish_document(result.statement)
    side.put_pk(result.pk, "epa:result", "epa:result_entered", "epa:result_statement")
    record = records.claim_record(epa=side.epas["sent"], by=side.owner)
    centres.finish_document(record.document)
    side.put_pk(record.pk, "certificates:record", "certificates:record_pdf")
    side.put({"number": record.number, "code": record.check_code}, "certificates:check_one")
    side.put_pk(side.epas["stuck"].pk, "certificates:claim_record")
    consenting = side.epas["silent"].registration.apprentice
    consent.ask(apprentice=consenting, by=side.owner)
    side.put({"token": certificates.token_sent(consenting)}, "certificates:consent")
    sent = side.epas["stuck"].registration.apprentice
    side.put({"token": certificates.token_sent(sent, consent.WITHDRAW)}, "certificates:withdraw_consent")
    side.put_pk(consenting.pk, "certificates:ask_consent")
    side.marks.add(record.number)


def claim_week(*sides: Side) -> None:
    """Friday's claims of both sides: one as it is made, one that came back and needs a person."""
    claims.run_week()
    for side in sides:
        made = {key: Claim.objects.get(result__epa=side.epas[key]) for key in ("sent", "stuck")}
        workflow.move(made["stuck"], "ask", by=System("test"))
        settling = ("certificates:by_hand", "certificates:try_again", "certificates:cancel")
        side.put_pk(made["stuck"].pk, "certificates:claim", *settling)
        side.marks |= {row.number for row in made.values()}
