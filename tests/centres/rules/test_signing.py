"""A8: what a signature in the portal consists of."""

import dataclasses
import datetime as dt

import pytest

from centres import rules
from centres.rules import signature_problems

SIGNED = {"name": "Robin", "role": "Director", "consent": True, "shown_sha256": "a", "document_sha256": "a"}


@pytest.mark.clause("A8")
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"name": " "}, ["no_name"]),
        ({"role": ""}, ["no_role"]),
        ({"consent": False}, ["no_consent"]),
        ({"shown_sha256": "b"}, ["other_document"]),
        ({"shown_sha256": ""}, ["other_document"]),
        ({"name": "", "role": "", "consent": False, "shown_sha256": "b"},
         ["no_name", "no_role", "no_consent", "other_document"]),
    ],
)  # fmt: skip
def test_a_signature_is_whole(changes, found):
    assert [problem.code for problem in signature_problems(**{**SIGNED, **changes})] == found


NOW = dt.datetime(2026, 9, 14, 12, 0, tzinfo=dt.UTC)
CODE = rules.CodeFacts("a", NOW + dt.timedelta(seconds=1), 0, used=False)


def codes(problems) -> list[str]:
    return [problem.code for problem in problems]


@pytest.mark.clause("A8")
@pytest.mark.parametrize(
    ("changes", "matches", "found"),
    [
        ({}, True, []),
        ({}, False, ["wrong_code"]),
        ({"tries": 4}, True, []),
        ({"tries": 4}, False, ["wrong_code"]),
        ({"tries": 5}, True, ["code_tries"]),
        ({"expires_at": NOW}, True, ["code_expired"]),
        ({"used": True}, True, ["no_code"]),
        ({"document_sha256": "b"}, True, ["no_code"]),
    ],
)
def test_a_code_is_good_for_one_document_fifteen_minutes_five_tries_and_once(changes, matches, found):
    code = dataclasses.replace(CODE, **changes)
    assert codes(rules.code_problems(code, matches=matches, document_sha256="a", now=NOW)) == found


@pytest.mark.clause("A8")
def test_without_a_code_there_is_no_signature():
    assert codes(rules.code_problems(None, matches=False, document_sha256="a", now=NOW)) == ["no_code"]


@pytest.mark.clause("A8")
@pytest.mark.parametrize(
    ("seconds", "used", "found"),
    [
        ([], False, []),
        ([59], False, ["code_too_soon"]),
        ([60], False, []),
        ([1], True, []),
        ([3599, 3000, 2000, 1000, 60], False, ["code_too_often"]),
        ([3600, 3000, 2000, 1000, 60], False, []),
        ([3599, 3000, 2000, 1000, 60], True, ["code_too_often"]),
    ],
)
def test_codes_are_sent_a_minute_apart_and_five_an_hour(seconds, used, found):
    sent = [NOW - dt.timedelta(seconds=ago) for ago in seconds]
    assert codes(rules.code_request_problems(sent, latest_used=used, now=NOW)) == found


@pytest.mark.clause("A8")
@pytest.mark.parametrize(
    ("day", "changes", "holds"),
    [
        (13, {}, False),
        (14, {}, True),
        (20, {}, True),
        (21, {}, False),
        (99, {"ends_on": None}, True),
        (15, {"revoked": True}, False),
    ],
)
def test_an_authorisation_holds_from_its_first_to_its_last_day(day, changes, holds):
    first = dt.date(2026, 9, 14)
    facts = {"starts_on": first, "ends_on": dt.date(2026, 9, 20), "revoked": False}
    on = first + dt.timedelta(days=day - 14)
    assert rules.authority_holds(**{**facts, **changes}, on=on) is holds


@pytest.mark.clause("A8")
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"role_title": " "}, ["no_role"]),
        ({"is_member": False}, ["not_of_centre"]),
        ({"ends_on": dt.date(2026, 9, 13)}, ["backwards"]),
        ({"ends_on": dt.date(2026, 9, 14)}, []),
    ],
)
def test_an_owner_authorises_somebody_of_the_centre(changes, found):
    facts = {"role_title": "Manager", "is_member": True, "starts_on": dt.date(2026, 9, 14), "ends_on": None}
    assert codes(rules.authority_problems(**{**facts, **changes})) == found


@pytest.mark.clause("A8")
@pytest.mark.parametrize("missing", ["", *rules.COPY_CHECKS])
def test_all_of_a_copy_signed_on_paper_is_compared(missing):
    checked = [name for name in rules.COPY_CHECKS if name != missing]
    problems = rules.copy_check_problems(checked)
    assert codes(problems) == (["not_checked"] if missing else [])
    assert not missing or rules.COPY_CHECKS[missing] in problems[0].message


@pytest.mark.clause("A8")
@pytest.mark.parametrize(
    ("sealed", "issued", "token", "verdict"),
    [
        (True, False, True, "sealed"),
        (False, True, False, "issued"),
        (False, False, True, "changed"),
        (False, False, False, "unknown"),
    ],
)
def test_only_the_very_bytes_are_genuine(sealed, issued, token, verdict):
    assert rules.genuine(is_sealed=sealed, is_issued=issued, has_known_token=token) == verdict


def test_the_token_of_a_seal_is_found_in_the_bytes_and_nothing_else_is():
    token = "0123456789abcdef" * 2
    reason = rules.seal_reason("CON-26-000001", token).encode()
    assert rules.tokens_in(b"..." + reason + b"..." + reason) == [token]
    assert rules.tokens_in(reason.replace(b"f", b"F")) == []
