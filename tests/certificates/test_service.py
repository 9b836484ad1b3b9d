"""The client of the assessment service, against its stand-in over a real socket and against broken servers."""

import datetime as dt
import http.server
import json
import logging
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from certificates.service import (
    AssessmentService,
    Certificate,
    Contact,
    ItemAnswer,
    Learner,
    RateLimited,
    Rejected,
    ServiceError,
    UnknownOutcome,
    Unreachable,
)
from simulators.assessment_service.process import StandIn, running
from tests.simulators.desk import NAME, ULN, Desk, certificate_item, learner, reset, submit_item

ULNS = [1061484016, 1061487856, 1004014316, 9276308686]
NAMES = [
    "O'Neill",
    "D/Angelo",
    "van der Berg",
    "100%",
    "Ŵyn",
    "Ŵ/y n'%2F",
    "Smith?x=1",
    "a+b",
    "Müller#2",
    "~._-",
    "...",
]


@pytest.fixture(scope="module")
def process() -> Iterator[StandIn]:
    with running() as stand_in:
        yield stand_in


@pytest.fixture
def stand_in(process: StandIn) -> Iterator[StandIn]:
    with reset(process) as fresh:
        yield fresh


@pytest.fixture
def service(stand_in: StandIn) -> Iterator[AssessmentService]:
    service = AssessmentService(stand_in.url, stand_in.key, timeout=1.0)
    yield service
    service.close()


def create(service: AssessmentService, **changes: Any) -> ItemAnswer:
    """Ask for one certificate; its answer."""
    [answer] = service.create([certificate_item(**changes)]).values()
    return answer


def reference_of(answer: ItemAnswer) -> str:
    assert answer.certificate is not None
    assert answer.certificate.reference is not None
    return answer.certificate.reference


def test_a_claim_from_learner_to_delivery(stand_in: StandIn, service: AssessmentService) -> None:
    assert service.learner(ULN, NAME, "ST0071").certificate is None
    assert service.certificate(ULN, NAME, "ST0071") is None
    created = create(service)
    assert created.certificate is not None
    assert (created.errors, created.certificate.status) == ((), "Ready")
    submitted = service.submit([submit_item(requestId="s", reference=reference_of(created))])
    assert [answer.request_id for answer in submitted.values()] == ["s"]
    stand_in.print_on("Delivered")
    assert service.certificate(ULN, NAME, "278") == Certificate(
        reference=reference_of(created),
        status="Delivered",
        uln=ULN,
        given_names="Branwen",
        family_name=NAME,
        standard_code=278,
        standard_reference="ST0071",
        version="1.1",
        overall_grade="Pass",
        achievement_date=dt.date(2026, 9, 1),
        learning_start_date=dt.date(2024, 9, 2),
        provider_name="Mill Lane College",
        provider_ukprn=10001234,
        contact=Contact(
            name="Ada Byron", organisation="Byron Ltd", address_line_1="1 Mill Lane", city="Leeds", postcode="LS1 4AP"
        ),
        created_at=dt.datetime(2026, 9, 14, 9, tzinfo=dt.UTC),
        submitted_at=dt.datetime(2026, 9, 14, 9, tzinfo=dt.UTC),
        printed_at=dt.datetime(2026, 9, 14, 9, tzinfo=dt.UTC),
        printed_batch=260914,
        delivery="Delivered",
        delivered_at=dt.datetime(2026, 9, 14, 9, tzinfo=dt.UTC),
    )


def test_the_whole_learner(stand_in: StandIn, service: AssessmentService) -> None:
    stand_in.add_learners(learner(version="1.1"))
    Desk(stand_in).epa("Fail", "Pass")
    assert service.learner(ULN, NAME, "ST0071") == Learner(
        uln=ULN,
        given_names="Branwen",
        family_name=NAME,
        standard_code=278,
        standard_reference="ST0071",
        version="1.1",
        learning_start_date=dt.date(2024, 9, 2),
        planned_end_date=dt.date(2026, 3, 2),
        provider_name="Mill Lane College",
        provider_ukprn=10001234,
        completion_status=1,
        epa_reference=stand_in.certificates()[0]["reference"],
        latest_epa_date=dt.date(2026, 6, 20),
        latest_epa_outcome="Pass",
    )
    create(service)
    found = service.learner(ULN, NAME, "ST0071").certificate
    assert found is not None
    assert found.overall_grade == "Pass"


