"""The EPA contract from issue to end (A7, A8)."""

import datetime as dt
import hashlib

import pytest
from django.template.loader import render_to_string

from accounts.states import Role
from centres import actions, notices, queries, tasks
from centres.models import Contract
from centres.states import ContractState, EndCause, StandingKind
from foundation import audit, clock, documents, files, work
from foundation.errors import NotAllowed, Refused, WrongState
from foundation.models import Document, Message
from standards.rules.settings import in_force
from tests import builders as people
from tests.centres import builders
from tests.foundation.test_documents import text_of

pytestmark = pytest.mark.django_db
ILR_CLAUSE = (
    "The centre allows IMI to validate and confirm, apprentice by apprentice, the data that the funding body receives "
    "from the centre’s individualised learner records (ILRs)"
)


def codes(refused) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def gate(contract: Contract, on: dt.date | None = None) -> list[str]:
    package = contract.packages.first()
    return [problem.code for problem in queries.registration_problems(contract.centre, package, on or clock.today())]


@pytest.mark.clause("A7")
def test_what_was_agreed_is_a_snapshot(st0071, at, monday):
    at(monday)
    centre = builders.centre("Riverside College")
    contract = builders.prepared_contract(centre, st0071)
    terms = contract.terms
    assert (terms["centre"]["name"], terms["centre"]["ukprn"], terms["issued_on"]) == (
        "Riverside College",
        centre.ukprn,
        "14 September 2026",
    )
    assert [element["code"] for element in terms["elements"]] == ["AS-CSS-ASP", "AS-CSS-EPA"]
    assert terms["template"] == {"number": 1, "version": "ST0071/AP01"}
    assert [term["heading"] for term in terms["terms"]] == [term["heading"] for term in st0071.contract_terms]
    assert contract.number == contract.document.number
    assert contract.document.context == terms

    administrator = people.person(Role.ADMINISTRATOR)
    draft = actions.begin_template(template=st0071.contract_templates.get(), by=administrator)
    draft.clauses.all().delete()
    draft.clauses.create(heading="New", text="For {centre_name}.")
    actions.publish_template(template=draft, by=administrator)
    contract.refresh_from_db()
    assert contract.terms == terms
    later = builders.prepared_contract(builders.centre("Smith & {ukprn}"), st0071).terms
    assert (later["template"]["number"], later["terms"]) == (
        2,
        [{"heading": "New", "blocks": [{"text": "For Smith & {ukprn}."}]}],
    )


@pytest.mark.clause("A10")
def test_it_lets_imi_validate_and_confirm_what_the_funding_body_receives_from_ilrs(st0071):
    terms = builders.prepared_contract(builders.centre(), st0071).terms["terms"]
    (term,) = [term for term in terms if term["heading"] == "Confirming learner data"]
    assert term["blocks"][0]["text"].startswith(ILR_CLAUSE)


@pytest.mark.clause("A7", "D4")
def test_the_prices_are_those_of_the_day_and_of_the_elements(st0071, at, monday):
    at(monday)
    epa = st0071.packages.get(code="AS-CSS-EPA")
    (old,) = [line for line in st0071.prices.filter(package=epa) if in_force(line, monday)]
    st0071.prices.filter(package=epa).exclude(pk=old.pk).delete()
    old.valid_to = monday
    old.save()
    st0071.prices.create(kind=old.kind, package=epa, amount="999.00", valid_from=monday + dt.timedelta(days=1))
    lines = builders.prepared_contract(builders.centre(), st0071, [epa]).terms["prices"]
    of_packages = [(line["for"], line["amount"]) for line in lines if line["for"].startswith("AS-")]
    assert of_packages == [(str(epa), f"{old.amount:.2f}")]
    assert {line["label"] for line in lines} >= {"English, registration and certification"}


@pytest.mark.clause("A7")
def test_one_that_cannot_be_offered_keeps_no_other_from_it(st0071, monkeypatch, caplog):
    bad, good = (builders.prepared_contract(builders.centre(), st0071) for _ in range(2))
    for contract in (bad, good):
        builders.finish_document(contract.document)
    tell = notices.contract_offered
    monkeypatch.setattr(notices, "contract_offered", lambda one: 1 / 0 if one.pk == bad.pk else tell(one))
    assert actions.offer_ready() == 1
    assert "ZeroDivisionError" in caplog.text
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == (ContractState.PREPARING, ContractState.OFFERED)


@pytest.mark.clause("A7")
def test_it_is_offered_once_its_document_exists(st0071):
    contract = builders.prepared_contract(builders.centre(), st0071)
    assert actions.offer_ready() == 0
    contract.refresh_from_db()
    assert contract.state == ContractState.PREPARING
    builders.finish_document(contract.document)
    assert (actions.offer_ready(), actions.offer_ready()) == (1, 0)
    contract.refresh_from_db()
    assert contract.state == ContractState.OFFERED
    owner = builders.owner_of(contract.centre)
    told = list(Message.objects.filter(kind="centres.contract_offered").values_list("to_email", flat=True))
    assert told.count(owner.email) == 1


