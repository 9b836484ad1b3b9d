"""What holds of the preparing rules whatever the dates: found by search, not by example."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epa.rules import booking, gateway, planner, windows
from foundation.workingdays import add_months, whole_months
from tests.epa import values

CALENDAR = values.calendar()
SETTINGS = values.settings()
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2028, 6, 30))
FEE = Decimal("640.00")


@pytest.mark.clause("E2")
@given(today=DAYS, away=st.integers(-400, 400), notice=st.integers(0, 200))
def test_a_request_is_in_time_exactly_when_today_is_not_after_the_last_day(today, away, notice) -> None:
    settings = values.settings(booking_notice_days=notice)
    desired = today + dt.timedelta(days=away)
    in_time = booking.notice_problems(settings, today=today, desired_on=desired) == []
    assert in_time is (today <= booking.last_day_to_request(settings, desired))
    assert in_time is (desired >= booking.earliest_desired(settings, today))


@pytest.mark.clause("E4")
@given(first=st.none() | DAYS, cancelled=DAYS, by_imi=st.booleans(), limit=st.integers(0, 120))
def test_a_cancellation_costs_all_or_nothing_and_never_for_imi(first, cancelled, by_imi, limit) -> None:
    settings = values.settings(late_cancellation_days=limit)
    cost = booking.cancellation(first, cancelled, settings, by_imi=by_imi, fee=FEE)
    assert cost.fee == (FEE if cost.charged else Decimal("0.00"))
    if by_imi or first is None:
        assert not cost.charged
    else:
        assert cost.charged is (cancelled >= first - dt.timedelta(days=limit))


@pytest.mark.clause("E4")
@given(first=DAYS, cancelled=DAYS, later=st.integers(0, 60))
def test_waiting_never_makes_cancelling_cheaper(first, cancelled, later) -> None:
    costs = [
        booking.cancellation(first, day, SETTINGS, by_imi=False, fee=FEE).fee
        for day in (cancelled, cancelled + dt.timedelta(days=later))
    ]
    assert costs[0] <= costs[1]


@pytest.mark.clause("B3")
@given(start=DAYS, today=DAYS)
def test_fifteen_months_are_reached_on_the_day_the_refusal_names(start, today) -> None:
    reached = add_months(start, 15)
    assert (whole_months(start, today) >= 15) is (today >= reached)


@pytest.mark.clause("B3")
@given(months=st.integers(1, 48), hours=st.decimals(Decimal(1), Decimal(48), places=1))
def test_part_time_is_never_shorter_than_full_time(months, hours) -> None:
    longer = gateway.part_time_months(months, hours)
    assert longer is not None
    assert longer >= months
    if hours >= gateway.FULL_TIME_HOURS:
        assert longer == months
    else:
        assert longer * hours >= months * gateway.FULL_TIME_HOURS > (longer - 1) * hours


@pytest.mark.clause("C7")
@given(count=st.integers(0, 30), least=st.integers(0, 15), extra=st.integers(0, 15))
def test_the_number_of_pieces_counts_both_ends(count, least, extra) -> None:
    pieces = [gateway.Piece(f"{number}", "X") for number in range(count)]
    fits = gateway.portfolio_problems(pieces, least, least + extra) == []
    assert fits is (least <= count <= least + extra)


@pytest.mark.clause("C1", "C9")
@given(desired=DAYS, months=st.integers(1, 6))
def test_the_earliest_start_holds_the_date_and_a_day_earlier_would_not(desired, months) -> None:
    settings = values.settings(epa_months=months)
    start = planner.earliest_start(settings, desired)
    window = min(months, 3)
    assert start <= desired <= add_months(start, window)
    assert add_months(start - dt.timedelta(days=1), window) < desired


@pytest.mark.clause("F1", "F5", "C11")
@given(today=DAYS, away=st.integers(0, 200), start_in=st.integers(0, 100))
def test_a_plans_dates_keep_their_order(today, away, start_in) -> None:
    start = today + dt.timedelta(days=start_in)
    plan = planner.plan(
        SETTINGS, today=today, calendar=CALENDAR, desired_on=today + dt.timedelta(days=away), starts_on=start
    )
    day = {date.code: date.day for date in plan.dates}
    assert day["gateway"] == start <= day["submission_PRJ"] <= day["window_PRJ"]
    assert day["submission_DIS"] == day["window_DIS"] - dt.timedelta(days=14)
    assert day["window_OBS"] <= day["period_end"] == windows.period(start, SETTINGS)
    assert day["period_end"] < day["result"] <= day["claim"] < day["resits"]
    assert CALENDAR.is_working(day["result"])
    assert (day["claim"].weekday(), (day["claim"] - day["result"]).days < 7) == (4, True)
    assert plan.feasible is (away >= 90 and start <= day["practical"] <= day["window_OBS"])


@given(one=st.text(max_size=20), other=st.text(max_size=20))
def test_people_are_compared_the_same_way_round(one, other) -> None:
    first, second = (one, f"{one}@x.example"), (other, f"{other}@x.example")
    assert gateway.same_person(first, second) is gateway.same_person(second, first)
    assert gateway.same_person(first, first)
