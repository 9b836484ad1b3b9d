"""Each of the service's refusals, at each endpoint that says it, over a real socket."""

import json
import re
from pathlib import Path

import pytest

from simulators.assessment_service.process import StandIn
from tests.simulators.desk import Desk
from tests.simulators.refusals import PAIRS, UNREACHABLE, Scene, said


@pytest.mark.parametrize(
    ("scene", "endpoint"), PAIRS, ids=[f"{endpoint}-{scene.message[:45]}" for scene, endpoint in PAIRS]
)
def test_says_its_message(stand_in: StandIn, scene: Scene, endpoint: str) -> None:
    messages = said(stand_in, scene, endpoint)
    assert scene.message.format(reference=Desk(stand_in).reference()) in messages


ACCEPTED = ["certificate.create", "certificate.update", "certificate.submit", "epa.create", "epa.update"]


@pytest.mark.parametrize("endpoint", ACCEPTED)
def test_an_unchanged_request_is_accepted_so_that_each_scene_fails_for_its_own_reason(
    stand_in: StandIn, endpoint: str
) -> None:
    assert said(stand_in, Scene((endpoint,), ""), endpoint) == []


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ({"city": "", "postCode": "X"}, ["Provide a city or town", "Provide a valid UK postcode"]),
        (
            {"uln": 1061487856},
            ["ULN, FamilyName and Standard not found.", "Learner details for ULN: 1061487856 not found"],
        ),
        (
            {"uln": 5, "familyName": "", "overallGrade": ""},
            [
                "Provide apprentice family name",
                "ULN should contain exactly 10 numbers",
                "Select the grade achieved",
                "Learner details for ULN: 5 not found",
            ],
        ),
    ],
)
def test_says_everything_that_is_wrong_in_order(desk: Desk, changes: dict[str, object], messages: list[str]) -> None:
    assert desk.create(**changes)["validationErrors"] == messages


@pytest.mark.parametrize(
    ("postcode", "accepted"),
    [
        ("LS1 4AP", True),
        ("ls14ap", True),
        ("EC1A   1BB", True),
        ("GIR 0AA", True),
        ("W1A 0AX", True),
        (" LS1 4AP", False),
        ("LS1 4AP ", False),
        ("QS1 4AP", False),
        ("LS1 4CP", False),
        ("LS123 4AP", False),
        ("ＬＳ１ ４ＡＰ", False),
    ],
)
def test_postcodes(desk: Desk, postcode: str, accepted: bool) -> None:
    assert (desk.create(postCode=postcode)["validationErrors"] == []) is accepted


@pytest.mark.parametrize(("now", "accepted"), [("2026-09-01T00:00:00Z", True), ("2026-08-31T23:59:59Z", False)])
def test_a_date_at_midnight_is_the_future_until_that_midnight_utc(stand_in: StandIn, now: str, accepted: bool) -> None:
    stand_in.set_clock(now)
    answer = Desk(stand_in).create(achievementDate="2026-09-01T00:00:00")
    assert ("certificate" in answer) is accepted


def test_a_header_moves_the_clock_of_one_request(desk: Desk) -> None:
    moved = {"X-Stand-In-Now": "2026-01-01T00:00:00Z"}
    body = [{"requestId": "1", "learningDetails": {"achievementDate": "2026-02-01"}}]
    errors = desk.call("POST", "certificate", body, **moved).json()[0]["validationErrors"]
    assert "Achievement date cannot be in the future" in errors
    errors = desk.call("POST", "certificate", body).json()[0]["validationErrors"]
    assert "Achievement date cannot be in the future" not in errors


@pytest.mark.parametrize("grade", ["pass", "PASS WITH EXCELLENCE", "Outstanding", "no grade awarded"])
def test_any_grade_is_taken_for_any_standard_and_written_the_services_way(desk: Desk, grade: str) -> None:
    """The service has no grade table of a standard: to keep to the plan's grades is the caller's part."""
    details = desk.create(overallGrade=grade)["certificate"]["certificateData"]["learningDetails"]
    assert details["overallGrade"] == grade.capitalize()


def _pattern(message: str) -> re.Pattern[str]:
    """A message of the derived table, its {placeholders} standing for anything."""
    pieces = re.split(r"'?\{[^}]*\}'?", message)
    return re.compile(".+".join(re.escape(piece) for piece in pieces))


@pytest.mark.shared
def test_every_rule_of_the_derived_table_is_played_at_every_endpoint_it_names(shared_data: Path) -> None:
    """The stand-in cannot lag behind the table of rules read from the service's source."""
    table = json.loads(
        (shared_data / "assessment-service" / "validation-rules-derived.json").read_text(encoding="utf-8")
    )
    played = {(endpoint, scene.message) for scene, endpoint in PAIRS}
    path_endpoints = {"certificate.delete", "epa.delete"}
    missing = [
        (endpoint, rule["message"])
        for rule in table["rules"]
        for endpoint in rule["endpoints"]
        if not any(at == endpoint and _pattern(rule["message"]).fullmatch(message) for at, message in played)
        and rule["message"] not in UNREACHABLE
        # A path names its standard once, so there are no two names that could differ.
        and not (endpoint in path_endpoints and "must be for the same Standard" in rule["message"])
    ]
    assert len(table["rules"]) == 61
    assert missing == []
