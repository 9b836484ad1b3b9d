"""The stand-in does what the outside service does: states, shapes, the gateway in front, and what it keeps."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest
import requests

from simulators.assessment_service.process import StandIn, running
from tests.simulators.desk import NAME, ULN, Desk, certificate_item, epa_item, learner, path, reset, submit_item

NAMES = ["O'Neill", "D/Angelo", "van der Berg", "100%", "Ŵyn", "Ŵ/y n'%2F", "Smith?x=1", "a+b", "Müller#2", " Lee "]


def test_a_claim_from_nothing_to_delivery(stand_in: StandIn, desk: Desk) -> None:
    assert desk.get("certificate").status_code == 204
    created = desk.create()
    reference = created["certificate"]["certificateData"]["certificateReference"]
    assert (len(reference), reference.isdigit()) == (8, True)
    assert created["certificate"]["status"] == {"currentStatus": "Ready"}
    submitted = desk.submit(reference=reference)["certificate"]
    assert submitted["status"] == {"currentStatus": "Submitted"}
    assert submitted["submitted"] == {"submittedAt": "2026-09-14T09:00:00", "submittedBy": "API"}
    seen = []
    for _ in range(4):
        stand_in.print_on()
        shown = desk.get("certificate").json()
        seen.append((shown["status"]["currentStatus"], shown.get("delivered", {}).get("status")))
    assert seen == [
        ("SentToPrinter", None),
        ("Printed", "WaitingForDelivery"),
        ("Delivered", "Delivered"),
        ("Delivered", "Delivered"),
    ]
    assert shown["printed"] == {"printedAt": "2026-09-14T09:00:00", "printedBatch": 260914}


def test_the_whole_certificate(desk: Desk) -> None:
    desk.create(department=None, addressLine2="Mill End")
    assert desk.get("certificate").json() == {
        "certificateData": {
            "certificateReference": desk.reference(),
            "standard": {
                "standardCode": 278,
                "standardReference": "ST0071",
                "standardName": "Customer service specialist",
                "level": 3,
            },
            "learner": {"uln": ULN, "givenNames": "Branwen", "familyName": NAME},
            "learningDetails": {
                "version": "1.1",
                "overallGrade": "Pass",
                "achievementDate": "2026-09-01T00:00:00",
                "learningStartDate": "2024-09-02T00:00:00",
                "providerName": "Mill Lane College",
                "providerUkPrn": 10001234,
            },
            "postalContact": {
                "contactName": "Ada Byron",
                "organisation": "Byron Ltd",
                "addressLine1": "1 Mill Lane",
                "addressLine2": "Mill End",
                "city": "Leeds",
                "postCode": "LS1 4AP",
            },
        },
        "status": {"currentStatus": "Ready"},
        "created": {"createdAt": "2026-09-14T09:00:00", "createdBy": "API"},
    }


def test_the_whole_learner_leaves_out_what_it_has_no_value_for(stand_in: StandIn, desk: Desk) -> None:
    stand_in.add_learners(learner(plannedEndDate=None, providerName="", providerUkPrn=0, completionStatus=2))
    assert desk.get("learner").json() == {
        "learnerData": {
            "standard": {
                "standardCode": 278,
                "standardReference": "ST0071",
                "standardName": "Customer service specialist",
                "level": 3,
            },
            "learner": {"uln": ULN, "givenNames": "Branwen", "familyName": NAME},
            "learningDetails": {
                "learnerReferenceNumber": f"A{ULN}",
                "learningStartDate": "2024-09-02T00:00:00",
                "providerName": "",
            },
        },
        "status": {"completionStatus": 2},
    }


def test_a_learner_shows_print_statuses_as_submitted_and_the_pass_the_certificate_added(
    stand_in: StandIn, desk: Desk
) -> None:
    desk.create()
    desk.submit(reference=desk.reference())
    stand_in.print_on("Delivered")
    shown = desk.get("learner").json()
    assert shown["certificate"]["status"] == {"currentStatus": "Submitted"}
    assert not {"printed", "delivered"} & shown["certificate"].keys()
    assert shown["epaDetails"] == {
        "epaReference": desk.reference(),
        "latestEpaDate": "2026-09-01T00:00:00Z",
        "latestEpaOutcome": "Pass",
        "epas": [{"epaDate": "2026-09-01T00:00:00Z", "epaOutcome": "Pass"}],
    }


@pytest.mark.parametrize("organisation", [None, ""])
def test_the_organisation_trap(desk: Desk, organisation: str | None) -> None:
    """Create and Ready ignore the organisation; submit refuses one that is absent and takes one that is empty."""
    assert desk.create(organisation=organisation)["certificate"]["status"]["currentStatus"] == "Ready"
    errors = desk.submit(reference=desk.reference())["validationErrors"]
    assert errors == ([] if organisation == "" else ["Certificate is missing mandatory data"])


def test_ready_needs_a_uln_that_is_no_placeholder(stand_in: StandIn, desk: Desk) -> None:
    stand_in.add_learners(learner(uln=9999999999))
    assert desk.create(uln=9999999999)["certificate"]["status"] == {"currentStatus": "Draft"}


def test_the_standard_may_be_named_by_code_by_reference_or_by_both(desk: Desk) -> None:
    assert desk.create(standardReference=None, standardCode=278)["validationErrors"] == []
    assert desk.get("certificate", standardReference="278").status_code == 200
    assert desk.get("certificate", standardReference="st0071").status_code == 200
    both = submit_item(standardCode=278, reference=desk.reference())
    assert desk.one("POST", "certificate/submit", both)["validationErrors"] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_family_name_is_one_path_part_whatever_it_holds(stand_in: StandIn, desk: Desk, name: str) -> None:
    stand_in.add_learners(learner(familyName=name))
    assert desk.get("learner", familyName=name).json()["learnerData"]["learner"]["familyName"] == name
    assert desk.create(familyName=name)["validationErrors"] == []
    assert desk.get("certificate", familyName=name.swapcase()).status_code == 200
    assert desk.get("certificate", familyName=name + "x").status_code == 403
    gone = desk.call("DELETE", f"certificate/{path(familyName=name, reference=desk.reference())}")
    assert gone.status_code == 204


def test_a_name_that_is_not_encoded_finds_nothing(stand_in: StandIn, desk: Desk) -> None:
    stand_in.add_learners(learner(familyName="D/Angelo"))
    assert desk.call("GET", f"learner/{ULN}/D/Angelo/ST0071").status_code == 404


def test_only_case_is_forgiven_in_a_family_name(desk: Desk) -> None:
    assert desk.get("learner", familyName=NAME.upper()).status_code == 200
    assert desk.get("learner", familyName=NAME.replace("Ŵ", "W")).status_code == 403
    assert desk.get("learner", familyName=NAME.replace("'", "’")).status_code == 403


def test_a_deleted_certificate_comes_back_under_its_reference(desk: Desk) -> None:
    desk.create()
    first = desk.reference()
    assert desk.call("DELETE", f"certificate/{path(reference=first)}").status_code == 204
    assert desk.get("certificate").status_code == 204
    revived = desk.create(overallGrade="Merit")["certificate"]["certificateData"]
    assert (revived["certificateReference"], revived["learningDetails"]["overallGrade"]) == (first, "Merit")
    assert len(desk.stand_in.certificates()) == 1


def test_an_update_replaces_what_was_asked_and_keeps_the_reference(stand_in: StandIn, desk: Desk) -> None:
    desk.create(version="1.0")
    stand_in.add_learners(learner(givenNames="Bronwen"))
    changed = desk.update(reference=desk.reference(), overallGrade="Distinction", department="Paint")["certificate"]
    details = changed["certificateData"]["learningDetails"]
    assert (details["version"], details["overallGrade"]) == ("1.0", "Distinction")
    assert changed["certificateData"]["postalContact"]["department"] == "Paint"
    assert changed["certificateData"]["learner"]["givenNames"] == "Bronwen"


def test_a_failed_epa_is_submitted_at_once_never_shown_never_printed_and_open_to_a_later_pass(
    stand_in: StandIn, desk: Desk
) -> None:
    reference = desk.epa("Pass", "Fail")["epaReference"]
    assert [(record["status"], record["grade"]) for record in stand_in.certificates()] == [("Submitted", "Fail")]
    assert desk.get("certificate").status_code == 204
    assert stand_in.print_on("Delivered") == []
    created = desk.create()["certificate"]
    assert created["certificateData"]["certificateReference"] == reference
    assert created["status"] == {"currentStatus": "Ready"}
    epas = desk.get("learner").json()["epaDetails"]["epas"]
    assert [epa["epaOutcome"] for epa in epas] == ["Pass", "Fail", "Pass"]


def test_a_passed_epa_is_a_draft_without_grade_that_a_certificate_completes(desk: Desk) -> None:
    reference = desk.epa("fail", "PASS")["epaReference"]
    assert desk.get("certificate").status_code == 204
    assert desk.get("learner").json()["epaDetails"]["latestEpaOutcome"] == "Pass"
    assert desk.create()["certificate"]["certificateData"]["certificateReference"] == reference


def test_an_epa_update_replaces_the_history(stand_in: StandIn, desk: Desk) -> None:
    desk.epa("Fail")
    desk.epa("Fail", "Withdrawn", method="PUT", reference=desk.reference())
    [record] = stand_in.certificates()
    assert (record["status"], record["grade"], len(record["epas"])) == ("Draft", None, 2)
    desk.epa("Pass", method="PUT", reference=desk.reference())
    assert [epa["epaOutcome"] for epa in stand_in.certificates()[0]["epas"]] == ["Pass"]


@pytest.mark.parametrize("option", ["oak", "Oa", "", None])
def test_an_epa_takes_a_part_of_an_option_or_none(stand_in: StandIn, desk: Desk, option: str | None) -> None:
    stand_in.add_learners(learner(standardCode=9001))
    asked: dict[str, Any] = {"standardReference": "ST9001", "version": "1.0", "courseOption": option}
    assert desk.epa("Pass", **asked)["validationErrors"] == []
    stand_in.reset()
    assert ("certificate" in desk.create(**asked)) is (option == "oak")


def test_a_deleted_epa_leaves_nothing_behind_and_may_be_reported_anew(desk: Desk) -> None:
    reference = desk.epa("Fail")["epaReference"]
    assert desk.call("DELETE", f"epa/{path(reference=reference)}").status_code == 204
    assert "epaDetails" not in desk.get("learner").json()
    assert desk.epa("Pass")["epaReference"] == reference


def test_another_organisation_sees_a_certificate_without_reference_grade_and_address(desk: Desk, other: Desk) -> None:
    desk.create()
    seen = other.get("certificate").json()
    assert not {"certificateReference", "postalContact"} & seen["certificateData"].keys()
    assert not {"overallGrade", "achievementDate"} & seen["certificateData"]["learningDetails"].keys()
    assert seen["certificateData"]["learner"]["familyName"] == NAME
    assert "certificateReference" not in other.get("learner").json()["certificate"]["certificateData"]
    assert "epaDetails" not in other.get("learner").json()


def test_the_version_follows_the_start_date_unless_it_is_confirmed_or_asked(stand_in: StandIn, desk: Desk) -> None:
    found = []
    for changes in ({"learningStartDate": "2023-08-31"}, {}, {"version": "1.0"}):
        stand_in.reset()
        stand_in.set_clock("2026-09-14T09:00:00Z")
        stand_in.add_learners(learner(**changes))
        found.append(desk.create()["certificate"]["certificateData"]["learningDetails"]["version"])
    assert found == ["1.0", "1.1", "1.0"]


def test_a_confirmed_option_is_taken_where_none_is_asked(stand_in: StandIn, desk: Desk) -> None:
    stand_in.add_learners(learner(standardCode=9001, courseOption="Elm", version="1.0"))
    created = desk.create(standardReference="ST9001")["certificate"]["certificateData"]
    assert created["learningDetails"]["courseOption"] == "Elm"


def test_a_batch_answers_200_whatever_becomes_of_its_items(stand_in: StandIn, desk: Desk) -> None:
    stand_in.add_learners(learner(uln=1061487856))
    items = [
        certificate_item(requestId="a", city=""),
        certificate_item(requestId="b"),
        certificate_item(requestId="c", uln=1061487856),
        certificate_item(requestId="d", uln=1004014316),
        certificate_item(requestId=None, uln=1004014316),
    ]
    response = desk.call("POST", "certificate", items)
    assert response.status_code == 200
    assert [(answer.get("requestId"), "certificate" in answer) for answer in response.json()] == [
        ("a", False),
        ("b", True),
        ("c", True),
        ("d", False),
        (None, False),
    ]
    assert [answer["validationErrors"] for answer in response.json()[1:3]] == [[], []]
    assert desk.call("POST", "certificate", items[:1]).status_code == 200


@pytest.mark.parametrize(
    ("method", "route", "build"),
    [
        ("POST", "certificate", certificate_item),
        ("PUT", "certificate", certificate_item),
        ("POST", "certificate/submit", submit_item),
        ("POST", "epa", epa_item),
        ("PUT", "epa", epa_item),
    ],
)
def test_batches_stop_at_25(desk: Desk, method: str, route: str, build: Any) -> None:
    items = [build(requestId=str(number)) for number in range(26)]
    assert len(desk.call(method, route, items[:25]).json()) == 25
    refused = desk.call(method, route, items)
    assert (refused.status_code, refused.json()) == (
        403,
        {"statusCode": 403, "message": "Batch limited to 25 requests"},
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{}",
        b"[null]",
        b"[1]",
        b'[{"learner": []}]',
        b'[{"learner": {"uln": "ten"}}]',
        b'[{"learner": {"uln": 1.5}}]',
        b'[{"learner": {"uln": ""}}]',
        b'[{"learner": {"uln": true}}]',
        b'[{"learner": {"uln": 9223372036854775808}}]',
        b'[{"learningDetails": {"achievementDate": ""}}]',
        b'[{"learningDetails": {"achievementDate": "1 May 2026"}}]',
        b'[{"learningDetails": {"achievementDate": "0001-01-01T00:00:00+01:00"}}]',
        b'[{"learningDetails": {"achievementDate": 5}}]',
        b'[{"postalContact": {"city": ["Leeds"]}}]',
        b"\xff",
    ],
)
def test_input_of_the_wrong_form_is_refused_as_a_whole(stand_in: StandIn, body: bytes) -> None:
    response = requests.post(
        f"{stand_in.url}/api/v1/certificate",
        body,
        headers={"Ocp-Apim-Subscription-Key": "stand-in"},
        timeout=10,
    )
    assert (response.status_code, response.json()["message"]) == (
        403,
        "Your request contains invalid input. Please ensure it matches the swagger definition and try again.",
    )


def test_epa_truth_values_have_to_be_true_or_false(desk: Desk) -> None:
    epas = [{"epaDate": "2026-08-28", "epaOutcome": "Pass", "resit": False, "retake": True}]
    assert desk.epa(epas=epas)["validationErrors"] == []
    assert desk.get("learner").json()["epaDetails"]["epas"] == [
        {"epaDate": "2026-08-28T00:00:00Z", "epaOutcome": "Pass", "resit": False, "retake": True}
    ]
    assert desk.call("POST", "epa", [epa_item(epas=[{"resit": "yes"}])]).status_code == 403


def test_member_names_in_any_case_and_numbers_as_text_are_read(desk: Desk) -> None:
    item = json.loads(
        json.dumps(certificate_item()).replace('"familyName"', '"FAMILYNAME"').replace('"learner"', '"Learner"')
    )
    item["Learner"]["uln"] = str(ULN)
    item["requestId"] = 17
    answer = desk.one("POST", "certificate", item)
    assert (answer["requestId"], answer["validationErrors"]) == ("17", [])


@pytest.mark.parametrize(
    ("key", "status", "message"),
    [
        ("", 401, "Access denied due to missing subscription key. Make sure to include subscription key"),
        ("nobody's", 401, "Access denied due to invalid subscription key."),
        ("stand-in-unlinked", 400, "Your account is not linked to a valid UKPRN"),
        ("stand-in-no-email", 400, "Your account is not linked to a valid Email address"),
    ],
)
def test_the_key_says_who_calls(stand_in: StandIn, key: str, status: int, message: str) -> None:
    response = Desk(stand_in, key).get("learner")
    assert (response.status_code, response.json()["statusCode"]) == (status, status)
    assert response.json()["message"].startswith(message)


@pytest.mark.parametrize(
    ("method", "route"),
    [
        ("GET", "certificates"),
        ("GET", f"learner/{ULN}//ST0071"),
        ("GET", f"learner/{ULN}/{NAME}"),
        ("DELETE", "certificate"),
        ("POST", "learner"),
        ("PUT", "certificate/submit"),
        ("GET", "standard/options"),
    ],
)
def test_other_addresses_are_not_there(desk: Desk, method: str, route: str) -> None:
    assert desk.call(method, route, []).status_code == 404


def test_a_uln_in_a_path_has_to_be_a_number(desk: Desk) -> None:
    assert desk.call("GET", f"learner/x{ULN}/Smith/ST0071").status_code == 403


def test_fixed_parts_of_an_address_are_matched_in_any_case(desk: Desk) -> None:
    assert desk.call("GET", "Certificate/Grades").status_code == 200


def test_grades_options_and_ping(stand_in: StandIn, desk: Desk) -> None:
    assert desk.call("GET", "certificate/grades").json() == [
        "Pass", "Credit", "Merit", "Distinction", "Pass with excellence", "Outstanding", "No grade awarded",
    ]  # fmt: skip
    oak = {"standardCode": 9001, "standardReference": "ST9001", "version": "1.0", "courseOption": ["Oak", "Elm"]}
    assert desk.call("GET", "standards/options").json()[0] == oak
    assert desk.call("GET", "standards/options/9001/1.0").json() == oak
    assert desk.call("GET", "standards/options/ST9001").json()["courseOption"] == ["Oak", "Ash"]
    assert desk.call("GET", "standards/options/ST0071").status_code == 204
    assert desk.call("GET", "standards/options/ST0404").status_code == 404
    assert desk.call("GET", "standards/options/ST9001/3.0").status_code == 404
    ping = requests.get(f"{stand_in.url}/Ping", headers={"Ocp-Apim-Subscription-Key": "stand-in"}, timeout=10)
    assert ping.json() == "Pong"


def test_too_many_calls_from_one_address_are_told_when_to_come_back() -> None:
    with running(rate_limit=True) as stand_in:
        desk = Desk(stand_in)
        statuses = [desk.call("GET", "certificate/grades").status_code for _ in range(121)]
        assert statuses == [200] * 120 + [429]
        refused = desk.call("GET", "certificate/grades")
        assert 0 < int(refused.headers["Retry-After"]) <= 60
        assert refused.json()["message"].startswith("Rate limit is exceeded. Try again in ")
        stand_in.set_limit(0)
        assert desk.call("GET", "certificate/grades").status_code == 200


def test_a_body_over_32_kb_is_refused(desk: Desk) -> None:
    assert desk.call("POST", "certificate", [certificate_item(department="x" * 32_768)]).status_code == 413


def test_connections_are_kept_and_answers_prompt(stand_in: StandIn) -> None:
    with requests.Session() as session:
        session.headers["Ocp-Apim-Subscription-Key"] = "stand-in"
        times = [session.get(f"{stand_in.url}/api/v1/certificate/grades", timeout=10).elapsed for _ in range(20)]
    assert sorted(times)[10].total_seconds() < 0.035


def test_a_restart_keeps_certificates_learners_and_the_next_reference(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with running("--state", str(state)) as stand_in, reset(stand_in):
        Desk(stand_in).create()
        Desk(stand_in).submit(reference=Desk(stand_in).reference())
    with running("--state", str(state)) as stand_in:
        desk = Desk(stand_in)
        assert desk.get("certificate").json()["status"] == {"currentStatus": "Submitted"}
        stand_in.add_learners(learner(uln=1061487856))
        created = desk.create(uln=1061487856)["certificate"]["certificateData"]
        assert int(created["certificateReference"]) == int(stand_in.certificates()[0]["reference"]) + 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["state.json"]


def test_a_data_file_replaces_the_parts_it_names(tmp_path: Path) -> None:
    data = tmp_path / "data.json"
    data.write_text(json.dumps({"learners": [learner(familyName="Ŵyn")]}), encoding="utf-8")
    with running("--data", str(data)) as stand_in:
        desk = Desk(stand_in)
        assert desk.get("learner", familyName="ŵyn").status_code == 200
        assert desk.get("learner", uln=1002327805, familyName="1002327805").status_code == 403


def test_a_data_file_that_is_not_there_yet_leaves_the_seed(tmp_path: Path) -> None:
    with running("--data", str(tmp_path / "none.json")) as stand_in:
        assert Desk(stand_in).get("learner", uln=1002327805, familyName="1002327805").status_code == 200


def test_the_clock_file_of_the_portal_moves_this_clock_too(tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    with running("--clock-file", str(clock)) as stand_in:
        stand_in.add_learners(learner())
        desk = Desk(stand_in)
        assert "certificate" not in desk.create(achievementDate="2095-01-01")
        clock.write_text(str(90 * 365.25 * 86400))
        assert "certificate" in desk.create(achievementDate="2095-01-01")


def _at_once(count: int, work: Any) -> None:
    start = threading.Barrier(count)

    def wait_and_work() -> None:
        start.wait()
        work()

    threads = [threading.Thread(target=wait_and_work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_guard_lets_one_of_many_creates_through(stand_in: StandIn, desk: Desk) -> None:
    _at_once(8, desk.create)
    assert (stand_in.summary()["certificates"], stand_in.summary()["duplicates"]) == (1, 0)


def test_without_the_guard_duplicates_arise_and_are_counted() -> None:
    with running("--no-uniqueness-guard") as stand_in, reset(stand_in):
        desk = Desk(stand_in)
        _at_once(8, desk.create)
        assert (stand_in.summary()["certificates"], stand_in.summary()["duplicates"]) == (8, 7)
        first = stand_in.certificates()[0]["reference"]
        assert desk.submit(reference=first)["certificate"]["certificateData"]["certificateReference"] == first
        assert stand_in.summary()["byStatus"] == {"Draft": 7, "Submitted": 1}


def test_the_summary_and_the_log_name_nobody(stand_in: StandIn, desk: Desk) -> None:
    desk.get("learner")
    desk.create()
    desk.submit(reference=desk.reference())
    summary = stand_in.summary()
    assert summary["requests"] == {
        "GET learner 200": 1, "POST certificate 200": 1, "POST certificate/submit 200": 1,
    }  # fmt: skip
    assert (summary["certificates"], summary["submissions"], summary["duplicates"]) == (1, 1, 0)
    told = json.dumps([stand_in.requests(), summary])
    assert str(ULN) not in told
    assert "Neill" not in told


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("learners", [{"uln": 1}]),
        ("learners", [learner(standardCode=1)]),
        ("clock", {"now": "yesterday"}),
        ("faults", {"script": "perhaps"}),
        ("faults", {"script": "POST certificate:explode"}),
        ("print", {"to": "Lost"}),
        ("status", {"reference": "00000000", "status": "Draft"}),
        ("limit", {}),
    ],
)
def test_handles_refuse_what_they_cannot_use(stand_in: StandIn, name: str, body: object) -> None:
    response = requests.post(f"{stand_in.url}/_control/{name}", json=body, timeout=10)
    assert (response.status_code, list(response.json())) == (400, ["error"])


def test_handles_list_themselves(stand_in: StandIn) -> None:
    listed = "\n".join(stand_in.control("GET", "")["help"])
    assert "NOT part of the real service" in listed
    assert requests.get(f"{stand_in.url}/_control/nothing", timeout=10).status_code == 404


def test_a_reset_keeps_or_forgets_added_learners(stand_in: StandIn, desk: Desk) -> None:
    stand_in.reset()
    assert desk.get("learner").status_code == 200
    stand_in.reset(learners=True)
    assert desk.get("learner").status_code == 403
    assert desk.get("learner", uln=1002327805, familyName="1002327805").status_code == 200


def test_printing_leaves_drafts_and_those_without_an_address_alone(stand_in: StandIn, desk: Desk) -> None:
    desk.create()
    assert stand_in.print_on() == []
    desk.submit(reference=desk.reference())
    assert stand_in.print_on("NotDelivered", ["00000000"]) == []
    assert stand_in.print_on("NotDelivered") == [desk.reference()]
    shown = desk.get("certificate").json()
    assert (shown["status"]["currentStatus"], shown["delivered"]["status"]) == ("NotDelivered", "NotDelivered")
    stand_in.print_on("Reprint")
    shown = desk.get("certificate").json()
    assert (shown["status"]["currentStatus"], shown.get("printed"), shown.get("delivered")) == ("Reprint", None, None)
    assert stand_in.print_on() == [desk.reference()]


def test_a_fail_is_not_printed_even_where_an_address_was_left_from_before(stand_in: StandIn, desk: Desk) -> None:
    desk.create()
    desk.call("DELETE", f"certificate/{path(reference=desk.reference())}")
    desk.epa("Fail")
    assert stand_in.print_on("Printed") == []


@pytest.mark.parametrize("status", ["Cancelled", "ToBeApproved", "NoCertificate"])
def test_legacy_states_are_never_shown(stand_in: StandIn, desk: Desk, status: str) -> None:
    desk.create()
    stand_in.set_status(desk.reference(), status)
    assert desk.get("certificate").status_code == 204
