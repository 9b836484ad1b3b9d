"""The pages of bookings: the queue, a booking, asking, cancelling with its price, exceptional circumstances."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.states import Role
from centres.models import Charge
from centres.states import ChargeKind
from epa.actions import booking as actions
from epa.models import EPA, Booking, ExceptionalClaim
from foundation import audit
from standards.models import StandardVersion
from tests import builders as people
from tests.centres.builders import epa_team
from tests.epa import builders_preparing as builders
from tests.epa.test_actions_booking import FEE, NOTHING, cancelled, claimed, confirmed, days
from tests.epa.test_views_gateway import as_, epa, reader, url  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 9, 14)


@pytest.mark.clause("E3")
class TestQueue:
    def test_a_centre_sees_its_own_and_the_epa_team_all(self, st0071: StandardVersion, epa: EPA, as_) -> None:  # noqa: F811
        mine = builders.requested_booking(epa)
        other = builders.requested_booking(builders.epa_for(builders.registration(st0071)))
        page = as_(builders.centre_user(epa)).get(reverse("epa:bookings")).content.decode()
        assert (mine.number in page, other.number in page) == (True, False)
        page = as_(epa_team()).get(reverse("epa:bookings")).content.decode()
        assert (mine.number in page, other.number in page) == (True, True)

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", True),
            ("?state=requested", True),
            ("?state=confirmed", False),
            ("?desired_from=2026-12-13", True),
            ("?desired_from=2026-12-14", False),
            ("?desired_to=2026-12-13", True),
            ("?desired_to=2026-12-12", False),
            ("?q=lee", True),
            ("?q=LEE jordan", True),
            ("?q=nobody", False),
            ("?sort=-desired_on", True),
            ("?page=7", True),
        ],
    )
    def test_filters(self, epa: EPA, as_, query: str, found: bool) -> None:  # noqa: F811
        booking = builders.requested_booking(epa)
        page = as_(epa_team()).get(reverse("epa:bookings") + query)
        assert page.status_code == 200
        assert (booking.number in page.content.decode()) is found

    def test_by_number(self, epa: EPA, as_) -> None:  # noqa: F811
        booking = builders.requested_booking(epa)
        page = as_(epa_team()).get(reverse("epa:bookings"), {"q": booking.number.lower()}).content.decode()
        assert booking.get_absolute_url() in page

    def test_the_export_is_what_is_shown(self, epa: EPA, as_) -> None:  # noqa: F811
        booking = builders.requested_booking(epa)
        response = as_(epa_team()).get(reverse("epa:bookings"), {"export": "csv", "state": "requested"})
        lines = response.content.decode("utf-8-sig").strip().splitlines()
        assert lines[0] == "Booking,Apprentice,Centre,Standard,Practical desired,Requested,State"
        assert len(lines) == 2
        assert lines[1].startswith(f"{booking.number},Jordan Lee,")
        empty = as_(epa_team()).get(reverse("epa:bookings"), {"export": "csv", "state": "confirmed"})
        assert len(empty.content.decode("utf-8-sig").strip().splitlines()) == 1

    def test_queries_do_not_grow_with_the_rows(self, st0071: StandardVersion, epa: EPA, as_) -> None:  # noqa: F811
        client, counts = as_(epa_team()), []
        centre = epa.registration.apprentice.centre
        builders.requested_booking(epa)
        client.get(reverse("epa:bookings"))  # once before: the count of tasks in the bar is kept
        for more in (0, 2):
            for _ in range(more):
                builders.requested_booking(builders.epa_for(builders.registration(st0071, centre)))
            with CaptureQueriesContext(connection) as captured:
                client.get(reverse("epa:bookings"))
            counts.append(len(captured))
        assert counts[0] == counts[1]


class TestRequest:
    @pytest.mark.clause("E2", "E6")
    def test_the_page_says_the_earliest_date_and_what_is_missing(self, epa: EPA, as_) -> None:  # noqa: F811
        page = as_(builders.centre_user(epa)).get(url("booking_request", epa.pk)).content.decode()
        assert "Sun 13 Dec 2026" in page
        assert "Still missing before the assessment can start" in page

    @pytest.mark.clause("E2", "E6")
    def test_refusals_stand_at_the_field(self, epa: EPA, as_) -> None:  # noqa: F811
        client = as_(builders.centre_user(epa))
        data = {"desired_on": "12/12/2026", "declared_by": "Robin Owner", "prerequisites": "on"}
        page = client.post(url("booking_request", epa.pk), data)
        assert page.status_code == 422
        assert page.context["form"].errors.keys() == {"desired_on"}
        data = {"desired_on": "13 Dec 2026", "declared_by": "Robin Owner"}
        assert client.post(url("booking_request", epa.pk), data).context["form"].errors.keys() == {"prerequisites"}
        assert not Booking.objects.exists()
        made = client.post(url("booking_request", epa.pk), {**data, "prerequisites": "on", "state": "confirmed"})
        booking = Booking.objects.get()
        assert (made.url, booking.state) == (booking.get_absolute_url(), "requested")

    def test_who_may(self, st0071: StandardVersion, epa: EPA, as_) -> None:  # noqa: F811
        assert as_(reader(epa)).get(url("booking_request", epa.pk)).status_code == 403
        assert as_(epa_team()).get(url("booking_request", epa.pk)).status_code == 403
        stranger = people.person(Role.CENTRE_OWNER, people.provider())
        assert as_(stranger).get(url("booking_request", epa.pk)).status_code == 404


class TestPage:
    @pytest.mark.clause("E2", "E6")
    def test_provisional_and_what_is_missing(self, epa: EPA, as_) -> None:  # noqa: F811
        booking = builders.requested_booking(epa)
        page = as_(builders.centre_user(epa)).get(booking.get_absolute_url()).content.decode()
        assert "Provisional until the gateway is accepted" in page
        assert "The portfolio is empty" in page
        builders.accepted(epa)
        page = as_(builders.centre_user(epa)).get(booking.get_absolute_url()).content.decode()
        assert "Provisional" not in page
        assert "subject has not been proposed" in page

    def test_who_finds_it_and_what_each_may_do(self, epa: EPA, as_) -> None:  # noqa: F811
        booking = builders.requested_booking(epa)
        offered = {}
        for name, user in {
            "owner": builders.centre_user(epa),
            "reader": reader(epa),
            "team": epa_team(),
            "finance": people.person(Role.FINANCE),
        }.items():
            page = as_(user).get(booking.get_absolute_url())
            assert page.status_code == 200
            text = page.content.decode()
            verbs = ("arrange", "booking_decline", "booking_cancel")
            offered[name] = [verb for verb in verbs if url(verb, booking.pk) in text]
        assert offered == {
            "owner": ["booking_cancel"],
            "reader": [],
            "team": ["booking_decline", "booking_cancel"],
            "finance": [],
        }
        for user in (
            people.person(Role.CENTRE_OWNER, people.provider()),
            people.person(Role.INDEPENDENT_ASSESSOR),
            people.person(Role.CENTRE_EQA),
        ):
            client = as_(user)
            names = ("booking", "booking_decline", "booking_cancel", "booking_claim", "booking_rebook")
            assert [client.get(url(name, booking.pk)).status_code for name in names] == [404] * 5

    def test_finance_sees_the_booking_and_nothing_of_a_claim(self, epa: EPA, as_) -> None:  # noqa: F811
        booking = cancelled(epa)
        claim = claimed(booking)
        page = as_(people.person(Role.FINANCE)).get(booking.get_absolute_url()).content.decode()
        assert "£640.00" in page
        assert "taken back" not in page
        assert not any(word in page for word in ("hospital", "Sudden illness", "Exceptional circumstances"))
        client = as_(people.person(Role.FINANCE))
        assert client.post(url("exception_evidence_open", claim.pk)).status_code == 404
        assert client.get(url("exception_decide", claim.pk)).status_code == 404


@pytest.mark.clause("E4")
class TestCancel:
    def test_the_page_says_what_it_costs_in_words_and_pounds(self, epa: EPA, as_) -> None:  # noqa: F811
        booking = confirmed(epa, MONDAY + days(30))
        page = as_(builders.centre_user(epa)).get(url("booking_cancel", booking.pk)).content.decode()
        assert "charged the full EPA fee of £640.00" in page
        assert "30 days before the first confirmed assessment date, Wed 14 Oct 2026" in page
        assert not Charge.objects.filter(kind=ChargeKind.CANCELLATION).exists()

    def test_cancelling_early_costs_nothing_and_says_so(self, epa: EPA, as_) -> None:  # noqa: F811
        booking = confirmed(epa, MONDAY + days(31))
        client = as_(builders.centre_user(epa))
        assert "Cancelling costs £0.00 today" in client.get(url("booking_cancel", booking.pk)).content.decode()
        done = client.post(url("booking_cancel", booking.pk), {"reason": "Left", "shown_fee": "0.00"})
        assert done.url == booking.get_absolute_url()

    def test_when_the_fee_changed_the_page_is_shown_again_with_the_new_one(self, epa: EPA, as_, at) -> None:  # noqa: F811
        booking = confirmed(epa, MONDAY + days(31))
        client = as_(builders.centre_user(epa))
        shown = client.get(url("booking_cancel", booking.pk)).context["form"]["shown_fee"].value()
        assert shown == NOTHING
        at(MONDAY + days(1))
        client = as_(builders.centre_user(epa))
        page = client.post(url("booking_cancel", booking.pk), {"reason": "Left", "shown_fee": "0.00"})
        assert page.status_code == 422
        assert "has changed from £0.00 to £640.00" in page.content.decode()
        assert page.context["form"]["shown_fee"].value() == "640.00"
        booking.refresh_from_db()
        assert booking.state == "confirmed"
        client.post(url("booking_cancel", booking.pk), {"reason": "Left", "shown_fee": "640.00"})
        booking.refresh_from_db()
        assert (booking.state, booking.charge.amount) == ("cancelled", FEE)

    @pytest.mark.parametrize(("who", "fee"), [("imi", None), ("centre", FEE)])
    def test_the_epa_team_says_whose_change_it_is(self, epa: EPA, as_, who: str, fee: Decimal | None) -> None:  # noqa: F811
        booking = confirmed(epa, MONDAY + days(5))
        data = {"reason": "Snow", "shown_fee": "640.00", "who": who}
        client = as_(epa_team())
        assert "£640.00 is charged" in client.get(url("booking_cancel", booking.pk)).content.decode()
        client.post(url("booking_cancel", booking.pk), data)
        booking.refresh_from_db()
        assert (booking.state, booking.charge.amount if booking.charge else None) == ("cancelled", fee)

    def test_the_centre_cannot_claim_to_be_imi(self, epa: EPA, as_) -> None:  # noqa: F811
        booking = confirmed(epa, MONDAY + days(5))
        data = {"reason": "Snow", "shown_fee": "640.00", "who": "imi", "by_imi": "on", "cancelled_by_imi": "on"}
        as_(builders.centre_user(epa)).post(url("booking_cancel", booking.pk), data)
        booking.refresh_from_db()
        assert (booking.cancelled_by_imi, booking.charge.amount) == (False, FEE)

    def test_who_only_reads_does_not_cancel_and_what_is_cancelled_stays_so(self, epa: EPA, as_) -> None:  # noqa: F811
        booking = confirmed(epa, MONDAY + days(31))
        assert as_(reader(epa)).get(url("booking_cancel", booking.pk)).status_code == 403
        actions.cancel(booking=booking, reason="Left", shown_fee=NOTHING, by=builders.centre_user(epa))
        assert as_(builders.centre_user(epa)).get(url("booking_cancel", booking.pk)).status_code == 409

    def test_declining(self, epa: EPA, as_) -> None:  # noqa: F811
        booking = builders.requested_booking(epa)
        client = as_(epa_team())
        assert client.get(url("booking_decline", booking.pk)).status_code == 200
        assert client.post(url("booking_decline", booking.pk), {"reason": "Full"}).status_code == 302
        page = as_(builders.centre_user(epa)).get(booking.get_absolute_url()).content.decode()
        assert "Full" in page


@pytest.mark.clause("E5")
class TestExceptionalCircumstances:
    def test_from_cancelling_to_rescheduling(self, epa: EPA, as_, at) -> None:  # noqa: F811
        booking = confirmed(epa, MONDAY + days(5))
        client = as_(builders.centre_user(epa))
        data = {"reason": "Not able", "shown_fee": "640.00", "exceptional": "on"}
        assert client.post(url("booking_cancel", booking.pk), data).url == url("booking_claim", booking.pk)
        assert client.get(url("booking_claim", booking.pk)).status_code == 200
        told = {"kind": "bereavement", "text": "Her father died.", "evidence": builders.pdf()}
        assert client.post(url("booking_claim", booking.pk), told).status_code == 302
        assert "Her father died." in client.get(booking.get_absolute_url()).content.decode()
        claim = ExceptionalClaim.objects.get()
        assert client.get(url("exception_decide", claim.pk)).status_code == 403
        client = as_(epa_team())
        assert client.get(url("exception_decide", claim.pk)).status_code == 200
        decided = client.post(url("exception_decide", claim.pk), {"granted": "yes", "reason": ""})
        assert decided.status_code == 302
        booking.refresh_from_db()
        granted = client.get(booking.get_absolute_url()).content.decode()
        assert url("booking_rebook", booking.pk) in granted
        assert f"The charge was taken back on Mon 14 Sep 2026: {booking.charge.credits.get().number} [E5]." in granted
        assert client.get(url("booking_rebook", booking.pk)).status_code == 200
        made = client.post(url("booking_rebook", booking.pk), {"desired_on": "14/12/2026"})
        new = Booking.objects.get(replaces=booking)
        assert made.url == new.get_absolute_url()
        assert booking.number in client.get(new.get_absolute_url()).content.decode()

    def test_reading_the_evidence_is_recorded_and_is_no_get(self, epa: EPA, as_) -> None:  # noqa: F811
        claim = claimed(cancelled(epa))
        client = as_(epa_team())
        assert client.get(url("exception_evidence_open", claim.pk)).status_code == 405
        response = client.post(url("exception_evidence_open", claim.pk))
        assert b"".join(response.streaming_content).startswith(b"%PDF")
        event = audit.history(claim).first()
        assert (event.verb, event.actor_id) == ("read_evidence", epa_team().pk)

    def test_evidence_can_follow(self, epa: EPA, as_) -> None:  # noqa: F811
        claim = claimed(cancelled(epa), evidence=False)
        client = as_(builders.centre_user(epa))
        assert client.get(url("exception_evidence", claim.pk)).status_code == 200
        assert client.post(url("exception_evidence", claim.pk), {"evidence": builders.pdf()}).status_code == 302
        claim.refresh_from_db()
        assert claim.evidence_id is not None

    def test_refused_with_its_reason(self, epa: EPA, as_) -> None:  # noqa: F811
        booking = cancelled(epa)
        claim = claimed(booking)
        client = as_(epa_team())
        assert client.post(url("exception_decide", claim.pk), {"granted": "no", "reason": ""}).status_code == 422
        client.post(url("exception_decide", claim.pk), {"granted": "no", "reason": "Planned long before."})
        page = as_(builders.centre_user(epa)).get(booking.get_absolute_url()).content.decode()
        assert "Planned long before." in page

    def test_who_only_reads(self, epa: EPA, as_) -> None:  # noqa: F811
        claim = claimed(cancelled(epa))
        client = as_(reader(epa))
        assert client.get(url("booking_claim", claim.booking_id)).status_code == 403
        assert client.get(url("exception_evidence", claim.pk)).status_code == 403
        assert client.post(url("exception_evidence_open", claim.pk)).status_code == 403
        assert client.get(url("booking_rebook", claim.booking_id)).status_code == 403


@pytest.fixture
def too_late(epa: EPA, at) -> EPA:  # noqa: F811
    """An EPA whose period began on Monday and whose last practical date can no longer be asked for."""
    builders.accepted(epa)
    at(MONDAY + days(2))
    return epa


IMPOSSIBLE = ("Tue 15 Dec 2026", "[E2]", "Mon 14 Dec 2026", "[C1]", "move the period [C9]", "epa@imi.example")


@pytest.mark.clause("E2", "C1", "C9")
class TestNoDateIsLeft:
    """The notice of 90 days and a period of three months exclude each other from its third day on."""

    @pytest.fixture(autouse=True)
    def _mailbox(self, settings) -> None:
        settings.EPA_TEAM_MAILBOX = "epa@imi.example"

    def test_on_the_last_day_to_ask_a_booking_is_offered_with_that_day(self, epa: EPA, as_, at) -> None:  # noqa: F811
        builders.accepted(epa)
        at(MONDAY + days(1))
        page = as_(builders.centre_user(epa)).get(url("detail", epa.pk))
        assert (page.context["next"].title, page.context["next"].due_on) == ("Request a booking", MONDAY + days(1))
        page = as_(builders.centre_user(epa)).get(url("booking_request", epa.pk)).content.decode()
        assert "it has to be asked for by Tue 15 Sep 2026" in page
        assert "No date can be requested" not in page

    def test_then_it_is_shown_as_impossible_with_both_clauses_and_what_to_do(self, too_late: EPA, as_) -> None:  # noqa: F811
        client = as_(builders.centre_user(too_late))
        page = client.get(url("detail", too_late.pk))
        assert page.context["next"].title == "Ask the EPA team to move the period"
        request = client.get(url("booking_request", too_late.pk))
        for text in (page.content.decode(), request.content.decode()):
            assert [words for words in IMPOSSIBLE if words not in text] == []
        assert "Nothing is missing" not in request.content.decode()
        assert 'name="desired_on"' not in request.content.decode()

    def test_without_a_mailbox_nothing_is_said_of_one(self, too_late: EPA, as_, settings) -> None:  # noqa: F811
        settings.EPA_TEAM_MAILBOX = ""
        page = as_(builders.centre_user(too_late)).get(url("booking_request", too_late.pk)).content.decode()
        assert "Ask the EPA team to move the period [C9]." in page
        assert "mailto:" not in page

    def test_the_epa_team_is_led_to_moving_the_period_and_then_it_can_be_booked(self, too_late: EPA, as_) -> None:  # noqa: F811
        client = as_(epa_team())
        found = client.get(url("detail", too_late.pk)).context["next"]
        assert (found.title, found.url) == (
            "Move the period: no booking can be requested in it",
            url("move_start", too_late.pk),
        )
        moved = {"starts_on": "1/10/2026", "reason": "No date was left"}
        assert client.post(found.url, moved).status_code == 302
        assert client.get(url("detail", too_late.pk)).context["next"] is None
        assert as_(builders.centre_user(too_late)).get(url("detail", too_late.pk)).context["next"].due_on == dt.date(
            2026, 10, 3
        )

    def test_cancelling_says_so_before_and_after(self, epa: EPA, as_, at) -> None:  # noqa: F811
        booking = confirmed(epa, MONDAY + days(90))
        builders.accepted(epa)
        client = as_(builders.centre_user(epa))
        page = " ".join(client.get(url("booking_cancel", booking.pk)).content.decode().split())
        assert "the earliest date is Sun 13 Dec 2026 and the last Mon 14 Dec 2026 [C1]" in page
        assert "Ask by Tue 15 Sep 2026; after that no date inside the EPA period is left" in page
        at(MONDAY + days(2))
        client = as_(builders.centre_user(epa))
        page = client.get(url("booking_cancel", booking.pk)).content.decode()
        assert "After this no date inside the EPA period is left" in page
        done = client.post(url("booking_cancel", booking.pk), {"reason": "Left", "shown_fee": "0.00"})
        page = client.get(done.url).content.decode()
        assert "Next: ask the EPA team to move the period" in page
        assert [words for words in IMPOSSIBLE if words not in page] == []
        assert url("booking_request", epa.pk) not in page

    def test_after_cancelling_in_time_another_date_is_offered(self, epa: EPA, as_) -> None:  # noqa: F811
        booking = cancelled(epa, 40, fee=NOTHING)
        page = as_(builders.centre_user(epa)).get(booking.get_absolute_url()).content.decode()
        assert "Next: request another date" in page
        assert url("booking_request", epa.pk) in page
        for user in (reader(epa), epa_team()):
            assert "Next: request another date" not in as_(user).get(booking.get_absolute_url()).content.decode()

    @pytest.mark.clause("E4")
    def test_what_imi_cancelled_is_rescheduled_by_the_epa_team(self, too_late: EPA, as_) -> None:  # noqa: F811
        booking = Booking.objects.create(
            number="BK-26-0999",
            epa=too_late,
            state="cancelled",
            cancelled_by_imi=True,
            desired_on=MONDAY + days(90),
            requested_on=MONDAY,
            requested_by=builders.centre_user(too_late),
        )
        found = as_(epa_team()).get(url("detail", too_late.pk)).context["next"]
        assert (found.title, found.url) == (
            "Reschedule BK-26-0999 without loss",
            url("booking_rebook", booking.pk),
        )
        page = as_(builders.centre_user(too_late)).get(booking.get_absolute_url()).content.decode()
        assert "ask the EPA team to move the period" not in page
