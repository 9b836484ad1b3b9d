"""The stand-in goes wrong exactly as ordered: what the caller sees, and what is stored all the same."""

import http.client
import json
import time
from collections import Counter
from urllib.parse import urlsplit

import pytest
import requests

from simulators.assessment_service.faults import Fault, Faults, Kind, Rate, Step, parse
from simulators.assessment_service.process import StandIn, running
from tests.simulators.desk import Desk, certificate_item, learner, reset

ULNS = [1061484016, 1061487856, 1004014316, 9276308686]


def status(response: requests.Response) -> int:
    return response.status_code


def create(desk: Desk) -> requests.Response:
    return desk.call("POST", "certificate", [certificate_item()])


def stored(stand_in: StandIn) -> int:
    return int(stand_in.summary()["certificates"])


@pytest.mark.parametrize(
    ("kind", "code", "certificates"),
    [("commit-then-500", 500, 1), ("500-before-commit", 500, 0), ("rate-limited", 429, 0), ("late-commit", 504, 0)],
)
def test_a_status_that_tells_nothing_of_what_was_stored(
    stand_in: StandIn, desk: Desk, kind: str, code: int, certificates: int
) -> None:
    stand_in.order_faults(f"POST certificate:{kind}@9")
    assert status(create(desk)) == code
    assert stored(stand_in) == certificates
    assert stand_in.summary()["faults"] == {kind: 1}


def test_a_rate_limited_answer_says_for_how_long(stand_in: StandIn, desk: Desk) -> None:
    stand_in.order_faults("*:rate-limited@7")
    refused = create(desk)
    assert refused.headers["Retry-After"] == "7"
    assert refused.json() == {"statusCode": 429, "message": "Rate limit is exceeded. Try again in 7 seconds."}
    assert status(create(desk)) == 200


@pytest.mark.parametrize(("kind", "certificates"), [("commit-then-hang", 1), ("hang-before-commit", 0)])
def test_a_hang_outlasts_the_callers_patience(stand_in: StandIn, desk: Desk, kind: str, certificates: int) -> None:
    stand_in.order_faults(f"POST certificate:{kind}@5")
    with pytest.raises(requests.ReadTimeout):
        requests.post(
            f"{stand_in.url}/api/v1/certificate",
            json=[certificate_item()],
            headers={"Ocp-Apim-Subscription-Key": desk.key},
            timeout=0.4,
        )
    assert stored(stand_in) == certificates


def test_a_hang_that_is_waited_for_ends_without_an_answer(stand_in: StandIn, desk: Desk) -> None:
    stand_in.order_faults("POST certificate:commit-then-hang@0.1")
    with pytest.raises(requests.ConnectionError):
        create(desk)


def test_a_reset_comes_after_the_commit(stand_in: StandIn, desk: Desk) -> None:
    stand_in.order_faults("POST certificate:commit-then-reset")
    with pytest.raises(requests.ConnectionError) as caught:
        create(desk)
    assert "Connection reset by peer" in str(caught.value)
    assert stored(stand_in) == 1


def _raw(stand_in: StandIn) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(urlsplit(stand_in.url).netloc, timeout=5)
    headers = {"Ocp-Apim-Subscription-Key": stand_in.key}
    connection.request("POST", "/api/v1/certificate", json.dumps([certificate_item()]), headers)
    return connection.getresponse()


def test_truncated_json_has_an_honest_length(stand_in: StandIn) -> None:
    stand_in.order_faults("POST certificate:truncated-json")
    response = _raw(stand_in)
    body = response.read()
    assert response.status == 200
    assert int(response.headers["Content-Length"]) == len(body)
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(body.decode("utf-8", "replace"))
    assert stored(stand_in) == 1


def test_a_cut_body_is_shorter_than_it_says(stand_in: StandIn) -> None:
    stand_in.order_faults("POST certificate:cut-body")
    with pytest.raises(http.client.IncompleteRead):
        _raw(stand_in).read()
    assert stored(stand_in) == 1


def batch(desk: Desk) -> requests.Response:
    desk.stand_in.add_learners(*(learner(uln=uln) for uln in ULNS))
    return desk.call("POST", "certificate", [certificate_item(requestId=str(uln), uln=uln) for uln in ULNS])


def test_half_a_batch_fails_and_the_answers_come_backwards(stand_in: StandIn, desk: Desk) -> None:
    stand_in.order_faults("POST certificate:half-failed-reversed")
    answers = batch(desk).json()
    assert [int(answer["requestId"]) for answer in answers] == ULNS[::-1]
    assert ["certificate" in answer for answer in answers] == [False, True, False, True]
    assert [bool(answer["validationErrors"]) for answer in answers] == [True, False, True, False]
    assert [record["uln"] for record in stand_in.certificates()] == ULNS[::2]


def test_a_batch_breaks_off_with_its_first_half_stored(stand_in: StandIn, desk: Desk) -> None:
    stand_in.order_faults("POST certificate:partial-then-500")
    assert status(batch(desk)) == 500
    assert [record["uln"] for record in stand_in.certificates()] == ULNS[:2]


def test_a_late_commit_comes_after_the_caller_was_told_nothing_and_saw_nothing(stand_in: StandIn, desk: Desk) -> None:
    stand_in.order_faults("POST certificate:late-commit@0.5")
    assert status(create(desk)) == 504
    assert status(desk.get("certificate")) == 204
    assert stand_in.summary()["pendingCommits"] == 1
    until = time.monotonic() + 5
    while status(desk.get("certificate")) != 200:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert stored(stand_in) == 1
    assert create(desk).json()[0]["validationErrors"] == [f"Certificate already exists: {desk.reference()}"]


