"""Pages of arranging: where the team finds them, what they ask first, what they fill in, what they say is missing."""

import datetime as dt
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from apprentices.models import Employer
from epa.models import EPA, Attempt, Booking
from epa.states import AttemptState, BookingState
from foundation import clock, dates
from tests.centres.builders import epa_team
from tests.epa import builders_assessing as build
from tests.epa import builders_preparing as preparing
from tests.epa.rows import booking_row, registration_row

START = dt.date(2026, 9, 14)
pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(name: str, *args: int) -> str:
    return reverse(f"epa:{name}", args=args)


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.fixture
def epa(version, at) -> EPA:
    at(START)
    return build.opened(registration_row(version))


@pytest.fixture
def booking(epa) -> Booking:
    """Requested sixty days before the period began, for the thirtieth day of it."""
    return booking_row(epa, requested_on=START - dt.timedelta(days=60), by=build.owner(epa))


def filled_in(epa: EPA, user: User, days: tuple[dt.date, ...]) -> dict[str, str]:
    data = {}
    for attempt, day in zip(epa.attempts.order_by("component__order"), days, strict=True):
        data |= {
            f"assessor_{attempt.pk}": str(user.pk),
            f"at_{attempt.pk}_0": f"{day:%d/%m/%Y}",
            f"at_{attempt.pk}_1": "10:00",
            f"place_{attempt.pk}": "Room 4",
        }
    return data


MONDAYS = (dt.date(2026, 10, 26), dt.date(2026, 11, 2), dt.date(2026, 11, 9))


class TestWayThere:
    def test_the_team_finds_the_dates_of_a_confirmed_booking_on_three_pages(self, epa) -> None:
        booking = build.confirmed(epa)
        attempt = build.attempt_of(epa, "OBS")
        pages = [booking.get_absolute_url(), url("detail", epa.pk), url("attempt", attempt.pk)]
        link = f'href="{url("arrange", booking.pk)}"'
        team, assessor = signed_in(epa_team()), signed_in(attempt.assessor)
        owner = signed_in(build.owner(epa))
        assert [text(team, page).count(link) for page in pages] == [1, 1, 1]
        assert [text(owner, page).count(link) for page in pages] == [0, 0, 0]
        assert [text(assessor, page).count(link) for page in pages] == [0, 0, 0]

    def test_no_page_leads_there_once_a_component_or_everything_is_held(self, epa) -> None:
        booking = build.confirmed(epa)
        attempt = build.attempt_of(epa, "OBS")
        build.assess(attempt, "pass")
        team, link = signed_in(epa_team()), url("arrange", booking.pk)
        assert link not in text(team, url("attempt", attempt.pk))
        assert link in text(team, booking.get_absolute_url())
        build.assessed(epa)
        assert [link in text(team, page) for page in (booking.get_absolute_url(), url("detail", epa.pk))] == [False] * 2

    def test_dates_outside_a_moved_period_are_the_teams_next_step(self, epa) -> None:
        from epa.actions import deadlines

        booking = build.confirmed(epa)
        team = signed_in(epa_team())
        assert team.get(url("detail", epa.pk)).context["next"] is None
        deadlines.move_start(epa=epa, starts_on=START + dt.timedelta(days=42), reason="Ill", by=epa_team())
        following = team.get(url("detail", epa.pk)).context["next"]
        assert (following.label, following.url) == ("Change the dates", url("arrange", booking.pk))

    @pytest.mark.clause("E2", "E6")
    def test_a_provisional_booking_offers_no_button_and_says_what_is_missing(self, st0071, at) -> None:
        at(START)
        early = preparing.epa_for(preparing.registration(st0071))
        booking = preparing.requested_booking(early)
        client = signed_in(epa_team())
        page = client.get(url("arrange", booking.pk))
        assert "form" not in page.context
        assert "Confirm the dates" not in page.content.decode()
        assert "The portfolio is empty" in page.content.decode()
        assert f'href="{url("gateway", early.gateway.pk)}"' in page.content.decode()
        assert client.post(url("arrange", booking.pk)).status_code == 422
        assert url("arrange", booking.pk) not in text(client, booking.get_absolute_url())
        preparing.accepted(early)
        assert url("arrange", booking.pk) in text(client, booking.get_absolute_url())
        assert "Confirm the dates" in text(client, url("arrange", booking.pk))


