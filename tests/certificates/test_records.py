"""Records of achievement: for a pass in all elements, once, checkable by anyone who holds one (F3)."""

import functools
import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
import segno
from django.test import Client
from django.urls import reverse

from accounts.states import Role
from certificates.actions import records
from certificates.models import RecordOfAchievement
from epa.models import EPA, Result
from foundation import audit, clock, documents, files
from foundation.errors import NotAllowed, Refused
from foundation.models import Document, Message
from standards.states import Grade
from tests.builders import person, provider
from tests.centres.builders import owner_of
from tests.certificates import builders
from tests.foundation.test_documents import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("F3")]
Passes = Callable[..., list[builders.EPA]]


@pytest.fixture
def epa(passes: Passes) -> EPA:
    [row] = passes(1, consented=False, name="O'Neill-Ŵyn")
    return row


@pytest.fixture
def record(epa: EPA) -> RecordOfAchievement:
    return records.claim_record(epa=epa, by=owner_of(epa.registration.apprentice.centre))


def codes(refused: "pytest.ExceptionInfo[Refused]") -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_claimed_by_the_centre(epa: EPA, record: RecordOfAchievement) -> None:
    owner = owner_of(epa.registration.apprentice.centre)
    assert record.number.startswith("ROA-26-")
    assert record.document.number == record.number
    assert (record.claimed_by, record.claimed_at) == (owner, clock.now())
    assert len(record.check_code) == records.CODE_LENGTH
    assert record.facts["apprentice"] == "Alex O'Neill-Ŵyn"
    assert {grade for _, grade in record.facts["components"]} == {"Pass"}
    [event] = audit.history(epa)
    assert (event.verb, event.actor_label, event.facts) == ("claim_record", owner.label, {"number": record.number})
    [message] = Message.objects.filter(kind="certificates.record_ready")
    assert message.to_email == owner.email
    assert "Pass" not in message.text + message.subject


def test_claimed_once(epa: EPA, record: RecordOfAchievement) -> None:
    with pytest.raises(Refused) as refused:
        records.claim_record(epa=epa, by=owner_of(epa.registration.apprentice.centre))
    assert codes(refused) == ["claimed"]
    assert Document.objects.filter(kind="record_of_achievement").count() == 1


@pytest.mark.parametrize(
    ("result", "state", "code"),
    [
        ({"released_at": None}, "result_due", "not_released"),
        ({"overall": Grade.FAIL}, "resit_open", "not_passed"),
        ({"grades": {"OBS": "pass", "DIS": "fail"}}, "passed", "not_passed"),
        ({}, "resit_open", "not_passed"),  # the state and the result do not agree: nothing is issued
        ({"overall": Grade.FAIL}, "passed", "not_passed"),
    ],
)
def test_only_for_a_released_pass_in_all_elements(epa: EPA, result: dict[str, Any], state: str, code: str) -> None:
    Result.objects.update(**result) if result else None
    EPA.objects.update(state=state)
    with pytest.raises(Refused) as refused:
        records.claim_record(epa=epa, by=owner_of(epa.registration.apprentice.centre))
    assert codes(refused) == [code]
    assert not Document.objects.filter(kind="record_of_achievement").exists()


def test_the_latest_released_result_counts(epa: EPA) -> None:
    Result.objects.update(overall=Grade.FAIL)
    builders.released_row(epa, 2, Grade.MERIT)
    row = records.claim_record(epa=epa, by=owner_of(epa.registration.apprentice.centre))
    assert row.facts["overall"] == "Merit"


@pytest.mark.parametrize("role", [Role.CENTRE_READER, Role.EPA_TEAM, Role.ADMINISTRATOR, Role.FINANCE])
def test_only_the_centre_claims_it(epa: EPA, role: Role) -> None:
    organisation = epa.registration.apprentice.centre.organisation if role == Role.CENTRE_READER else None
    for user in (person(role, organisation), person(Role.CENTRE_OWNER, provider())):
        with pytest.raises(NotAllowed):
            records.claim_record(epa=epa, by=user)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once(epa: EPA) -> None:
    claim = functools.partial(records.claim_record, epa=epa, by=owner_of(epa.registration.apprentice.centre))
    outcomes = builders.at_once(claim, claim, claim)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["RecordOfAchievement", "Refused", "Refused"]
    assert RecordOfAchievement.objects.count() == Document.objects.filter(kind="record_of_achievement").count() == 1


@pytest.mark.slow
def test_the_pdf(record: RecordOfAchievement, private_files: Any) -> None:
    assert documents.render_due() == 1
    record.document.refresh_from_db()
    assert record.document.stored is not None, record.document.last_error
    data = files.path_of(record.document.stored).read_bytes()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "Record of achievement"
            assert metadata["pdfuaid:part"] == "1"
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-GB"
        said = [str(part.Alt) for part in pdf.objects if isinstance(part, pikepdf.Dictionary) and "/Alt" in part]
    address = records.check_address(record.number, record.check_code)
    assert said == [f"QR code of the address {address}"]
    assert record.document.context["check_qr"] == segno.make(address, error="m").svg_data_uri(scale=4, border=1)
    text = "".join(text_of(data).split())
    for words in (
        record.number,
        record.check_code,
        "Alex O'Neill-Ŵyn",
        "Bright Garages",
        "a pass or above in all its elements",
        "It is not the apprenticeship certificate",
        address,
    ):
        assert "".join(words.split()) in text, words


def test_what_was_issued_stays_as_issued(epa: EPA, record: RecordOfAchievement) -> None:
    type(epa.registration.apprentice).objects.update(family_name="Changed")
    row = records.check(record.number, record.check_code)
    assert row is not None
    assert row.facts["apprentice"] == "Alex O'Neill-Ŵyn"
    assert row.document.context["apprentice"] == "Alex O'Neill-Ŵyn"


def test_the_number_and_the_code_together(record: RecordOfAchievement) -> None:
    number, code = record.number, record.check_code
    assert records.check(f" {number.lower()} ", f" {code.lower()} ") == record
    assert records.check(number, code[:-1]) is None
    assert records.check(number, "") is None
    assert records.check(number, "é") is None
    assert records.check("ROA-26-999999-X", code) is None


def test_anyone_can_check_it(record: RecordOfAchievement) -> None:
    anyone = Client()
    answer = anyone.get(records.check_address(record.number, record.check_code))
    assert answer.status_code == 200
    assert "Genuine" in answer.text
    assert "Alex O&#x27;Neill-Ŵyn" in answer.text
    typed = anyone.post(reverse("certificates:check"), {"number": record.number, "code": record.check_code})
    assert "Genuine" in typed.text
    for number, code in [(record.number, "AAAAAAAAAA"), ("ROA-26-000009-Z", record.check_code)]:
        wrong = anyone.get(reverse("certificates:check_one", kwargs={"number": number, "code": code}))
        assert wrong.status_code == 404
        assert "No record of achievement has this number and check code" in wrong.text
        assert "Alex" not in wrong.text
        typed = anyone.post(reverse("certificates:check"), {"number": number, "code": code})
        assert "Alex" not in typed.text