@pytest.mark.slow
@pytest.mark.clause("A7", "A10")
def test_the_task_makes_the_document_and_offers_it(st0071):
    contract = builders.prepared_contract(builders.centre(), st0071)
    tasks.offer_contracts()
    tasks.offer_contracts()
    contract.refresh_from_db()
    stored = contract.document.stored
    content = files.path_of(stored).read_bytes()
    assert (contract.state, content[:5], stored.sha256) == (
        ContractState.OFFERED,
        b"%PDF-",
        hashlib.sha256(content).hexdigest(),
    )
    assert Document.objects.filter(kind="contract").count() == 1
    printed = "".join(text_of(content).split())
    assert "".join(ILR_CLAUSE.split()) in printed
    assert "atleast90daysbefore" in printed
    assert "{" not in printed


@pytest.mark.clause("A7")
def test_the_task_looks_again_where_another_worker_makes_the_document(st0071, monkeypatch):
    asked: list[tuple[dict[str, int], int]] = []
    monkeypatch.setattr(
        tasks.offer_contracts, "apply_async", lambda *, kwargs, countdown: asked.append((kwargs, countdown))
    )
    contract = builders.prepared_contract(builders.centre(), st0071)
    (taken,) = work.take(Document.objects.filter(kind="contract"), 1)
    tasks.offer_contracts(looks=1)
    tasks.offer_contracts(looks=0)
    assert asked == [({"looks": 0}, tasks.AGAIN)]
    assert work.finish(taken, stored=builders.stored_pdf("documents"))
    tasks.offer_contracts(looks=1)
    contract.refresh_from_db()
    assert (contract.state, len(asked)) == (ContractState.OFFERED, 1)


@pytest.mark.clause("A7")
def test_the_document_says_who_what_and_for_how_much(st0071):
    """Text typed by people is written as text."""
    contract = builders.prepared_contract(builders.centre("Smith & <b>Sons</b>"), st0071)
    context = {**contract.document.context, "document": {"number": contract.number, "title": contract.document.title}}
    html = render_to_string(contract.document.template, context)
    assert "Smith &amp; &lt;b&gt;Sons&lt;/b&gt;" in html
    for text in (contract.number, str(contract.centre.ukprn), "AS-CSS-ASP", "AS-CSS-EPA", "Confirming learner data"):
        assert text in html
    assert all(line["amount"] in html for line in contract.terms["prices"])


@pytest.mark.clause("A7")
def test_a_document_that_cannot_be_made_waits_visibly_for_a_person(st0071):
    contract = builders.prepared_contract(builders.centre(), st0071)
    office = builders.epa_team()
    with pytest.raises(WrongState):
        actions.retry_document(contract=contract, by=office)
    (taken,) = work.take(Document.objects.filter(kind="contract"), 1)
    work.set_aside(taken, "the printer burnt")
    with pytest.raises(NotAllowed):
        actions.retry_document(contract=contract, by=builders.owner_of(contract.centre))
    actions.retry_document(contract=contract, by=office)
    builders.finish_document(contract.document)
    assert actions.offer_ready() == 1


@pytest.mark.clause("A8")
def test_signing_records_who_when_from_where_and_what(st0071, at, monday):
    contract = builders.offered_contract(builders.centre(), st0071)
    owner = builders.owner_of(contract.centre)
    at(monday)
    signed = builders.sign(contract)
    signed.refresh_from_db()
    assert (signed.state, signed.signed_by, signed.signed_name, signed.signed_role, signed.signed_from) == (
        ContractState.SIGNED,
        owner,
        "Robin Owner",
        "Director",
        "192.0.2.7",
    )
    assert (signed.signed_sha256, signed.signed_at) == (
        contract.document.stored.sha256,
        dt.datetime(2026, 9, 14, 11, tzinfo=dt.UTC),
    )
    assert Message.objects.get(kind="centres.contract_signed").to_email == "epa@theimi.org.uk"


@pytest.mark.clause("A8")
def test_the_gate_opens_when_it_is_countersigned_and_not_before(st0071):
    contract = builders.prepared_contract(builders.centre(), st0071)
    seen = [gate(contract)]
    builders.finish_document(contract.document)
    actions.offer_ready()
    contract = Contract.objects.select_related("document__stored").get(pk=contract.pk)
    seen.append(gate(contract))
    builders.sign(contract)
    seen.append(gate(contract))
    actions.countersign(contract=contract, by=builders.epa_team())
    seen.append(gate(contract))
    assert seen == [["no_contract"], ["no_contract"], ["no_contract"], []]
    contract.refresh_from_db()
    assert contract.in_force_from == clock.today()
    assert gate(contract, clock.today() - dt.timedelta(days=1)) == ["no_contract"]


