"""A1: the register is fetched over a real socket; whatever goes wrong, what we know stays and somebody is told."""

import datetime as dt

import pytest

from accounts.states import Role
from centres import actions, queries, source
from centres.models import RegisterFetch, RegisterImport, RegisterProvider, RegisterSettings
from centres.states import FetchOutcome as Outcome
from foundation import clock, work
from foundation.errors import NotAllowed, Refused
from foundation.models import Message
from simulators.register_site.server import Fault, running
from tests import builders as people
from tests.centres import builders

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 9, 14)


def moment(hour: int, minute: int = 0, *, days: int = 0) -> dt.datetime:
    return dt.datetime.combine(DAY + dt.timedelta(days=days), dt.time(hour, minute), tzinfo=clock.LONDON)


def register(*numbers: int) -> bytes:
    return builders.register_csv(
        [(10_000_000 + number, f"Provider {number}", "Main provider", "") for number in numbers]
    )


@pytest.fixture
def site(settings, monkeypatch):
    monkeypatch.setattr(source, "SECONDS", 0.3)
    with running(register(*range(1, 11))) as server:
        settings.REGISTER_URL = server.url
        yield server.site


def outcomes() -> list[str]:
    return list(RegisterFetch.objects.order_by("pk").values_list("outcome", flat=True))


@pytest.mark.clause("A1")
def test_once_a_day_from_five_on(site, at):
    for instant, fetched in [
        (moment(4, 50), []),
        (moment(5), [Outcome.TAKEN_OVER]),
        (moment(5, 10), [Outcome.TAKEN_OVER]),
        (moment(23, 50), [Outcome.TAKEN_OVER]),
        (moment(5, days=1), [Outcome.TAKEN_OVER, Outcome.UNCHANGED]),
    ]:
        at(instant)
        actions.fetch_due()
        assert outcomes() == fetched
    first, second = RegisterFetch.objects.order_by("pk")
    assert first.register_import == second.register_import == RegisterImport.objects.get()
    assert (first.size, first.url, first.came_from) == (len(site.register), first.url, first.url)
    assert queries.last_confirmed().on == DAY + dt.timedelta(days=1)


@pytest.mark.clause("A1")
def test_without_an_address_nothing_is_fetched(at, settings):
    at(moment(9))
    settings.REGISTER_URL = ""
    assert (actions.fetch_due(), outcomes()) == (0, [])
    with pytest.raises(Refused):
        actions.ask_for_fetch(by=builders.epa_team())


def test_an_address_in_admin_goes_first(site, at, settings):
    at(moment(9))
    RegisterSettings.objects.create(pk=1, source_url=settings.REGISTER_URL.replace("apar", "roatp"))
    settings.REGISTER_URL = "http://nowhere.invalid/"
    actions.fetch_due()
    assert outcomes() == [Outcome.TAKEN_OVER]
    assert site.requests == ["/roatp/downloadcsv", "/apar/downloadcsv"]  # the redirect on the same host is followed


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("fault", "outcome", "code"),
    [
        (Fault.DOWN, Outcome.REFUSED, "register_html"),
        (Fault.HTML, Outcome.REFUSED, "register_html"),
        (Fault.TRUNCATED, Outcome.UNREACHABLE, "register_unreachable"),
        (Fault.CUT, Outcome.REFUSED, "register_truncated"),
        (Fault.BROKEN, Outcome.UNREACHABLE, "register_unreachable"),
        (Fault.SLOW, Outcome.UNREACHABLE, "register_unreachable"),
        (Fault.ELSEWHERE, Outcome.REFUSED, "register_redirect"),
        (Fault.LOOP, Outcome.UNREACHABLE, "register_unreachable"),
        (Fault.OVERSIZED, Outcome.REFUSED, "register_too_large"),
    ],
)
def test_whatever_goes_wrong_changes_nothing_and_comes_right_in_the_day(site, at, fault, outcome, code, monkeypatch):
    at(moment(5))
    actions.fetch_due()
    before = list(RegisterProvider.objects.values())
    at(moment(5, days=1))
    site.fault = fault
    if fault is Fault.OVERSIZED:
        monkeypatch.setattr(source, "MOST_BYTES", 3 * 1024 * 1024)
        monkeypatch.setattr(source, "SECONDS", 30.0)
    actions.fetch_due()
    failed = RegisterFetch.objects.get(scheduled_for=DAY + dt.timedelta(days=1), number=1)
    assert (failed.outcome, [problem["code"] for problem in failed.problems]) == (outcome, [code])
    assert (list(RegisterProvider.objects.values()), RegisterImport.objects.count()) == (before, 1)
    site.fault = Fault.NONE
    at(moment(5, 14, days=1))
    actions.fetch_due()
    assert outcomes()[-1] == ""  # its turn comes a quarter of an hour later
    at(moment(5, 15, days=1))
    actions.fetch_due()
    assert outcomes()[-1] == Outcome.UNCHANGED


