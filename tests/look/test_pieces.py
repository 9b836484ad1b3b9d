"""What the tags write: dates, distances, amounts, states, problems, tables."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory

from foundation import clock, dates, exports, pieces, workingdays
from foundation.errors import Problem

CALENDAR = workingdays.WorkingDays.build(
    dt.date(2026, 1, 1),
    dt.date(2026, 12, 31),
    {dt.date(2026, 12, 25): "Christmas Day", dt.date(2026, 12, 28): "Boxing Day"},
)
FRIDAY = dt.date(2026, 12, 18)


def drawn(text: str, address: str = "/", **context: Any) -> str:
    request = RequestFactory().get(address)
    request.working_days = CALENDAR  # type: ignore[attr-defined]
    return " ".join(engines["django"].from_string(text).render(context, request).split())


@pytest.mark.parametrize(
    ("day", "words", "urgency"),
    [
        (dt.date(2026, 12, 18), "today", "soon"),
        (dt.date(2026, 12, 19), "in 1 day", "soon"),
        (dt.date(2026, 12, 21), "in 1 working day", "soon"),
        (dt.date(2026, 12, 23), "in 3 working days", "soon"),
        (dt.date(2026, 12, 24), "in 4 working days", "later"),
        (dt.date(2026, 12, 29), "in 5 working days", "later"),
        (dt.date(2026, 12, 17), "1 working day late", "late"),
        (dt.date(2026, 12, 15), "3 working days late", "late"),
        (dt.date(2027, 1, 7), "in 20 days", "later"),
        (dt.date(2025, 12, 31), "352 days late", "late"),
    ],
)
def test_distance_is_in_working_days_and_beyond_the_calendar_in_days(day: dt.date, words: str, urgency: str) -> None:
    assert dates.time_left(day, FRIDAY, CALENDAR) == dates.TimeLeft(words, urgency)  # type: ignore[arg-type]


def test_due_on_a_weekend_just_past_is_late_in_days() -> None:
    assert (
        dates.time_left(dt.date(2026, 12, 20), dt.date(2026, 12, 20) + dt.timedelta(days=1), CALENDAR).words
        == "1 working day late"
    )
    assert dates.time_left(dt.date(2026, 12, 19), dt.date(2026, 12, 20), CALENDAR).words == "1 day late"


def test_due_says_the_date_and_the_distance() -> None:
    with clock.travel(FRIDAY):
        html = drawn("{% due day %}", day=dt.date(2026, 12, 29))
    assert html == (
        '<span class="portal-due portal-due--later"><time datetime="2026-12-29">Tue 29 Dec 2026</time> '
        '<span class="portal-due__left">in 5 working days</span></span>'
    )


def test_dates_and_instants_are_long_and_london() -> None:
    instant = dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)
    assert (
        drawn("{% date_long d %}|{{ d|date_long }}|{% date_long n %}", d=dt.date(2026, 1, 5), n=None)
        == "Mon 5 Jan 2026|Mon 5 Jan 2026|–"
    )
    assert drawn("{% date_long t %}|{% datetime_long t %}", t=instant) == "Wed 1 Jul 2026|Wed 1 Jul 2026, 00:30"


@pytest.mark.parametrize(
    ("amount", "words"), [(1234, "£1,234.00"), (Decimal("-20.5"), "−£20.50"), (0, "£0.00"), (None, "–")]
)
def test_money(amount: Any, words: str) -> None:
    assert drawn("{% money amount %}", amount=amount) == words


NOTHING = '<span class="portal-quiet">Not given</span>'


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, NOTHING), ("", NOTHING), ([], NOTHING), (0, "0"), (False, "No"), (["ASP", "EPA"], "ASP, EPA")],
)
def test_values_are_shown_as_a_person_reads_them(value: Any, words: str) -> None:
    assert drawn("{{ value|shown }}", value=value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2027-05-04", "Tue 4 May 2027"),
        ("2027-05-04T09:30:00.123Z", "Tue 4 May 2027, 10:30"),
        ("2027-05-04T09:30:00+00:00", "Tue 4 May 2027, 10:30"),
        ({"OBS": "2027-05-04", "DIS": "2027-05-05"}, "OBS Tue 4 May 2027, DIS Wed 5 May 2027"),
        (["2027-05-04", "soon"], "Tue 4 May 2027, soon"),
        (True, "Yes"),
        ({}, NOTHING),
        ("2027-05", "2027-05"),
        ("2027-45-99", "2027-45-99"),
        ("on 2027-05-04", "on 2027-05-04"),
        ([], NOTHING),
    ],
)
def test_facts_of_the_history_are_read_as_what_they_were(value: Any, words: str) -> None:
    assert drawn("{{ value|fact }}", value=value) == words


def test_state_tag_never_lets_markup_through() -> None:
    assert drawn("{% state_tag word %}", word="<b>") == '<strong class="govuk-tag govuk-tag--blue">&lt;b&gt;</strong>'
    assert drawn('{% state_tag "Late" %}') == '<strong class="govuk-tag govuk-tag--red">Late</strong>'
    assert drawn('{% state_tag "Late" colour="grey" %}') == '<strong class="govuk-tag govuk-tag--grey">Late</strong>'


def test_problems_link_to_the_places_of_the_page_and_nothing_is_shown_without_problems() -> None:
    problems = [Problem("a", "G2", "No signature.", "signatures"), Problem("b", "", "No place.", "nowhere")]
    html = drawn('{% problems_panel problems "Why not yet?" %}', problems=problems, places={"signatures": "/sign/"})
    assert html.count("<li") == 2
    assert html.count("<a ") == 1
    assert (
        '<a class="govuk-link" href="/sign/">Fix this<span class="govuk-visually-hidden">: No signature.</span></a>'
        in html
    )
    assert drawn('{% problems_panel problems "Why not yet?" %}', problems=[]) == ""


def test_table_follows_dotted_keys_and_offers_the_other_order() -> None:
    columns = [pieces.Column("who.name", "Name", link="address", sort="name"), pieces.Column("self_", "Row")]
    rows = [{"who": {"name": "Ada"}, "address": lambda: "/ada/", "fee": 1}]
    html = drawn('{% data_table columns rows "People" %}', "/?q=x&page=3&sort=name", columns=columns, rows=rows)
    assert 'aria-sort="ascending"' in html
    assert 'href="?q=x&amp;sort=-name"' in html
    assert (
        '<td class="govuk-table__cell" data-label="Name"><span><a class="govuk-link" href="/ada/">Ada</a> </span></td>'
        in html
    )


def test_pages_keep_the_filter() -> None:
    page = Paginator(range(100), 10).page(2)
    html = drawn("{% pagination page %}", "/?q=x&page=2", page=page)
    assert "Showing 11 to 20 of 100" in html
    assert 'href="?q=x&amp;page=3" rel="next"' in html


def test_a_list_is_offered_as_a_file_of_every_kind_with_its_filter() -> None:
    html = drawn("{% export_links %}", "/?q=x&page=2&sort=name")
    for kind in exports.KINDS:
        assert f'href="?q=x&amp;sort=name&amp;export={kind}"' in html
    assert html.count("href=") == len(exports.KINDS)


def test_summary_list_says_when_nothing_is_given() -> None:
    html = drawn(
        "{% summary_list rows %}", rows=[("Note", ""), ("Remote", True), pieces.Row("Name", "<b>", url="/edit/")]
    )
    assert '<span class="portal-quiet">Not given</span>' in html
    assert ">Yes</dd>" in html
    assert ">&lt;b&gt;</dd>" in html
    assert 'href="/edit/">Change<span class="govuk-visually-hidden"> name</span></a>' in html
