"""Two people at once: one effect, and the other is told. Real threads on the real database."""

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection

from accounts.actors import System
from accounts.models import User
from accounts.states import Role
from centres import actions, queries
from centres.models import (
    Application,
    Centre,
    Charge,
    Contract,
    ExportedCharge,
    RegisterChange,
    RegisterImport,
    RegisterProvider,
)
from centres.states import ApplicationState, ChargeKind, ContractState, SignOffState, Verdict
from foundation.errors import Conflict, NotAllowed, PortalError, Refused, WrongState
from foundation.models import Document, Message
from standards.models import StandardVersion
from tests import builders as people
from tests.centres import builders

pytestmark = pytest.mark.django_db(transaction=True)


def together(*verbs: Callable[[], object]) -> list[object]:
    """Run the verbs at the same moment, each on its own connection; what each gave back, or how it was refused."""
    barrier = threading.Barrier(len(verbs))
    outcomes: list[object] = [None] * len(verbs)

    def run(place: int, verb: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=10)
            outcomes[place] = verb()
        except PortalError as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, verb)) for place, verb in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


def refusals(outcomes: list[object]) -> list[type]:
    return [type(outcome) for outcome in outcomes if isinstance(outcome, PortalError)]


@pytest.fixture
def version(transactional_db) -> StandardVersion:
    """ST0071 from its file, as other tests have it; made again because the tables are emptied in between."""
    from standards.actions import load_version
    from tests.standards.fixtures import ST0071

    return load_version(ST0071, System("test")).version


@pytest.mark.clause("A6")
def test_two_centre_eqas_take_at_once(version):
    row = builders.submitted_application(builders.centre(), version)
    first, second = people.person(Role.CENTRE_EQA), people.person(Role.CENTRE_EQA)
    outcomes = together(
        lambda: actions.take(application=row, no_interest=True, by=first),
        lambda: actions.take(application=row, no_interest=True, by=second),
    )
    assert refusals(outcomes) == [Conflict]
    row.refresh_from_db()
    assert row.state == ApplicationState.IN_REVIEW
    told = next(str(outcome) for outcome in outcomes if isinstance(outcome, Conflict))
    assert told == f"{row.reviewer.name} is reviewing this application."


@pytest.mark.clause("A6", "A7")
def test_approving_and_declining_at_once(version):
    row = builders.application_in_review(builders.centre(), version)
    builders.decide_all(row)
    outcomes = together(
        lambda: actions.approve(application=row, by=User.objects.get(pk=row.reviewer_id)),
        lambda: actions.decline(application=row, reason="No.", by=User.objects.get(pk=row.reviewer_id)),
    )
    assert refusals(outcomes) == [WrongState]
    row.refresh_from_db()
    expected = 1 if row.state == ApplicationState.APPROVED else 0
    assert (Contract.objects.count(), Document.objects.filter(kind="contract").count()) == (expected, expected)


@pytest.mark.clause("A7")
def test_approving_twice_at_once_issues_one_contract(version):
    row = builders.application_in_review(builders.centre(), version)
    builders.decide_all(row)
    outcomes = together(*[lambda: actions.approve(application=row, by=User.objects.get(pk=row.reviewer_id))] * 2)
    assert refusals(outcomes) == [WrongState]
    assert (Contract.objects.count(), Document.objects.filter(kind="contract").count()) == (1, 1)


@pytest.mark.clause("A9")
def test_a_second_eqa_who_decides_while_the_reviewer_approves_changes_nothing(version):
    row = builders.application_in_review(builders.centre(), version)
    builders.decide_all(row)
    other = people.person(Role.CENTRE_EQA)
    outcomes = together(
        lambda: actions.approve(application=row, by=User.objects.get(pk=row.reviewer_id)),
        lambda: actions.decline(application=row, reason="No.", by=other),
    )
    assert refusals(outcomes) in ([NotAllowed], [WrongState])
    row.refresh_from_db()
    assert row.state == ApplicationState.APPROVED


@pytest.mark.clause("A8")
def test_two_owners_sign_at_once(version):
    contract = builders.offered_contract(builders.centre(), version)
    owners = [people.person(Role.CENTRE_OWNER, contract.centre.organisation) for _ in range(2)]
    outcomes = together(*[lambda owner=owner: builders.sign(contract, by=owner) for owner in owners])
    assert refusals(outcomes) == [WrongState]
    assert Message.objects.filter(kind="centres.contract_signed").count() == 1


