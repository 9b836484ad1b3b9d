"""A3, A6, A7: elements decided one by one, appeals, and how long an approval lasts."""

import datetime as dt

import pytest

from centres.rules import (
    AppealFacts,
    ApprovalDays,
    approval_days,
    chosen_problems,
    deciding_problems,
    expiry_problems,
    finding_problems,
    may_appeal_problems,
)

TODAY = dt.date(2026, 9, 14)
DAY = dt.timedelta(days=1)
MONTHS = {"low": 36, "medium": 24, "high": 12}


def codes(problems) -> list[str]:
    return [problem.code for problem in problems]


@pytest.mark.clause("A3")
@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (["ASP"], []),
        (["ASP", "EPA"], []),
        ([], ["no_element"]),
        (["XXX"], ["element_decided"]),
        (["ASP", "XXX"], ["element_decided"]),
    ],
)
def test_what_is_decided_now_is_undecided(chosen, found):
    assert codes(chosen_problems(chosen, ["ASP", "EPA"])) == found


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (AppealFacts(declined=True, until=TODAY), []),
        (AppealFacts(declined=True, until=TODAY - DAY), ["appeal_too_late"]),
        (AppealFacts(declined=False, until=TODAY), ["nothing_declined"]),
        (AppealFacts(declined=True, until=None), ["nothing_declined"]),
        (AppealFacts(declined=True, until=TODAY, waiting=True), ["appeal_waiting"]),
        (AppealFacts(declined=True, until=TODAY, dismissed=True), ["appeal_dismissed"]),
    ],
)
def test_a_refusal_is_appealed_against_once_through_its_last_day(facts, found):
    assert codes(may_appeal_problems(facts, TODAY)) == found


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("declined_it", "interests", "member", "found"),
    [
        (False, [], False, []),
        (True, [], False, ["decides_own_refusal"]),
        (False, ["owns a share"], False, ["decider_has_interest"]),
        (False, [], True, ["decider_has_interest"]),
        (True, [], True, ["decides_own_refusal", "decider_has_interest"]),
    ],
)
def test_an_appeal_is_decided_by_somebody_else_without_an_interest(declined_it, interests, member, found):
    assert codes(deciding_problems("Erica", declined_it, interests, member)) == found


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("risk", "expires", "days"),
    [
        ("low", False, ApprovalDays(dt.date(2029, 7, 16), dt.date(2029, 9, 14), None)),
        ("medium", False, ApprovalDays(dt.date(2028, 7, 16), dt.date(2028, 9, 14), None)),
        ("high", True, ApprovalDays(dt.date(2027, 7, 16), dt.date(2027, 9, 14), dt.date(2027, 9, 14))),
    ],
)
def test_the_higher_the_risk_the_sooner_it_is_looked_at_again(risk, expires, days):
    assert approval_days(TODAY, risk, MONTHS, 60, expires=expires) == days


@pytest.mark.clause("A1", "A6")
@pytest.mark.parametrize(
    ("expires_on", "shut"), [(None, False), (TODAY + DAY, False), (TODAY, True), (TODAY - DAY, True)]
)
def test_the_gate_shuts_on_the_day_the_approval_ends(expires_on, shut):
    assert codes(expiry_problems("EPA", expires_on, TODAY)) == ["approval_expired"] * shut


@pytest.mark.clause("A6")
def test_a_re_review_says_what_was_found():
    assert codes(finding_problems("  ")) == ["no_finding"]
    assert finding_problems("All as it was.") == []
