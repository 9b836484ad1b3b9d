"""The rules of records of achievement, consent and claims, on both sides of each boundary."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from certificates import rules
from certificates.rules import ClaimFacts
from foundation import clock
from standards.states import Grade

TODAY = dt.date(2026, 9, 18)
FACTS = ClaimFacts(
    uln="1061484016",
    given_names="Branwen",
    family_name="O'Neill-Ŵyn",
    standard_code=278,
    standard_reference="ST0071",
    version="1.0",
    overall="pass",
    achieved_on=dt.date(2026, 9, 1),
    released=True,
    consent=True,
    organisation="Hertford Motor Group",
    address="1 Ware Road",
    town="Hertford",
    postcode="sg13 8pq",
)
PAYLOAD = rules.claim_payload(FACTS, "0f0e")


def with_changes(**changes: Any) -> ClaimFacts:
    return dataclasses.replace(FACTS, **changes)


@pytest.mark.clause("F3")
@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"grades": {"OBS": "distinction", "DIS": "merit"}, "overall": "merit"}, []),
        ({"released": False}, ["not_released"]),
        ({"released": False, "claimed": True}, ["not_released"]),
        ({"claimed": True}, ["claimed"]),
        ({"overall": "fail"}, ["not_passed"]),
        ({"overall": ""}, ["not_passed"]),
        ({"grades": {"OBS": "pass", "DIS": "fail"}}, ["not_passed"]),
        ({"grades": {}}, ["not_passed"]),
        ({"passed": False}, ["not_passed"]),
    ],
)
def test_a_record_is_for_a_pass_in_all_elements(changes: dict[str, Any], codes: list[str]) -> None:
    facts = {"overall": "pass", "grades": {"OBS": "pass"}, "released": True, "passed": True, "claimed": False}
    assert [problem.code for problem in rules.record_problems(**(facts | changes))] == codes


def london(day: int, hour: int, minute: int = 0, month: int = 9) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=clock.LONDON)


@pytest.mark.clause("F5")
@pytest.mark.parametrize(
    ("now", "friday"),
    [
        (london(18, 16, 9), dt.date(2026, 9, 11)),
        (london(18, 16, 10), dt.date(2026, 9, 18)),
        (london(18, 0, 0), dt.date(2026, 9, 11)),
        (london(18, 23, 59), dt.date(2026, 9, 18)),
        (london(17, 23, 59), dt.date(2026, 9, 11)),
        (london(19, 0, 0), dt.date(2026, 9, 18)),
        (london(20, 9), dt.date(2026, 9, 18)),
        (london(24, 12), dt.date(2026, 9, 18)),
        (london(25, 16, 9), dt.date(2026, 9, 18)),
        (london(25, 16, 10), dt.date(2026, 9, 25)),
        # the week of the change of the clocks, and over the turn of a year
        (london(30, 16, 10, month=10), dt.date(2026, 10, 30)),
        (dt.datetime(2027, 1, 1, 16, 9, tzinfo=clock.LONDON), dt.date(2026, 12, 25)),
        (dt.datetime(2027, 1, 1, 16, 10, tzinfo=clock.LONDON), dt.date(2027, 1, 1)),
    ],
)
def test_the_friday_that_is_due(now: dt.datetime, friday: dt.date) -> None:
    assert rules.claim_week(now) == friday


@pytest.mark.clause("F4")
@pytest.mark.parametrize(("consent", "codes"), [(True, []), (False, ["no_consent"])])
def test_no_consent_no_claim(consent: bool, codes: list[str]) -> None:
    assert [problem.code for problem in rules.claim_problems(with_changes(consent=consent), today=TODAY)] == codes


@pytest.mark.clause("F5")
@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"overall": "distinction"}, []),
        ({"overall": "merit"}, []),
        ({"overall": "fail"}, ["no_pass"]),
        ({"overall": ""}, ["no_pass"]),
        ({"released": False}, ["no_pass"]),
        ({"achieved_on": TODAY}, []),
        ({"achieved_on": TODAY + dt.timedelta(days=1)}, ["achieved_on"]),
        ({"achieved_on": dt.date(2017, 1, 1)}, []),
        ({"achieved_on": dt.date(2016, 12, 31)}, ["achieved_on"]),
        ({"given_names": " "}, ["name"]),
        ({"family_name": ""}, ["name"]),
        ({"family_name": ".."}, ["name"]),
        ({"family_name": "D/Angelo 100%"}, []),
        ({"organisation": " "}, ["organisation"]),
        ({"address": ""}, ["address"]),
        ({"town": ""}, ["address"]),
        ({"postcode": ""}, ["postcode"]),
        ({"postcode": " SG13 8PQ "}, []),
        ({"consent": False, "overall": "fail", "postcode": "x"}, ["no_pass", "no_consent", "postcode"]),
    ],
)
def test_what_leaves_a_pass_out(changes: dict[str, Any], codes: list[str]) -> None:
    assert [problem.code for problem in rules.claim_problems(with_changes(**changes), today=TODAY)] == codes


@pytest.mark.parametrize(
    ("postcode", "valid"),
    [
        ("SG13 8PQ", True),
        ("SG138PQ", True),
        ("M1 1AE", True),
        ("B33 8TH", True),
        ("CR2 6XH", True),
        ("DN55 1PT", True),
        ("W1A 0AX", True),
        ("EC1A 1BB", True),
        ("SW1A 1AA", True),
        ("GIR 0AA", True),
        ("GIR0AA", True),
        ("SG13  8PQ", False),
        ("SG13-8PQ", False),
        ("SG13", False),
        ("8PQ", False),
        ("Q1 1AA", False),
        ("V1 1AA", False),
        ("X1 1AA", False),
        ("SI13 8PQ", False),
        ("SG13 8PC", False),
        ("SG13 8PI", False),
        ("SG13 8P", False),
        ("SG13 8PQQ", False),
        ("GIR 0AB", False),
        ("SG١٣ 8PQ", False),
        ("75008", False),
        ("sg13 8pq", False),  # as typed; the rules compare in capitals
    ],
)
def test_uk_postcodes(postcode: str, valid: bool) -> None:
    assert bool(rules.POSTCODE.match(postcode)) is valid


def test_exactly_what_is_sent() -> None:
    assert PAYLOAD == {
        "requestId": "0f0e",
        "standard": {"standardCode": 278, "standardReference": "ST0071"},
        "learner": {"uln": 1061484016, "familyName": "O'Neill-Ŵyn"},
        "learningDetails": {"version": "1.0", "overallGrade": "Pass", "achievementDate": "2026-09-01T00:00:00Z"},
        "postalContact": {
            "contactName": "Branwen O'Neill-Ŵyn",
            "organisation": "Hertford Motor Group",
            "addressLine1": "1 Ware Road",
            "city": "Hertford",
            "postCode": "SG13 8PQ",
        },
    }


def test_no_version_is_sent_where_the_catalogue_has_none() -> None:
    assert "version" not in rules.claim_payload(with_changes(version=""), "0f0e")["learningDetails"]


@pytest.mark.parametrize(("overall", "sent"), [("pass", "Pass"), ("merit", "Merit"), ("distinction", "Distinction")])
def test_grades_in_the_words_of_the_service(overall: str, sent: str) -> None:
    payload = rules.claim_payload(with_changes(overall=overall), "0f0e")
    assert payload["learningDetails"]["overallGrade"] == sent


def test_every_grade_but_a_fail_has_a_word_there() -> None:
    assert {*Grade} - {*rules.SERVICE_GRADE} == {Grade.FAIL}


def test_the_hash_sees_every_change_but_the_order() -> None:
    turned = dict(reversed(PAYLOAD.items()))
    assert rules.payload_sha256(turned) == rules.payload_sha256(PAYLOAD)
    changed = PAYLOAD | {"postalContact": PAYLOAD["postalContact"] | {"city": "Ware"}}
    assert rules.payload_sha256(changed) != rules.payload_sha256(PAYLOAD)


def test_what_is_submitted_is_flat() -> None:
    assert rules.submit_item(PAYLOAD, "00013001") == {
        "requestId": "0f0e",
        "uln": 1061484016,
        "standardCode": 278,
        "standardReference": "ST0071",
        "familyName": "O'Neill-Ŵyn",
        "certificateReference": "00013001",
    }


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"grade": "PASS", "family_name": "o'neill-ŵyn"}, []),
        ({"uln": None, "family_name": None}, []),
        ({"grade": "Distinction"}, ["the grade differs"]),
        ({"grade": None}, ["the grade differs"]),
        ({"achieved_on": dt.date(2026, 9, 2)}, ["the achievement date differs"]),
        ({"achieved_on": None}, ["the achievement date differs"]),
        ({"family_name": "O'Neill"}, ["the family name differs"]),
        ({"uln": 1061487856}, ["the ULN differs"]),
        ({"grade": "Merit", "achieved_on": None}, ["the grade differs", "the achievement date differs"]),
    ],
)
def test_what_the_service_holds_beside_what_was_claimed(changes: dict[str, Any], found: list[str]) -> None:
    held = {"uln": 1061484016, "grade": "Pass", "achieved_on": dt.date(2026, 9, 1), "family_name": "O'Neill-Ŵyn"}
    assert rules.differences(PAYLOAD, **(held | changes)) == found


@pytest.mark.parametrize(
    ("contact", "version", "changes"),
    [
        ({}, "1.0", False),
        ({}, None, False),
        ({"city": " HERTFORD "}, "1.0", False),
        ({"city": "Ware"}, "1.0", True),
        ({"organisation": None}, "1.0", True),
        ({}, "1.1", True),
    ],
)
def test_a_draft_for_another_address_or_version_is_changed(
    contact: dict[str, Any],
    version: str | None,
    changes: bool,
) -> None:
    assert rules.is_to_change(PAYLOAD, PAYLOAD["postalContact"] | contact, version) is changes


@pytest.mark.parametrize(("status", "refused"), [(None, 0), (1, 0), (2, 0), (3, 1), (6, 1)])
def test_the_withdrawn_are_not_claimed(status: int | None, refused: int) -> None:
    assert len(rules.learner_problems(status)) == refused


@pytest.mark.clause("F5")
@pytest.mark.parametrize(
    ("words", "starts"),
    [
        (["ULN, FamilyName and Standard not found."], ["The service takes its learners"]),
        (["ULN, FamilyName and Standard not found"], ["The service takes its learners"]),
        (["Standard not found"], ["The service does not know ST0071."]),
        (["Provide a postcode; Standard not found"], ["The service does not know ST0071."]),
        (["Cannot find the apprentice details"], ["The service has the apprentice as withdrawn"]),
        (["Certificate not found"], []),
        ([], []),
    ],
)
def test_what_to_check_for_what_the_service_says(words: list[str], starts: list[str]) -> None:
    found = rules.advice(words, "ST0071")
    assert len(found) == len(starts)
    assert all(text.startswith(start) for text, start in zip(found, starts, strict=True))