class TestAskedFirst:
    @pytest.mark.parametrize(
        ("day", "why"),
        [
            (dt.date(2027, 1, 1), "New Year&#x27;s Day"),
            (dt.date(2026, 11, 8), "Sunday"),
            (dt.date(2026, 11, 7), "Saturday"),
        ],
    )
    def test_a_day_off_is_asked_about_once(self, version, at, day, why) -> None:
        at(start := dt.date(2026, 10, 12))
        epa = build.opened(registration_row(version))
        booking = booking_row(epa, requested_on=start - dt.timedelta(days=90), by=build.owner(epa))
        data = filled_in(epa, build.an_assessor(version), (dt.date(2026, 11, 9), dt.date(2026, 11, 16), day))
        client, address = signed_in(epa_team()), url("arrange", booking.pk)
        asked = client.post(address, data)
        page = asked.content.decode()
        assert asked.status_code == 200
        assert "To consider:" in page
        assert f"is no working day ({why})" in page
        assert "Confirm the dates all the same" in page
        booking.refresh_from_db()
        assert booking.state == BookingState.REQUESTED
        considered = asked.context["form"]["considered"].value()
        assert f'name="considered" value="{considered}"' in page
        assert client.post(address, {**data, "considered": considered}).status_code == 302
        booking.refresh_from_db()
        assert booking.state == BookingState.CONFIRMED

    def test_another_day_off_is_asked_about_again(self, epa, booking, version) -> None:
        client, address = signed_in(epa_team()), url("arrange", booking.pk)
        sunday = dt.date(2026, 11, 8)
        data = filled_in(epa, build.an_assessor(version), (*MONDAYS[:2], sunday))
        considered = client.post(address, data).context["form"]["considered"].value()
        other = filled_in(epa, build.an_assessor(version), (*MONDAYS[:2], sunday + dt.timedelta(days=7)))
        assert client.post(address, {**other, "considered": considered}).context["asked"]
        booking.refresh_from_db()
        assert booking.state == BookingState.REQUESTED

    def test_working_days_are_not_asked_about(self, epa, booking, version) -> None:
        client = signed_in(epa_team())
        data = filled_in(epa, build.an_assessor(version), MONDAYS)
        assert client.post(url("arrange", booking.pk), data).status_code == 302

    def test_a_resit_on_a_day_off_is_asked_about(self, epa, version, at) -> None:
        at(build.released(epa, {"OBS": "fail"}).released_at)
        attempt = build.resit(epa, "OBS")
        client, address = signed_in(epa_team()), url("attempt_arrange", attempt.pk)
        sunday = clock.today() + dt.timedelta(days=20 - clock.today().weekday())
        data = {
            f"assessor_{attempt.pk}": str(attempt.assessor_id),
            f"at_{attempt.pk}_0": f"{sunday:%d/%m/%Y}",
            f"at_{attempt.pk}_1": "10:00",
            f"place_{attempt.pk}": "Room 4",
        }
        asked = client.post(address, data)
        assert "(Sunday)" in asked.content.decode()
        data["considered"] = asked.context["form"]["considered"].value()
        assert client.post(address, data).status_code == 302
        attempt.refresh_from_db()
        assert clock.london_date(attempt.scheduled_at) == sunday


class TestForm:
    def test_what_is_known_stands_in_it(self, epa, booking) -> None:
        Employer.objects.update(address="2 Mill Lane", town="Leeds", postcode="LS1 1AA")
        form = signed_in(epa_team()).get(url("arrange", booking.pk)).context["form"]
        practical, project = build.attempt_of(epa, "OBS"), build.attempt_of(epa, "PRJ")
        page = text(signed_in(epa_team()), url("arrange", booking.pk))
        assert f'value="{booking.desired_on:%d/%m/%Y}"' in page
        assert page.count(f"{booking.desired_on:%d/%m/%Y}") == 1
        assert form[f"at_{practical.pk}"].value() == [booking.desired_on, None]
        assert form[f"at_{project.pk}"].value() == [None, None]
        assert form[f"place_{project.pk}"].value() == "Bright Garages, 2 Mill Lane, Leeds, LS1 1AA"

    def test_a_desired_day_that_has_passed_does_not(self, epa, booking, at) -> None:
        at(booking.desired_on + dt.timedelta(days=1))
        form = signed_in(epa_team()).get(url("arrange", booking.pk)).context["form"]
        assert form[f"at_{build.attempt_of(epa, 'OBS').pk}"].value() == [None, None]

    def test_what_was_arranged_stays_in_it(self, epa) -> None:
        booking = build.confirmed(epa)
        attempt = build.attempt_of(epa, "OBS")
        form = signed_in(epa_team()).get(url("arrange", booking.pk)).context["form"]
        assert form[f"at_{attempt.pk}"].value() == attempt.scheduled_at
        assert form[f"place_{attempt.pk}"].value() == "At the employer's"

    def test_every_error_names_its_component(self, epa, booking) -> None:
        page = signed_in(epa_team()).post(url("arrange", booking.pk), {})
        errors = [error for listed in page.context["form"].errors.values() for error in listed]
        names = [str(row.component) for row in epa.attempts.select_related("component")]
        assert len(errors) == len(set(errors)) == 9
        assert all(sum(error.startswith(name) for name in names) == 1 for error in errors)
        assert "this field is required" not in page.content.decode().lower()