@pytest.mark.parametrize("name", NAMES)
def test_a_family_name_reaches_the_service_as_it_is(stand_in: StandIn, service: AssessmentService, name: str) -> None:
    stand_in.add_learners(learner(familyName=name))
    assert service.learner(ULN, name, "ST0071").family_name == name
    assert create(service, familyName=name).errors == ()
    found = service.certificate(str(ULN), name.lower(), "ST0071")
    assert found is not None
    assert found.family_name == name


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_that_would_change_the_route_is_not_sent(
    stand_in: StandIn, service: AssessmentService, name: str
) -> None:
    with pytest.raises(ValueError, match="part of the path"):
        service.learner(ULN, name, "ST0071")
    assert stand_in.requests() == []


def test_an_unchanged_item_leaves_as_it_was_frozen(stand_in: StandIn, service: AssessmentService) -> None:
    frozen = certificate_item()
    before = json.dumps(frozen)
    service.create([frozen])
    assert json.dumps(frozen) == before


def test_update_changes_a_draft(service: AssessmentService) -> None:
    reference = reference_of(create(service))
    answers = service.update([certificate_item(requestId="u", reference=reference, overallGrade="Merit")])
    assert answers["u"].certificate is not None
    assert answers["u"].certificate.overall_grade == "Merit"


def test_answers_belong_to_items_by_request_id_in_the_order_asked(
    stand_in: StandIn, service: AssessmentService
) -> None:
    stand_in.add_learners(*(learner(uln=uln, givenNames=f"N{uln}") for uln in ULNS))
    stand_in.order_faults("POST certificate:half-failed-reversed")
    answers = service.create([certificate_item(requestId=f"r{uln}", uln=uln) for uln in ULNS])
    assert list(answers) == [f"r{uln}" for uln in ULNS]
    assert [answer.certificate is None for answer in answers.values()] == [False, True, False, True]
    assert [answer.certificate.uln for answer in answers.values() if answer.certificate] == ULNS[::2]
    assert [bool(answer.errors) for answer in answers.values()] == [False, True, False, True]
    assert not any(answer.is_unknown for answer in answers.values())


def test_what_was_done_before_tells_its_reference(service: AssessmentService) -> None:
    reference = reference_of(create(service))
    again = create(service)
    assert (again.existing_reference, again.certificate) == (reference, None)
    service.submit([submit_item(reference=reference)])
    [second] = service.submit([submit_item(reference=reference)]).values()
    assert (second.was_submitted_before, second.existing_reference) == (True, None)


def test_another_organisations_certificate_has_no_reference(stand_in: StandIn, service: AssessmentService) -> None:
    Desk(stand_in, "stand-in-other").create()
    found = service.certificate(ULN, NAME, "ST0071")
    assert found is not None
    assert (found.is_held_elsewhere, found.overall_grade, found.contact) == (True, None, Contact())
    assert create(service).errors == ("Your organisation is not the creator of the EPA",)


def test_grades_options_and_ping(service: AssessmentService) -> None:
    assert service.grades()[0] == "Pass"
    assert len(service.grades()) == 7
    assert service.options("ST9001") == ("Oak", "Ash")
    assert service.options("ST9001", "1.0") == ("Oak", "Elm")
    assert service.options("ST0071") == ()
    assert service.ping() is True
    with pytest.raises(Rejected) as caught:
        service.options("ST0404")
    assert caught.value.status == 404


@pytest.mark.parametrize("verb", ["create", "update", "submit"])
def test_a_batch_is_checked_before_it_is_sent(stand_in: StandIn, service: AssessmentService, verb: str) -> None:
    send = getattr(service, verb)
    with pytest.raises(ValueError, match="26 items"):
        send([certificate_item(requestId=str(number)) for number in range(26)])
    for ids in (["a", "a"], ["a", ""], ["a", None], [1]):
        with pytest.raises(ValueError, match="requestId"):
            send([certificate_item(requestId=name) for name in ids])
    assert send([]) == {}
    assert stand_in.requests() == []