def test_a_late_commit_is_judged_when_it_comes(stand_in: StandIn, desk: Desk) -> None:
    """The one sent meanwhile wins; the late one meets the guard like any other."""
    stand_in.order_faults("POST certificate:late-commit@0.2")
    create(desk)
    assert "certificate" in create(desk).json()[0]
    time.sleep(0.4)
    assert stand_in.summary()["pendingCommits"] == 0
    assert stored(stand_in) == 1


def test_a_reset_of_the_stand_in_calls_off_what_is_late(stand_in: StandIn, desk: Desk) -> None:
    stand_in.order_faults("POST certificate:late-commit@0.2")
    create(desk)
    stand_in.reset()
    time.sleep(0.4)
    assert stored(stand_in) == 0


@pytest.mark.parametrize("kind", ["commit-then-500", "truncated-json", "cut-body", "commit-then-reset"])
def test_submits_and_reads_go_wrong_as_well(stand_in: StandIn, desk: Desk, kind: str) -> None:
    desk.create()
    stand_in.order_faults(f"POST certificate/submit:{kind};GET certificate:500-before-commit")
    with pytest.raises((AssertionError, ValueError, requests.RequestException)):
        desk.submit(reference=desk.reference())
    assert stand_in.certificates()[0]["status"] == "Submitted"
    assert status(desk.get("certificate")) == 500
    assert status(desk.get("certificate")) == 200


def test_a_script_is_used_up_step_by_step_and_only_by_its_route(stand_in: StandIn, desk: Desk) -> None:
    stand_in.order_faults("2*POST certificate:500-before-commit; GET learner:rate-limited@1")
    assert status(desk.get("certificate")) == 204
    assert [status(create(desk)) for _ in range(3)] == [500, 500, 200]
    assert [status(desk.get("learner")) for _ in range(2)] == [429, 200]
    assert stand_in.summary()["faults"] == {"500-before-commit": 2, "rate-limited": 1}


def test_a_refused_key_uses_up_no_fault(stand_in: StandIn, desk: Desk) -> None:
    stand_in.order_faults("*:500-before-commit")
    assert status(create(Desk(stand_in, "nobody's"))) == 401
    assert status(create(desk)) == 500


def _statuses(seed: int) -> list[int]:
    with running("--faults", "50%:500-before-commit,rate-limited@1", "--seed", str(seed)) as stand_in:
        stand_in.add_learners(learner())
        return [status(create(Desk(stand_in))) for _ in range(30)]


def test_faults_at_a_rate_repeat_with_their_seed() -> None:
    first, again, otherwise = _statuses(1), _statuses(1), _statuses(2)
    assert first == again != otherwise
    assert set(first) == {200, 429, 500}


@pytest.mark.parametrize(
    ("text", "steps", "rate"),
    [
        ("", [], Rate()),
        ("3*POST certificate:commit-then-500", [Step("POST certificate", Fault(Kind.COMMIT_THEN_500), 3)], Rate()),
        ("*:late-commit@2.5 ;", [Step("*", Fault(Kind.LATE_COMMIT, 2.5))], Rate()),
        ("40%", [], Rate(0.4)),
        ("5.5%:cut-body,rate-limited@3", [], Rate(0.055, (Kind.CUT_BODY, Kind.RATE_LIMITED), 3.0)),
    ],
)
def test_reading_a_script(text: str, steps: list[Step], rate: Rate) -> None:
    script = parse(text)
    assert (script.steps, script.rate) == (steps, rate)


@pytest.mark.parametrize("text", ["now", "POST certificate:", "40%:nonsense", "x*POST certificate", "*:explode"])
def test_an_unreadable_script_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        parse(text)


def test_a_rate_is_kept_to_and_spares_reads() -> None:
    faults = Faults(parse("40%"), seed=11)
    found = [faults.next("POST certificate") for _ in range(2000)]
    share = sum(fault is not None for fault in found) / len(found)
    assert 0.37 < share < 0.43
    assert set(Counter(fault.kind for fault in found if fault)) == set(Kind)
    assert not any(faults.next("GET certificate") for _ in range(200))


def test_under_a_rain_of_faults_blind_repetition_duplicates_without_the_guard_and_not_with_it() -> None:
    """The control run: a caller that repeats what it got no answer to is found out, which the guard would hide."""
    duplicates = {}
    for flags in ([], ["--no-uniqueness-guard"]):
        with running(*flags) as stand_in, reset(stand_in):
            stand_in.order_faults("60%:commit-then-500,commit-then-reset,500-before-commit", seed=1)
            desk = Desk(stand_in)
            for uln in ULNS:
                stand_in.add_learners(learner(uln=uln))
                _repeat_until_answered(desk, uln)
            duplicates[bool(flags)] = stand_in.summary()["duplicates"]
    assert duplicates[False] == 0
    assert duplicates[True] > 0


def _repeat_until_answered(desk: Desk, uln: int) -> None:
    for _ in range(50):
        try:
            if status(desk.call("POST", "certificate", [certificate_item(uln=uln)])) == 200:
                return
        except requests.ConnectionError:
            continue
    raise AssertionError("no answer in fifty attempts")
