"""A contract that both have signed is sealed; one changed byte shows (A8)."""

import hashlib
import io

import pikepdf
import pytest
from django.core.exceptions import ImproperlyConfigured

from centres import actions, queries, tasks
from centres.models import Contract, Seal
from foundation import files, sealing
from foundation.errors import NotAllowed, WrongState
from tests.centres import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seal_key")]
POSITIONS = 1000


def real_contract(version) -> Contract:
    """Offered with the document that a worker makes."""
    contract = builders.prepared_contract(builders.centre("Riverside & Sons"), version)
    tasks.offer_contracts()
    return Contract.objects.select_related("document__stored").get(pk=contract.pk)


@pytest.mark.slow
@pytest.mark.clause("A8")
def test_a_sealed_contract_is_genuine_and_changed_by_one_byte_it_is_not(st0071):
    """At each of 1,000 positions over the whole file, by the check page's rule and by the validator alike."""
    contract = builders.countersign(builders.sign(real_contract(st0071)))
    assert actions.seal_due() == 1
    seal = Seal.objects.get(contract=contract)
    data = files.path_of(seal.stored).read_bytes()
    assert hashlib.sha256(data).hexdigest() == seal.sha256
    assert sealing.faults(data) == []
    checked = queries.check(data)
    assert (checked.verdict, checked.contract) == ("sealed", contract)
    issued = files.path_of(contract.document.stored).read_bytes()
    assert queries.check(issued).verdict == "issued"
    assert len(pikepdf.open(io.BytesIO(data)).pages) > len(pikepdf.open(io.BytesIO(issued)).pages)

    positions = places(data)
    assert len(positions) == POSITIONS
    certificate = sealing.signer().signing_cert
    passed = [place for place in positions if not sealing.faults(changed(data, place), certificate)]
    taken = [place for place in positions if hashlib.sha256(changed(data, place)).hexdigest() == seal.sha256]
    assert (passed, taken) == ([], [])
    assert {queries.check(changed(data, place)).verdict for place in (0, len(data) // 2, len(data) - 1)} == {"changed"}


def places(data: bytes) -> list[int]:
    """1,000 positions: the first and last bytes, 300 of the signature, its dictionary and the last cross-reference
    table, the rest evenly over the whole file."""
    contents = data.index(b"/Contents <")
    end = data.index(b">", contents)
    length = end - contents
    chosen = {0, 5, len(data) - 1, len(data) - 3, contents + 10, end}
    chosen |= {contents + 11 + length * step // 300 for step in range(300)}
    chosen |= set(range(data.rindex(b"/ByteRange"), data.rindex(b"/ByteRange") + 40))
    chosen |= set(range(data.rindex(b"startxref"), data.rindex(b"startxref") + 20))
    step = 0
    while len(chosen) < POSITIONS:
        chosen.add(len(data) * step // (POSITIONS - 300) % len(data))
        step += 1
    return sorted(chosen)


def changed(data: bytes, place: int) -> bytes:
    """The file with the lowest bit of one byte turned over."""
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


@pytest.mark.clause("A8")
def test_the_certificate_says_who_when_from_where_with_which_words(st0071):
    contract = builders.countersign(builders.sign(builders.offered_contract(builders.centre(), st0071)))
    facts = Seal.objects.get(contract=contract).facts
    assert (facts["signed_name"], facts["signed_role"], facts["signed_from"]) == (
        "Robin Owner",
        "Director",
        "192.0.2.7",
    )
    assert facts["sha256"] == contract.document.stored.sha256
    assert facts["consent"] == contract.signed_consent
    assert facts["countersigned_name"] == builders.epa_team().name
    assert facts["signed_at"].endswith(("GMT", "BST"))
    assert [event["what"] for event in facts["events"]] == [
        "issue",
        "offer",
        "send signing code",
        "sign",
        "countersign",
    ]
    paper = builders.countersign(builders.return_signed(builders.offered_contract(builders.centre(), st0071)))
    facts = Seal.objects.get(contract=paper).facts
    assert (facts["on_paper"], facts["copy_sha256"], facts["consent"]) == (True, paper.signed_copy.sha256, "")


@pytest.mark.clause("A8")
def test_a_seal_that_cannot_be_made_waits_for_a_person_and_is_made_later(st0071, settings, tmp_path, monkeypatch):
    contract = builders.countersign(builders.sign(builders.offered_contract(builders.centre(), st0071)))
    settings.SEAL_KEY_FILE = str(tmp_path / "none.p12")
    into = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(into)
    monkeypatch.setattr("foundation.documents.render", lambda _row: into.getvalue())
    monkeypatch.setattr("centres.actions.sealing._joined", lambda _issued, certificate: certificate)
    office = builders.epa_team()
    with pytest.raises(WrongState):
        actions.retry_seal(contract=contract, by=office)
    assert actions.seal_due() == 1
    seal = Seal.objects.get()
    assert ("ImproperlyConfigured" in seal.last_error, seal.stored) == (True, None)
    with pytest.raises(ImproperlyConfigured):
        sealing.signer()
    Seal.objects.update(set_aside_at=seal.ordered_at)
    with pytest.raises(NotAllowed):
        actions.retry_seal(contract=contract, by=builders.owner_of(contract.centre))
    actions.retry_seal(contract=contract, by=office)
    settings.SEAL_KEY_FILE = str(tmp_path / "new.p12")
    sealing.make_key(sealing.key_file(), "New key", 1)
    assert actions.seal_due() == 1
    seal.refresh_from_db()
    assert seal.stored is not None


@pytest.mark.clause("A8")
def test_a_file_that_is_none_of_ours_is_not_known_and_not_opened(st0071):
    assert queries.check(builders.TINY_PDF).verdict == "unknown"
    assert queries.check(b"seal " + b"0" * 32).verdict == "unknown"