def test_25_items_go_in_one_call(stand_in: StandIn, service: AssessmentService) -> None:
    assert len(service.create([certificate_item(requestId=str(number)) for number in range(25)])) == 25
    assert [line["route"] for line in stand_in.requests()] == ["POST certificate"]


@pytest.mark.parametrize(
    ("key", "status", "message"),
    [
        ("nobody's", 401, "Access denied due to invalid subscription key. "),
        ("stand-in-unlinked", 400, "Your account is not linked to a valid UKPRN"),
        ("stand-in-unknown-ukprn", 403, "Specified UKPRN not found"),
    ],
)
def test_refused_calls(stand_in: StandIn, key: str, status: int, message: str) -> None:
    service = AssessmentService(stand_in.url, key, timeout=1.0)
    with pytest.raises(Rejected) as caught:
        service.learner(ULN, NAME, "ST0071")
    assert caught.value.status == status
    assert caught.value.message.startswith(message)


def test_a_refused_write_did_nothing(stand_in: StandIn, service: AssessmentService) -> None:
    with pytest.raises(Rejected) as caught:
        service.create([{"requestId": "1", "learner": {"uln": "ten"}}])
    assert (caught.value.status, stand_in.summary()["certificates"]) == (403, 0)


def test_being_told_to_wait(stand_in: StandIn, service: AssessmentService) -> None:
    stand_in.order_faults("POST certificate:rate-limited@17;GET learner:rate-limited@3")
    with pytest.raises(RateLimited) as caught:
        create(service)
    assert (caught.value.retry_after, stand_in.summary()["certificates"]) == (17.0, 0)
    with pytest.raises(RateLimited, match="the next in 3 s"):
        service.learner(ULN, NAME, "ST0071")


FAULTS = {
    "commit-then-hang@3": 1,
    "commit-then-reset": 1,
    "commit-then-500": 1,
    "500-before-commit": 0,
    "hang-before-commit@3": 0,
    "truncated-json": 1,
    "cut-body": 1,
    "late-commit@30": 0,
}


@pytest.mark.parametrize(("fault", "certificates"), FAULTS.items())
def test_a_write_without_a_usable_answer_may_have_happened(
    stand_in: StandIn, service: AssessmentService, fault: str, certificates: int
) -> None:
    """The caller cannot tell the two apart, and the error claims no more than that."""
    stand_in.order_faults(f"POST certificate:{fault}")
    with pytest.raises(UnknownOutcome):
        create(service)
    assert stand_in.summary()["certificates"] == certificates
    assert len([line for line in stand_in.requests() if line["route"] == "POST certificate"]) == 1


@pytest.mark.parametrize("fault", ["commit-then-500", "commit-then-reset", "truncated-json"])
@pytest.mark.parametrize("verb", ["update", "submit"])
def test_every_write_is_treated_alike(stand_in: StandIn, service: AssessmentService, verb: str, fault: str) -> None:
    reference = reference_of(create(service))
    route = {"update": "PUT certificate", "submit": "POST certificate/submit"}[verb]
    item = (certificate_item if verb == "update" else submit_item)(reference=reference)
    stand_in.order_faults(f"{route}:{fault}")
    with pytest.raises(UnknownOutcome):
        getattr(service, verb)([item])


@pytest.mark.parametrize("fault", FAULTS)
def test_a_question_without_an_answer_changed_nothing(
    stand_in: StandIn, service: AssessmentService, fault: str
) -> None:
    stand_in.order_faults(f"GET learner:{fault}")
    with pytest.raises(Unreachable):
        service.learner(ULN, NAME, "ST0071")
    assert service.learner(ULN, NAME, "ST0071").uln == ULN


def test_after_a_batch_broke_off_asking_tells_which_half_is_there(
    stand_in: StandIn, service: AssessmentService
) -> None:
    stand_in.add_learners(*(learner(uln=uln) for uln in ULNS))
    stand_in.order_faults("POST certificate:partial-then-500")
    with pytest.raises(UnknownOutcome):
        service.create([certificate_item(requestId=str(uln), uln=uln) for uln in ULNS])
    assert [service.certificate(uln, NAME, "ST0071") is None for uln in ULNS] == [False, False, True, True]


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@pytest.mark.parametrize("address", ["a closed port", "http://no-such-host.invalid", "not an address", "http://"])
def test_without_a_connection_surely_nothing_happened(address: str) -> None:
    url = f"http://127.0.0.1:{closed_port()}" if address == "a closed port" else address
    service = AssessmentService(url, "stand-in", timeout=1.0)
    with pytest.raises(Unreachable):
        service.create([certificate_item()])
    with pytest.raises(Unreachable):
        service.ping()