class TestAttempt:
    @pytest.mark.clause("C7")
    def test_what_is_handed_in_is_not_late(self, epa, at) -> None:
        build.confirmed(epa)
        discussion = build.attempt_of(epa, "DIS")
        client = signed_in(epa_team())
        at(discussion.submission_due_on + dt.timedelta(days=10))
        assert text(client, url("attempt", discussion.pk)).count("days late") == 1
        at(START)
        build.handed_in(epa)
        at(discussion.submission_due_on + dt.timedelta(days=10))
        assert "days late" not in text(client, url("attempt", discussion.pk))
        assert "days late" not in text(signed_in(build.owner(epa)), url("attempt", discussion.pk))
        assert "days late" not in text(signed_in(build.owner(epa)), url("hand_in", discussion.pk))

    def test_what_has_been_held_is_not_late(self, epa, at) -> None:
        result = build.released(epa, {"OBS": "fail"})
        at(result.released_at + dt.timedelta(days=300))
        client = signed_in(epa_team())
        for attempt in Attempt.objects.filter(epa=epa):
            assert attempt.state == AttemptState.RELEASED
            assert "days late" not in text(client, url("attempt", attempt.pk))

    def test_recording_is_the_next_step_from_the_day_on(self, epa, at) -> None:
        build.confirmed(epa)
        attempt = build.attempt_of(epa, "OBS")
        client = signed_in(attempt.assessor)
        day = clock.london_date(attempt.scheduled_at)
        for today, offered in ((day - dt.timedelta(days=1), False), (day, True), (day + dt.timedelta(days=3), True)):
            at(today)
            assert (url("assess", attempt.pk) in text(client, url("attempt", attempt.pk))) is offered
            following = client.get(url("detail", epa.pk)).context["next"]
            assert (following.url == url("assess", attempt.pk), following.due_on) == (offered, day)

    def test_an_empty_record_says_which_criterion(self, epa, at) -> None:
        build.confirmed(epa)
        attempt = build.attempt_of(epa, "OBS")
        at(clock.london_date(attempt.scheduled_at))
        page = signed_in(attempt.assessor).post(url("assess", attempt.pk), {})
        errors = page.context["form"].errors
        code = attempt.component.criteria.first().code
        assert errors[f"met_{code}"] == [f"Choose met or not met for {code}."]
        assert "this field is required" not in page.content.decode().lower()


def test_a_gateway_given_back_asks_by_one_name(st0071, at) -> None:
    at(START)
    gateway = preparing.submitted(preparing.epa_for(preparing.registration(st0071)))
    page = signed_in(epa_team()).post(url("gateway_return", gateway.pk), {})
    assert page.context["form"].errors["reason"] == ["Fill in “What does the centre have to do”."]


def test_a_booking_shows_what_is_confirmed_to_all_who_see_it(epa) -> None:
    booking = build.confirmed(epa)
    observed = build.attempt_of(epa, "OBS")
    for user in (build.owner(epa), epa_team()):
        page = text(signed_in(user), booking.get_absolute_url())
        assert "Confirmed dates" in page
        assert f"{dates.datetime_long(observed.scheduled_at)}, {observed.assessor}, {observed.place}" in unescape(page)
        assert "{&#x27;" not in page  # nothing of the history reads like a program's