@pytest.mark.clause("A1")
def test_the_office_is_told_once_when_a_day_brought_nothing(site, at, settings):
    admin = people.person(Role.ADMINISTRATOR)
    at(moment(5))
    actions.fetch_due()
    site.fault = Fault.DOWN
    for days in (1, 2):
        for hour, minute in ((5, 0), (5, 15), (6, 15), (8, 15)):
            at(moment(hour, minute, days=days))
            actions.fetch_due()
        assert Message.objects.filter(kind="centres.register_fetch_failed").count() == (0 if days == 1 else 2)
        at(moment(12, 15, days=days))
        actions.fetch_due()
        at(moment(20, days=days))
        actions.fetch_due()
        told = Message.objects.filter(kind="centres.register_fetch_failed").values_list("to_email", flat=True)
        assert sorted(told) == sorted([admin.email, settings.EPA_TEAM_MAILBOX])
    assert RegisterFetch.objects.filter(outcome=Outcome.REFUSED).count() == 10
    site.fault = Fault.NONE
    at(moment(5, days=3))
    actions.fetch_due()
    site.register = register(1, 2)  # far fewer: that does not pass by itself, so the office is told at once, and again
    at(moment(5, days=4))
    actions.fetch_due()
    assert Message.objects.filter(kind="centres.register_fetch_failed").count() == 4


@pytest.mark.clause("A1")
def test_an_old_register_is_told_of_once(at, settings):
    settings.REGISTER_URL = ""
    at(moment(9))
    builders.registered_provider()
    for days, letters in ((7, 0), (8, 1), (9, 1)):
        at(moment(9, days=days))
        actions.fetch_due()
        assert Message.objects.filter(kind="centres.register_old").count() == letters
    builders.registered_provider()
    at(moment(9, days=17))
    actions.fetch_due()
    actions.fetch_due()
    assert Message.objects.filter(kind="centres.register_old").count() == 2


@pytest.mark.clause("A1")
def test_a_fetch_is_asked_for_once_and_by_the_office(site, at):
    at(moment(4))
    office = builders.epa_team()
    assert actions.ask_for_fetch(by=office) == actions.ask_for_fetch(by=office)
    with pytest.raises(NotAllowed):
        actions.ask_for_fetch(by=builders.centre_eqa())
    site.fault = Fault.DOWN
    assert actions.fetch_due() == 1
    row = RegisterFetch.objects.get()
    assert (row.by_label, row.outcome, row.scheduled_for) == (office.label, Outcome.REFUSED, None)
    assert actions.fetch_due() == 0  # who asked sees what came of it; the day's own tries go on by themselves
    assert not Message.objects.filter(kind="centres.register_fetch_failed").exists()


@pytest.mark.clause("A1")
def test_a_worker_that_dies_in_the_middle_leaves_the_fetch_to_another(site, at):
    at(moment(4))
    actions.ask_for_fetch(by=builders.epa_team())
    (taken,) = work.take(RegisterFetch.objects.all(), 1)
    assert actions.fetch_due() == 0
    at(moment(4, 6))
    assert actions.fetch_due() == 1
    assert not work.finish(taken, outcome=Outcome.REFUSED)
    assert outcomes() == [Outcome.TAKEN_OVER]


@pytest.mark.parametrize("url", ["ftp://example.org/apar", "file:///etc/passwd"])
def test_only_http_and_https_are_asked(url):
    with pytest.raises(Refused):
        source.download(url)


def test_a_site_that_is_not_there_is_not_reached():
    with pytest.raises(source.Unreachable):
        source.download("http://127.0.0.1:9/apar")