@pytest.mark.clause("A8")
def test_only_an_owner_signs_only_the_epa_team_countersigns(st0071):
    contract = builders.offered_contract(builders.centre(), st0071)
    staff = people.person(Role.CENTRE_STAFF, contract.centre.organisation)
    other = builders.owner_of(builders.centre())
    for nobody in (staff, other, builders.epa_team(), builders.centre_eqa()):
        with pytest.raises(NotAllowed):
            builders.sign(contract, by=nobody)
    signed = builders.sign(contract)
    for nobody in (builders.owner_of(contract.centre), builders.centre_eqa(), people.person(Role.FINANCE)):
        with pytest.raises(NotAllowed):
            actions.countersign(contract=signed, by=nobody)
    assert actions.countersign(contract=signed, by=builders.epa_team()).state == ContractState.IN_FORCE


@pytest.mark.clause("A8")
def test_sent_back_it_is_signed_again_and_the_history_keeps_the_first(st0071):
    contract = builders.sign(builders.offered_contract(builders.centre(), st0071))
    office = builders.epa_team()
    with pytest.raises(Refused) as refused:
        actions.send_back(contract=contract, reason=" ", by=office)
    assert codes(refused) == ["no_reason"]
    back = actions.send_back(contract=contract, reason="Wrong person.", by=office)
    back.refresh_from_db()
    assert (
        back.state,
        back.sent_back_reason,
        back.signed_at,
        back.signed_by,
        back.signed_name,
        back.signed_sha256,
    ) == (
        ContractState.OFFERED,
        "Wrong person.",
        None,
        None,
        "",
        "",
    )
    assert audit.history(back).filter(verb="send_back").get().facts["signed_name"] == "Robin Owner"
    assert gate(back) == ["no_contract"]
    again = builders.sign(Contract.objects.select_related("document__stored").get(pk=back.pk))
    assert (again.state, again.sent_back_reason) == (ContractState.SIGNED, "")


@pytest.mark.clause("A1", "A8")
@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda centre: builders.leave_register(centre.ukprn), "left_register"),
        (
            lambda centre: actions.record_standing(
                centre=centre,
                kind=StandingKind.WITHDRAWN,
                starts_on=clock.today(),
                reason="closed",
                by=builders.epa_team(),
            ),
            "imi_withdrawn",
        ),
    ],
)
def test_a_centre_that_lost_its_right_meanwhile_is_not_countersigned(st0071, spoil, code):
    contract = builders.sign(builders.offered_contract(builders.centre(), st0071))
    spoil(contract.centre)
    with pytest.raises(Refused) as refused:
        actions.countersign(contract=contract, by=builders.epa_team())
    assert codes(refused) == [code]


@pytest.mark.clause("A8")
def test_ending_closes_the_gate_after_the_last_day(st0071, at, monday):
    at(monday)
    contract = builders.contract_in_force(builders.centre(), st0071)
    last = monday + dt.timedelta(days=90)
    ended = actions.end_early(
        contract=contract, ends_on=last, cause=EndCause.AGREEMENT, reason="By agreement.", by=builders.epa_team()
    )
    assert (ended.state, ended.ended_on, ended.ended_reason) == (ContractState.ENDING, last, "By agreement.")
    assert (gate(ended, last), gate(ended, last + dt.timedelta(days=1))) == ([], ["no_contract"])
    assert Message.objects.filter(kind="centres.contract_ends").exists()


@pytest.mark.clause("A8")
def test_it_cannot_be_ended_in_the_past(st0071):
    contract = builders.contract_in_force(builders.centre(), st0071)
    with pytest.raises(Refused) as refused:
        actions.end_early(
            contract=contract,
            ends_on=clock.today() - dt.timedelta(days=1),
            cause=EndCause.AGREEMENT,
            reason="x",
            by=builders.epa_team(),
        )
    assert codes(refused) == ["ends_too_early"]
    with pytest.raises(NotAllowed):
        actions.end_early(
            contract=contract,
            ends_on=clock.today(),
            cause=EndCause.AGREEMENT,
            reason="x",
            by=builders.owner_of(contract.centre),
        )


def test_a_contract_is_not_issued_outside_an_approval(st0071, transactional_db):
    from centres.actions.contracts import issue

    application = builders.application_in_review(builders.centre(), st0071)
    with pytest.raises(RuntimeError):
        issue(application=application, packages=[], by=builders.centre_eqa())
    assert documents.for_subject(application).filter(kind="contract").count() == 0
