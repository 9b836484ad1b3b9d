"""A8: signing and ending. D4: reversing."""

import datetime as dt

import pytest

from centres.rules import end_problems, reversal_problems, signature_problems

TODAY = dt.date(2026, 9, 14)
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


@pytest.mark.clause("A8")
@pytest.mark.parametrize(
    ("in_force_from", "ends_on", "reason", "found"),
    [
        (dt.date(2026, 1, 1), TODAY, "closes", []),
        (dt.date(2026, 1, 1), dt.date(2026, 9, 13), "closes", ["ends_too_early"]),
        (dt.date(2026, 1, 1), dt.date(2026, 12, 31), "closes", []),
        (TODAY, TODAY, "closes", []),
        (dt.date(2026, 1, 1), TODAY, " ", ["no_reason"]),
        (dt.date(2026, 1, 1), dt.date(2026, 9, 1), "", ["ends_too_early", "no_reason"]),
    ],
)
def test_a_contract_ends_today_or_later(in_force_from, ends_on, reason, found):
    problems = end_problems(in_force_from=in_force_from, ends_on=ends_on, reason=reason, today=TODAY)
    assert [problem.code for problem in problems] == found


@pytest.mark.clause("D4")
@pytest.mark.parametrize(
    ("is_reversal", "reason", "found"),
    [
        (False, "waived", []),
        (False, " ", ["no_reason"]),
        (True, "waived", ["reverses_reversal"]),
        (True, "", ["reverses_reversal", "no_reason"]),
    ],
)
def test_a_charge_is_taken_back_with_a_reason(is_reversal, reason, found):
    assert [problem.code for problem in reversal_problems(is_reversal=is_reversal, reason=reason)] == found