@pytest.mark.clause("A8")
def test_countersigning_and_sending_back_at_once(version):
    contract = builders.sign(builders.offered_contract(builders.centre(), version))
    first, second = people.person(Role.EPA_TEAM), people.person(Role.EPA_TEAM)
    outcomes = together(
        lambda: actions.countersign(contract=contract, by=first),
        lambda: actions.send_back(contract=contract, reason="Wrong person.", by=second),
    )
    assert refusals(outcomes) == [WrongState]
    contract.refresh_from_db()
    in_force = contract.state == ContractState.IN_FORCE
    assert (contract.in_force_from is not None, contract.signed_at is not None) == (in_force, in_force)


@pytest.mark.clause("A8")
def test_the_owner_signs_while_the_contract_is_sent_back(version):
    """Whichever comes first: afterwards it is either unsigned and on offer, or signed anew, never half of each."""
    contract = builders.sign(builders.offered_contract(builders.centre(), version))
    contract = Contract.objects.select_related("document__stored").get(pk=contract.pk)
    owner, office = builders.owner_of(contract.centre), builders.epa_team()
    outcomes = together(
        lambda: actions.send_back(contract=contract, reason="Wrong person.", by=office),
        lambda: builders.sign(contract, by=owner),
    )
    assert refusals(outcomes) in ([], [WrongState])
    contract.refresh_from_db()
    signed = contract.state == ContractState.SIGNED
    assert contract.state in {ContractState.SIGNED, ContractState.OFFERED}
    assert (contract.signed_at is not None, contract.sent_back_reason == "") == (signed, signed)


@pytest.mark.clause("A7")
def test_two_workers_offer_at_once(version):
    contract = builders.prepared_contract(builders.centre(), version)
    builders.finish_document(contract.document)
    assert sum(together(actions.offer_ready, actions.offer_ready)) == 1
    owner = builders.owner_of(contract.centre)
    assert Message.objects.filter(kind="centres.contract_offered", to_user=owner).count() == 1


@pytest.mark.clause("A1")
def test_two_imports_at_once_follow_one_another():
    data = builders.register_csv([(10_000_000 + n, f"P{n}", "Main provider", "") for n in range(1, 200)])
    outcomes = together(*[lambda: actions.import_register(data=data, source_name="apar.csv", by=System("test"))] * 2)
    assert refusals(outcomes) == []
    assert (RegisterImport.objects.count(), RegisterProvider.objects.count(), RegisterChange.objects.count()) == (
        2,
        199,
        199,
    )


@pytest.mark.clause("A3")
def test_two_of_a_centre_begin_an_application_at_once(version):
    centre = builders.centre()
    owner = builders.owner_of(centre)
    outcomes = together(*[lambda: actions.create_application(centre=centre, version=version, by=owner)] * 2)
    assert (refusals(outcomes), centre.applications.count()) == ([Conflict], 1)


@pytest.mark.clause("A1")
def test_a_provider_is_made_a_centre_once(transactional_db):
    builders.registered_provider(10_000_001)
    office = builders.epa_team()

    def open_centre() -> Centre:
        return actions.create_centre(
            ukprn=10_000_001, contact_name="Robin", contact_email="robin@example.org", by=office
        )

    assert (refusals(together(open_centre, open_centre)), Centre.objects.count()) == ([Conflict], 1)


@pytest.mark.clause("D4")
def test_a_charge_is_reversed_once(transactional_db):
    centre = builders.centre()
    row = actions.charge(
        centre=centre, kind=ChargeKind.RESIT, description="Resit", amount=100, about=centre, by=System("test")
    )
    finance = people.person(Role.FINANCE)
    outcomes = together(*[lambda: actions.reverse(charge=row, by=finance, reason="x")] * 2)
    assert (refusals(outcomes), Charge.objects.filter(reverses=row).count()) == ([Conflict], 1)


@pytest.mark.clause("D4")
def test_two_parts_of_a_charge_are_never_more_than_the_whole(transactional_db):
    centre = builders.centre()
    row = charged(centre)
    finance = people.person(Role.FINANCE)
    outcomes = together(*[lambda: actions.reverse(charge=row, by=finance, reason="x", amount=Decimal(60))] * 2)
    assert (refusals(outcomes), queries.left_of(row)) == ([Refused], Decimal("40.00"))