def test_a_service_that_went_away_between_two_calls_leaves_the_outcome_open_or_nothing_done() -> None:
    with running() as stand_in:
        service = AssessmentService(stand_in.url, stand_in.key, timeout=1.0)
        service.grades()
    with pytest.raises((UnknownOutcome, Unreachable)):
        service.create([certificate_item()])
    with pytest.raises(Unreachable):
        service.create([certificate_item()])


class Fixed(http.server.BaseHTTPRequestHandler):
    """Answers every call with what the server was given."""

    protocol_version = "HTTP/1.1"
    server: "FixedServer"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.heads.append(f"{self.command} {self.path} {dict(self.headers)}")
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    do_POST = do_PUT = do_GET  # noqa: N815 - the base class's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Silent."""


class FixedServer(http.server.ThreadingHTTPServer):
    """A server that answers what a test sets."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Fixed)
        self.status = 200
        self.body = b""
        self.headers: dict[str, str] = {}
        self.heads: list[str] = []

    def answers(self, body: object, status: int = 200, **headers: str) -> AssessmentService:
        """A client of this server, which now answers this; bytes are sent as they are."""
        self.body = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        self.status, self.headers = status, {name.replace("_", "-"): value for name, value in headers.items()}
        return AssessmentService(f"http://127.0.0.1:{self.server_address[1]}/sandbox/", "k-1", timeout=1.0)


@pytest.fixture
def fixed() -> Iterator[FixedServer]:
    with FixedServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_request_as_it_leaves(fixed: FixedServer) -> None:
    service = fixed.answers([{"requestId": "claim-1", "validationErrors": ["x"]}])
    service.create([certificate_item(familyName="Ŵyn")])
    [head] = fixed.heads
    assert head.startswith("POST /sandbox/api/v1/certificate {")
    assert "'Ocp-Apim-Subscription-Key': 'k-1'" in head
    assert "'Content-Type': 'application/json'" in head
    fixed.answers({}).certificate(ULN, "Ŵ/y n'%", "ST0071")
    assert fixed.heads[1].startswith(f"GET /sandbox/api/v1/certificate/{ULN}/%C5%B4%2Fy%20n%27%25/ST0071 ")


@pytest.mark.parametrize(
    "body", [{}, {"certificateData": {}}, {"certificateData": None, "status": {}, "printed": None}]
)
def test_every_member_of_a_certificate_may_be_absent(fixed: FixedServer, body: object) -> None:
    assert fixed.answers(body).certificate(ULN, NAME, "ST0071") == Certificate()


@pytest.mark.parametrize("body", [{}, {"learnerData": {"learner": None}}, {"certificate": None, "epaDetails": None}])
def test_every_member_of_a_learner_may_be_absent(fixed: FixedServer, body: object) -> None:
    assert fixed.answers(body).learner(ULN, NAME, "ST0071") == Learner()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"\xff\xfe",
        b"[]",
        b"7",
        {"certificateData": []},
        {"certificateData": {"learner": {"uln": "1061484016"}}},
        {"certificateData": {"learner": {"uln": True}}},
        {"certificateData": {"certificateReference": 13001}},
        {"certificateData": {"learningDetails": {"achievementDate": "soon"}}},
        {"status": "Ready"},
    ],
)
def test_a_certificate_of_another_form_is_no_answer(fixed: FixedServer, body: object) -> None:
    with pytest.raises(Unreachable):
        fixed.answers(body).certificate(ULN, NAME, "ST0071")


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"[]",
        {"learnerData": "x"},
        {"learnerData": {"learningDetails": {"plannedEndDate": 5}}},
        {"epaDetails": {"latestEpaDate": "2026-13-01"}},
        {"certificate": {"status": []}},
    ],
)
def test_a_learner_of_another_form_is_no_answer(fixed: FixedServer, body: object) -> None:
    with pytest.raises(Unreachable):
        fixed.answers(body).learner(ULN, NAME, "ST0071")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"null",
        {},
        [None],
        ["x"],
        [{"requestId": 1}],
        [{"requestId": "claim-1", "certificate": "yes"}],
        [{"requestId": "claim-1", "certificate": {"certificateData": 5}}],
        [{"requestId": "claim-1", "validationErrors": "no"}],
        [{"requestId": "claim-1", "validationErrors": [None]}],
    ],
)
def test_a_write_answered_in_another_form_is_open(fixed: FixedServer, body: object) -> None:
    with pytest.raises(UnknownOutcome):
        fixed.answers(body).create([certificate_item()])


DONE = {"certificateData": {"certificateReference": "00013001"}}


@pytest.mark.parametrize(
    "answers",
    [
        [],
        [{"validationErrors": []}],
        [{"certificate": DONE}],
        [{"requestId": "claim-9", "certificate": DONE}],
        [{"requestId": "claim-1", "validationErrors": []}],
        [{"requestId": "claim-1", "certificate": None, "validationErrors": None}],
        [{"requestId": "claim-1", "certificate": DONE}, {"requestId": "claim-1", "validationErrors": ["no"]}],
    ],
)
def test_an_item_the_service_does_not_clearly_speak_of_is_open(fixed: FixedServer, answers: object) -> None:
    found = fixed.answers(answers).create([certificate_item()])
    assert found == {"claim-1": ItemAnswer("claim-1")}
    assert found["claim-1"].is_unknown


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("0", 0), ("42", 42), ("", 60), ("soon", 60), ("-5", 60), ("Wed, 21 Oct 2015 07:28:00 GMT", 0)],
)
def test_reading_retry_after(fixed: FixedServer, header: str, seconds: float) -> None:
    with pytest.raises(RateLimited) as caught:
        fixed.answers({}, 429, Retry_After=header).grades()
    assert caught.value.retry_after == seconds


def test_a_retry_after_may_be_a_date_to_come(fixed: FixedServer) -> None:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90)
    with pytest.raises(RateLimited) as caught:
        fixed.answers({}, 429, Retry_After=f"{later:%a, %d %b %Y %H:%M:%S} GMT").grades()
    assert 80 < caught.value.retry_after <= 90


@pytest.mark.parametrize(
    ("status", "on_write", "on_read"),
    [
        (302, Rejected, Rejected),
        (400, Rejected, Rejected),
        (401, Rejected, Rejected),
        (403, Rejected, Rejected),
        (404, Rejected, Rejected),
        (408, UnknownOutcome, Unreachable),
        (413, Rejected, Rejected),
        (429, RateLimited, RateLimited),
        (500, UnknownOutcome, Unreachable),
        (502, UnknownOutcome, Unreachable),
        (503, UnknownOutcome, Unreachable),
        (504, UnknownOutcome, Unreachable),
    ],
)
def test_what_a_status_means(
    fixed: FixedServer, status: int, on_write: type[ServiceError], on_read: type[ServiceError]
) -> None:
    service = fixed.answers({"message": "because"}, status, Location="http://elsewhere.invalid/")
    with pytest.raises(on_write):
        service.submit([submit_item(reference="1")])
    with pytest.raises(on_read):
        service.grades()
    assert len(fixed.heads) == 2


@pytest.mark.parametrize("body", [b"<html>/learner/1061484016/Smith</html>", b"[]", b'{"message": 5}', b"\xff"])
def test_a_message_is_only_taken_from_the_services_own_form(fixed: FixedServer, body: bytes) -> None:
    with pytest.raises(Rejected) as caught:
        fixed.answers(body, 404).learner(ULN, NAME, "ST0071")
    assert (caught.value.message, str(caught.value)) == ("", "404")


def test_a_ping_that_is_not_answered_by_the_service(fixed: FixedServer) -> None:
    assert fixed.answers(b"Pong").ping() is True
    assert fixed.answers(b'"Pong"').ping() is True
    assert fixed.answers(b"It works!").ping() is False


def test_an_unexpected_204_is_no_answer(fixed: FixedServer) -> None:
    with pytest.raises(Unreachable):
        fixed.answers(b"", 204).learner(ULN, NAME, "ST0071")
    with pytest.raises(UnknownOutcome):
        fixed.answers(b"", 204).create([certificate_item()])


def _chain(error: BaseException | None) -> str:
    texts = []
    while error is not None:
        texts.append(f"{error!r} {error}")
        error = error.__cause__ or error.__context__
    return " ".join(texts)


@pytest.mark.parametrize("fault", ["", *FAULTS, "rate-limited@1"])
def test_no_log_line_and_no_error_names_anybody(
    stand_in: StandIn, service: AssessmentService, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    caplog.set_level(logging.DEBUG)
    gone = AssessmentService(f"http://127.0.0.1:{closed_port()}", "secret-key", timeout=1.0)
    stand_in.order_faults(f"*:{fault}" if fault else "")
    told = []
    for ask in (service, gone):
        try:
            ask.learner(ULN, NAME, "ST0071")
        except ServiceError as error:
            told.append(_chain(error))
    service.certificate(ULN, NAME, "ST0071")
    told += [record.getMessage() for record in caplog.records]
    assert any("GET api/v1/learner/{uln}/{familyName}/{standard}" in line for line in told)
    for secret in (str(ULN), "Neill", "%C5%B4", "secret-key"):
        assert not [line for line in told if secret in line]


@pytest.mark.shared
@pytest.mark.parametrize("name", ["certificate-create-response", "certificate-submit-response"])
def test_the_services_own_batch_examples_parse(shared_data: Path, fixed: FixedServer, name: str) -> None:
    body = json.loads((shared_data / "assessment-service" / "json" / f"{name}.json").read_text(encoding="utf-8"))
    answers = fixed.answers(body).create([certificate_item(requestId=entry["requestId"]) for entry in body])
    assert len(answers) == len(body) > 0
    for entry in body:
        answer = answers[entry["requestId"]]
        assert list(answer.errors) == entry["validationErrors"]
        if "certificate" in entry:
            assert answer.certificate is not None
            assert answer.certificate.reference == entry["certificate"]["certificateData"]["certificateReference"]
            assert answer.certificate.status == entry["certificate"]["status"]["currentStatus"]


@pytest.mark.shared
def test_the_services_own_single_examples_parse(shared_data: Path, fixed: FixedServer) -> None:
    examples = shared_data / "assessment-service" / "json"

    def example(name: str) -> Any:
        return json.loads((examples / f"{name}.json").read_text(encoding="utf-8"))

    certificate = fixed.answers(example("certificate-get-response-200")).certificate(1, "x", "1")
    assert certificate is not None
    assert (certificate.reference, certificate.course_option) == ("09876543", "French")
    found = fixed.answers(example("learner-get-response-200")).learner(1, "x", "1")
    assert (found.epa_reference, found.latest_epa_date) == ("12345678", dt.date(2026, 6, 2))
    assert fixed.answers(example("standards-options-one-get-response")).options("6")[0] == "Overhead lines"
    assert len(fixed.answers(example("grades-get-response")).grades()) == 7
    for name, status in (("error-400-account", 400), ("error-403-batch-too-large", 403), ("error-403-validation", 403)):
        with pytest.raises(Rejected) as caught:
            fixed.answers(example(name), status).grades()
        assert caught.value.message == example(name)["message"]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "method", "route"),
    [
        ("certificate-create-request", "POST", "certificate"),
        ("certificate-update-request", "PUT", "certificate"),
        ("certificate-submit-request", "POST", "certificate/submit"),
        ("epa-create-request", "POST", "epa"),
        ("epa-update-request", "PUT", "epa"),
    ],
)
def test_the_services_own_request_examples_are_of_the_form_the_stand_in_reads(
    stand_in: StandIn, shared_data: Path, name: str, method: str, route: str
) -> None:
    body = json.loads((shared_data / "assessment-service" / "json" / f"{name}.json").read_text(encoding="utf-8"))
    response = Desk(stand_in).call(method, route, body)
    assert response.status_code == 200
    assert [answer["requestId"] for answer in response.json()] == [item["requestId"] for item in body]
