"""Signing with a code, by whom the centre authorised, on paper; what IMI checks (A8)."""

import dataclasses
import datetime as dt

import pytest

from accounts.states import Role
from centres import actions, queries
from centres.models import Contract, SigningCode
from centres.states import ContractState
from foundation import audit, clock
from foundation.errors import NotAllowed, Refused, WrongState
from foundation.models import AuditEvent, Message
from tests import builders as people
from tests.centres import builders

pytestmark = pytest.mark.django_db


def codes(refused) -> list[str]:
    return [problem.code for problem in refused.value.problems]


@pytest.fixture
def offered(st0071) -> Contract:
    return builders.offered_contract(builders.centre(), st0071)


@pytest.mark.clause("A8")
def test_no_code_no_signature_and_the_code_is_nowhere_but_in_the_letter(offered, caplog):
    owner = builders.owner_of(offered.centre)
    with pytest.raises(Refused) as refused:
        actions.sign(contract=offered, signature=builders.signature(offered, "123456"), by=owner)
    assert codes(refused) == ["no_code"]
    digits = builders.signing_code(offered, owner)
    row = SigningCode.objects.get()
    assert digits.isdigit()
    assert digits not in " ".join(str(value) for value in SigningCode.objects.values().get().values())
    assert all(digits not in str(event.facts) for event in AuditEvent.objects.filter(verb__contains="code"))
    assert digits not in caplog.text
    assert not Message.objects.filter(kind="centres.signing_code", to_user=owner).exists()  # not in the portal itself
    signed = actions.sign(contract=offered, signature=builders.signature(offered, f" {digits} "), by=owner)
    row.refresh_from_db()
    assert (signed.state, row.used_at is not None) == (ContractState.SIGNED, True)
    assert "electronically" in signed.signed_consent


@pytest.mark.clause("A8")
def test_five_wrong_tries_end_a_code_and_a_wrong_one_signs_nothing(offered, at):
    owner = builders.owner_of(offered.centre)
    digits = builders.signing_code(offered, owner)
    wrong = f"{(int(digits) + 1) % 10**6:06}"
    found = []
    for given in [wrong] * 5 + [digits]:
        with pytest.raises(Refused) as refused:
            actions.sign(contract=offered, signature=builders.signature(offered, given), by=owner)
        found += codes(refused)
    assert found == ["wrong_code"] * 5 + ["code_tries"]
    assert audit.history(offered).filter(verb="wrong_signing_code").count() == 5
    at(clock.now() + dt.timedelta(minutes=2))
    assert builders.sign(offered).state == ContractState.SIGNED


@pytest.mark.clause("A8")
def test_a_code_is_bound_to_the_person_the_document_and_its_quarter_of_an_hour(offered, st0071, at):
    owner = builders.owner_of(offered.centre)
    second = people.person(Role.CENTRE_OWNER, offered.centre.organisation)
    digits = builders.signing_code(offered, owner)
    with pytest.raises(Refused) as refused:
        actions.sign(contract=offered, signature=builders.signature(offered, digits), by=second)
    assert codes(refused) == ["no_code"]
    whole = builders.signature(offered, digits)
    with pytest.raises(Refused) as refused:
        actions.sign(contract=offered, signature=dataclasses.replace(whole, shown_sha256="0" * 64), by=owner)
    assert codes(refused) == ["other_document"]
    at(clock.now() + dt.timedelta(minutes=15))
    with pytest.raises(Refused) as refused:
        actions.sign(contract=offered, signature=whole, by=owner)
    assert codes(refused) == ["code_expired"]


@pytest.mark.clause("A8")
def test_whom_the_owner_authorised_signs_from_the_first_to_the_last_day(offered, at, monday):
    centre = offered.centre
    owner, staff = builders.owner_of(centre), people.person(Role.CENTRE_STAFF, centre.organisation)
    with pytest.raises(NotAllowed):
        builders.signing_code(offered, staff)
    today = clock.today()
    with pytest.raises(NotAllowed):
        actions.authorise_signatory(centre=centre, user=staff, role_title="Head", starts_on=today, by=staff)
    row = actions.authorise_signatory(
        centre=centre, user=staff, role_title="Head", starts_on=today + dt.timedelta(days=1), by=owner
    )
    with pytest.raises(NotAllowed):
        builders.sign(offered, by=staff)
    at(today + dt.timedelta(days=1))
    signed = builders.sign(offered, by=staff)
    assert (signed.state, signed.signed_by) == (ContractState.SIGNED, staff)
    assert list(queries.contracts_to_sign(staff)) == []
    actions.send_back(contract=signed, reason="Wrong person.", by=builders.epa_team())
    assert list(queries.contracts_to_sign(staff)) == [signed]
    actions.revoke_signatory(authority=row, by=owner)
    assert list(queries.contracts_to_sign(staff)) == []
    with pytest.raises(NotAllowed):
        builders.sign(Contract.objects.select_related("document__stored").get(pk=signed.pk), by=staff)
    with pytest.raises(WrongState):
        actions.revoke_signatory(authority=row, by=owner)


@pytest.mark.clause("A8")
def test_somebody_of_another_centre_is_not_authorised(offered):
    stranger = builders.owner_of(builders.centre())
    with pytest.raises(Refused) as refused:
        actions.authorise_signatory(
            centre=offered.centre,
            user=stranger,
            role_title="Head",
            starts_on=clock.today(),
            by=builders.owner_of(offered.centre),
        )
    assert codes(refused) == ["not_of_centre"]


@pytest.mark.clause("A8")
def test_a_copy_signed_on_paper_is_compared_before_it_counts(offered):
    owner = builders.owner_of(offered.centre)
    for stored, name, expected in (
        (offered.document.stored, "Robin Owner", ["unsigned_copy"]),
        (builders.stored_pdf(), " ", ["no_name"]),
    ):
        with pytest.raises(Refused) as refused:
            actions.upload_signed_copy(contract=offered, stored=stored, name=name, role="Director", by=owner)
        assert codes(refused) == expected
    copy = builders.stored_pdf()
    signed = builders.return_signed(offered, copy)
    assert (signed.state, signed.signed_copy, signed.signed_name) == (ContractState.SIGNED, copy, "Robin Owner")
    assert (signed.signed_copy_pages, signed.document_pages) == (1, 1)
    with pytest.raises(Refused) as refused:
        actions.countersign(contract=signed, by=builders.epa_team(), checked=["pages"])
    assert codes(refused) == ["not_checked"]
    assert builders.countersign(signed).state == ContractState.IN_FORCE


@pytest.mark.clause("A8")
def test_an_unsigned_contract_is_chased_once_each_and_tells_the_team_at_the_last(offered, at):
    day = offered.sign_by - dt.timedelta(days=30)
    counts = []
    for after in (6, 7, 7, 24, 26, 26):
        at(day + dt.timedelta(days=after))
        actions.look_at_contracts(clock.today())
        counts.append(
            (
                Message.objects.filter(kind="centres.contract_chased").count(),
                Message.objects.filter(kind="centres.contract_unsigned").count(),
            )
        )
    assert counts == [(0, 0), (1, 0), (1, 0), (2, 0), (3, 1), (3, 1)]