@pytest.mark.clause("D4")
def test_two_of_finance_export_at_once(transactional_db, private_files):
    """No line is in both exports, and none is lost, also not one that is charged at that moment."""
    centre = builders.centre()
    there = [charged(centre) for _ in range(20)]
    first, second = people.person(Role.FINANCE), people.person(Role.FINANCE)
    outcomes = together(
        lambda: actions.export_charges(by=first),
        lambda: actions.export_charges(by=second),
        lambda: charged(centre),
    )
    late = next(outcome for outcome in outcomes if isinstance(outcome, Charge))
    held = list(ExportedCharge.objects.values_list("charge", flat=True))
    assert len(held) == len(set(held))
    assert set(held) >= {row.pk for row in there}
    assert set(refusals(outcomes)) <= {Refused}  # the second may have found nothing left
    if late.pk not in held:
        actions.export_charges(by=first)
    assert set(ExportedCharge.objects.values_list("charge", flat=True)) == {row.pk for row in [*there, late]}


def charged(centre: Centre) -> Charge:
    return actions.charge(
        centre=centre, kind=ChargeKind.RESIT, description="Resit", amount=Decimal(100), about=centre, by=System("test")
    )


@pytest.mark.clause("A3")
def test_two_save_one_section_at_once(version):
    """Both have seen the same version: one is kept, the other is told, whoever comes first."""
    row = builders.draft_application(builders.centre(), version)
    owner = builders.owner_of(row.centre)
    outcomes = together(
        *[
            lambda text=text: actions.write_assessment(application=row, text=text, by=owner, version=1)
            for text in ("Hers", "His")
        ]
    )
    assert refusals(outcomes) == [actions.SectionChanged]
    kept = next(outcome.assessment for outcome in outcomes if not isinstance(outcome, PortalError))
    row.refresh_from_db()
    assert (row.assessment, row.sections.get(key="assessment").version) == (kept, 2)


@pytest.mark.clause("A6")
def test_two_leads_confirm_and_return_at_once(version):
    """One word counts; which of the two is told that the other was faster."""
    asked = builders.sign_off_asked(builders.centre(), version)
    first, second = builders.epa_team(), people.person(Role.CENTRE_EQA)
    outcomes = together(
        lambda: actions.confirm_sign_off(sign_off=asked, no_interest=True, by=first),
        lambda: actions.return_sign_off(sign_off=asked, reason="No.", no_interest=True, by=second),
    )
    assert refusals(outcomes) == [WrongState]
    asked.refresh_from_db()
    assert asked.state in {SignOffState.CONFIRMED, SignOffState.RETURNED}
    assert (asked.reason == "") is (asked.state == SignOffState.CONFIRMED)


@pytest.mark.clause("A6")
def test_the_reviewer_changes_a_decision_while_a_lead_confirms(version):
    """Whatever comes first: nothing that was not looked at is approved."""
    asked = builders.sign_off_asked(builders.centre(), version)
    row, lead = asked.application, builders.epa_team()
    package, criterion = row.elements.all()[0], version.approval_criteria.all()[0]
    other = actions.Decision(package, criterion, Verdict.NOT_APPLICABLE, "Nothing to train.")
    reviewer = User.objects.get(pk=row.reviewer_id)
    together(
        lambda: actions.decide(application=row, decisions=[other], by=reviewer),
        lambda: actions.confirm_sign_off(sign_off=asked, no_interest=True, by=lead),
    )
    asked.refresh_from_db()
    assert asked.state == SignOffState.LAPSED
    with pytest.raises(Refused):
        actions.approve(application=row, by=reviewer)


@pytest.mark.clause("A6")
def test_taken_and_allocated_at_once(version):
    row = builders.submitted_application(builders.centre(), version)
    first, second, team = people.person(Role.CENTRE_EQA), people.person(Role.CENTRE_EQA), builders.epa_team()
    outcomes = together(
        lambda: actions.take(application=row, no_interest=True, by=first),
        lambda: actions.allocate(application=row, to=second, by=team),
    )
    assert refusals(outcomes) == [Conflict]
    row.refresh_from_db()
    assert (row.no_interest_declared_at is not None) is (row.reviewer == first)


@pytest.mark.clause("A6")
def test_without_the_lock_both_would_have_taken_it(version):
    """The control: reading, looking and writing without the lock lets two reviewers through at once."""
    row = builders.submitted_application(builders.centre(), version)
    both_have_looked = threading.Barrier(2)

    def take_carelessly(person):
        seen = Application.objects.get(pk=row.pk)
        both_have_looked.wait(timeout=10)
        if seen.reviewer_id is None:
            Application.objects.filter(pk=row.pk).update(reviewer=person)
            return True
        return False

    eqas = [people.person(Role.CENTRE_EQA) for _ in range(2)]
    assert together(*[lambda eqa=eqa: take_carelessly(eqa) for eqa in eqas]) == [True, True]
