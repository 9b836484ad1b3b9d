"""Requests, cancelling and exceptional circumstances on both sides of every boundary (E1–E6)."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from epa.rules import booking as rules
from epa.rules.booking import BookingFacts, Cancellation
from foundation.errors import Problem
from tests.epa import values

TODAY = dt.date(2026, 6, 16)  # a Tuesday; 90 days later is Monday 14 September
CALENDAR = values.calendar()
FINE = BookingFacts("epa", True, "preparing", "")
FEE = Decimal("640.00")


def codes(problems: list[Problem]) -> list[tuple[str, str, bool]]:
    return [(problem.code, problem.clause, problem.warning) for problem in problems]


def days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


def asked(facts: BookingFacts = FINE, desired_on: dt.date | None = None, declared_by: str = "Ann Owner") -> list:
    return codes(
        rules.request_problems(
            facts,
            values.settings(),
            today=TODAY,
            desired_on=desired_on or TODAY + days(90),
            declared_by=declared_by,
            calendar=CALENDAR,
        )
    )


@pytest.mark.clause("E1", "E2", "E6")
def test_a_good_request() -> None:
    assert asked() == []


@pytest.mark.clause("E1")
@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (replace(FINE, package_kind="support"), [("not_registered", "E1", False)]),
        (replace(FINE, registration_active=False), [("not_registered", "E1", False)]),
        (replace(FINE, epa_state="in_period"), []),
        (replace(FINE, epa_state="result_due"), [("epa_over", "E1", False)]),
        (replace(FINE, epa_state="passed"), [("epa_over", "E1", False)]),
        (replace(FINE, epa_state="withdrawn"), [("epa_over", "E1", False)]),
        (replace(FINE, open_booking="BK-26-000001-A"), [("open_booking", "E1", False)]),
    ],
)
def test_who_can_be_booked(facts: BookingFacts, expected: list) -> None:
    assert asked(facts) == expected


@pytest.mark.clause("E2")
@pytest.mark.parametrize(
    ("away", "expected"),
    [
        (-1, [("notice", "E2", False)]),
        (0, [("notice", "E2", False)]),
        (89, [("notice", "E2", False), ("no_working_day", "E2", True)]),
        (90, []),
        (91, []),
    ],
)
def test_ninety_days_of_notice(away: int, expected: list) -> None:
    assert asked(desired_on=TODAY + days(away)) == expected


@pytest.mark.clause("E2")
@pytest.mark.parametrize(("notice", "expected"), [(91, [("notice", "E2", False)]), (90, []), (10, [])])
def test_the_notice_is_a_setting(notice: int, expected: list) -> None:
    settings = values.settings(booking_notice_days=notice)
    assert codes(rules.notice_problems(settings, today=TODAY, desired_on=TODAY + days(90))) == expected


@pytest.mark.clause("E2")
def test_a_short_notice_says_how_short_and_from_when() -> None:
    (problem,) = rules.notice_problems(values.settings(), today=TODAY, desired_on=TODAY + days(89))
    assert problem.message == (
        "Sun 13 Sep 2026 is 89 days away; a request is made at least 90 days before the desired date, so the earliest "
        "is Mon 14 Sep 2026 — guidance, Booking an EPA."
    )


@pytest.mark.clause("E2")
def test_the_two_ends_of_the_notice_fit_each_other() -> None:
    settings = values.settings()
    assert rules.last_day_to_request(settings, rules.earliest_desired(settings, TODAY)) == TODAY


@pytest.mark.clause("C1")
@pytest.mark.parametrize(
    ("desired_on", "expected"),
    [
        (dt.date(2026, 6, 30), [("window", "C1", False)]),
        (dt.date(2026, 7, 1), []),
        (dt.date(2026, 10, 1), []),
        (dt.date(2026, 10, 2), [("window", "C1", False)]),
    ],
)
def test_once_the_period_runs_the_day_lies_in_the_window(desired_on: dt.date, expected: list) -> None:
    facts = replace(FINE, starts_on=dt.date(2026, 7, 1), ends_on=dt.date(2026, 10, 1))
    found = rules.day_problems(facts, values.settings(), desired_on=desired_on, calendar=CALENDAR)
    assert codes(found) == expected


@pytest.mark.clause("E2")
@pytest.mark.parametrize(
    ("desired_on", "expected"),
    [
        (dt.date(2026, 12, 24), []),
        (dt.date(2026, 12, 25), [("no_working_day", "E2", True)]),
        (dt.date(2026, 12, 27), [("no_working_day", "E2", True)]),
        (dt.date(2031, 1, 2), [("horizon", "", False)]),
    ],
)
def test_a_day_nobody_works_only_asks(desired_on: dt.date, expected: list) -> None:
    assert codes(rules.day_problems(FINE, values.settings(), desired_on=desired_on, calendar=CALENDAR)) == expected


@pytest.mark.clause("E6")
@pytest.mark.parametrize(("name", "expected"), [("", 1), ("  ", 1), ("Ann Owner", 0)])
def test_somebody_declares_by_name(name: str, expected: int) -> None:
    assert codes(rules.declaration_problems(name)) == [("declaration", "E6", False)] * expected


@pytest.mark.clause("E2")
@pytest.mark.parametrize(
    ("booking", "gateway", "expected"),
    [
        ("requested", "collecting", True),
        ("requested", "submitted", True),
        ("requested", "accepted", False),
        ("confirmed", "returned", True),
        ("confirmed", "accepted", False),
        ("cancelled", "collecting", False),
        ("declined", "collecting", False),
    ],
)
def test_provisional_until_the_gateway_is_accepted(booking: str, gateway: str, expected: bool) -> None:
    assert rules.is_provisional(booking, gateway) is expected


@pytest.mark.clause("E4")
@pytest.mark.parametrize(
    ("before", "by_imi", "charged"),
    [
        (31, False, False),
        (30, False, True),
        (29, False, True),
        (1, False, True),
        (0, False, True),
        (-5, False, True),
        (31, True, False),
        (30, True, False),
        (0, True, False),
        (None, False, False),
        (None, True, False),
    ],
)
def test_cancelling_within_thirty_days_costs_the_full_fee(before: int | None, by_imi: bool, charged: bool) -> None:
    first = None if before is None else TODAY + days(before)
    found = rules.cancellation(first, TODAY, values.settings(), by_imi=by_imi, fee=FEE)
    assert found == Cancellation(
        charged=charged,
        fee=FEE if charged else Decimal("0.00"),
        reason=found.reason,
        facts={
            "first_confirmed_on": first.isoformat() if first else None,
            "cancelled_on": "2026-06-16",
            "days": before,
            "limit": 30,
            "by_imi": by_imi,
            "full_fee": "640.00",
        },
    )


@pytest.mark.clause("E4")
@pytest.mark.parametrize(
    ("before", "by_imi", "reason"),
    [
        (None, False, "no date was confirmed yet, so nothing is charged"),
        (5, True, "IMI makes the change, so nothing is charged"),
        (
            30,
            False,
            (
                "it is 30 days before the first confirmed assessment date, Thu 16 Jul 2026; cancelling within 30 days "
                "of it is charged the full EPA fee"
            ),
        ),
        (
            31,
            False,
            (
                "it is 31 days before the first confirmed assessment date, Fri 17 Jul 2026; nothing is charged when it "
                "is more than 30 days before"
            ),
        ),
    ],
)
def test_the_reason_is_said_in_words(before: int | None, by_imi: bool, reason: str) -> None:
    first = None if before is None else TODAY + days(before)
    assert rules.cancellation(first, TODAY, values.settings(), by_imi=by_imi, fee=FEE).reason == reason


@pytest.mark.clause("E4")
@pytest.mark.parametrize(("limit", "charged"), [(13, False), (14, True), (15, True)])
def test_the_days_are_a_setting(limit: int, charged: bool) -> None:
    settings = values.settings(late_cancellation_days=limit)
    assert rules.cancellation(TODAY + days(14), TODAY, settings, by_imi=False, fee=FEE).charged is charged


@pytest.mark.clause("E4")
@pytest.mark.parametrize(("shown", "expected"), [("640.00", 0), ("640", 0), ("0.00", 1), ("639.99", 1)])
def test_nobody_pays_another_fee_than_was_shown(shown: str, expected: int) -> None:
    assert codes(rules.shown_fee_problems(FEE, Decimal(shown))) == [("fee_changed", "E4", False)] * expected


@pytest.mark.clause("E5")
@pytest.mark.parametrize(
    ("state", "by_imi", "already", "text", "expected"),
    [
        ("cancelled", False, False, "Rushed to hospital", []),
        ("confirmed", False, False, "Rushed to hospital", ["not_cancelled"]),
        ("cancelled", True, False, "Rushed to hospital", ["not_cancelled"]),
        ("cancelled", False, True, "Rushed to hospital", ["claimed"]),
        ("cancelled", False, False, " ", ["no_text"]),
    ],
)
def test_a_claim(state: str, by_imi: bool, already: bool, text: str, expected: list) -> None:
    found = rules.claim_problems(booking_state=state, cancelled_by_imi=by_imi, claimed_already=already, text=text)
    assert codes(found) == [(code, "E5", False) for code in expected]


@pytest.mark.clause("E5")
@pytest.mark.parametrize(
    ("granted", "reason", "evidence", "expected"),
    [
        (True, "", True, []),
        (True, "Of course", False, ["no_evidence"]),
        (False, "", True, ["reason"]),
        (False, "Not urgent", False, []),
    ],
)
def test_deciding_a_claim(granted: bool, reason: str, evidence: bool, expected: list) -> None:
    found = rules.claim_decision_problems(granted=granted, reason=reason, has_evidence=evidence)
    assert codes(found) == [(code, "E5", False) for code in expected]


@pytest.mark.clause("E4", "E5")
@pytest.mark.parametrize(
    ("state", "by_imi", "granted", "away", "expected"),
    [
        ("cancelled", False, True, 1, []),
        ("cancelled", True, False, 1, []),
        ("cancelled", False, False, 1, ["not_excepted"]),
        ("confirmed", True, True, 1, ["not_excepted"]),
        ("cancelled", True, False, 0, ["past"]),
    ],
)
def test_rescheduling_without_notice(state: str, by_imi: bool, granted: bool, away: int, expected: list) -> None:
    found = rules.rebook_problems(
        FINE,
        values.settings(),
        booking_state=state,
        cancelled_by_imi=by_imi,
        claim_granted=granted,
        requested_on=TODAY - days(100),
        today=TODAY,
        desired_on=TODAY + days(away),
        calendar=CALENDAR,
    )
    assert codes(found) == [(code, "E5", False) for code in expected]


@pytest.mark.clause("E2", "E5")
@pytest.mark.parametrize(("since_request", "expected"), [(89, [("notice", "E2", False)]), (90, [])])
def test_rescheduling_counts_the_notice_from_the_first_request(since_request: int, expected: list) -> None:
    found = rules.rebook_problems(
        FINE,
        values.settings(),
        booking_state="cancelled",
        cancelled_by_imi=True,
        claim_granted=False,
        requested_on=TODAY + days(1) - days(since_request),
        today=TODAY,
        desired_on=TODAY + days(1),
        calendar=CALENDAR,
    )
    assert codes(found) == expected


@pytest.mark.clause("E2", "C1", "C9")
@pytest.mark.parametrize(
    ("after", "earliest", "found"),
    [
        (0, dt.date(2026, 12, 13), []),
        (1, dt.date(2026, 12, 14), []),
        (2, dt.date(2026, 12, 15), [("no_date_notice", "E2", False), ("no_date_window", "C1", False)]),
    ],
)
def test_the_notice_and_the_period_exclude_each_other_after_its_second_day(
    after: int, earliest: dt.date, found: list
) -> None:
    starts_on = dt.date(2026, 9, 14)
    facts = replace(FINE, epa_state="in_period", starts_on=starts_on, ends_on=dt.date(2026, 12, 14))
    askable = rules.askable(facts, values.settings(), today=starts_on + days(after))
    assert (askable.earliest, askable.last, askable.ask_by) == (earliest, dt.date(2026, 12, 14), dt.date(2026, 9, 15))
    assert codes(askable.problems) == found


@pytest.mark.clause("E2")
def test_before_the_period_only_the_notice_counts_and_a_start_to_come_is_waited_for() -> None:
    assert rules.askable(FINE, values.settings(), today=TODAY) == rules.Askable(TODAY + days(90), None, None)
    facts = replace(FINE, starts_on=TODAY + days(100), ends_on=TODAY + days(190))
    assert rules.askable(facts, values.settings(), today=TODAY).earliest == TODAY + days(100)
