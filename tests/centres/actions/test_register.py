"""A1: taking the register over: whole or not at all, what changed, who is told."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.actors import System
from accounts.states import Role
from centres import actions, queries
from centres.models import RegisterChange, RegisterImport, RegisterProvider
from centres.states import RegisterChangeKind as Kind
from foundation import audit
from foundation.errors import NotAllowed, Refused
from foundation.models import Message
from tests import builders as people
from tests.centres import builders

pytestmark = pytest.mark.django_db
ROBOT = System("test")
MAIN = "Main provider"


def take_over(*rows, by=ROBOT) -> RegisterImport:
    return actions.import_register(data=builders.register_csv(rows), source_name="apar.csv", by=by)


def rows(*numbers: int):
    return [(10_000_000 + number, f"Provider {number}", MAIN, "") for number in numbers]


def changes(taken: RegisterImport):
    return [(row.ukprn - 10_000_000, row.kind) for row in taken.changes.order_by("pk")]


@pytest.mark.clause("A1")
def test_the_first_import_fills_the_register(at, monday):
    at(monday)
    taken = take_over(*rows(1, 2))
    assert (taken.provider_count, taken.row_count, taken.ignored_count, taken.layout) == (2, 2, 0, "2023 onwards")
    assert changes(taken) == [(1, Kind.JOINED), (2, Kind.JOINED)]
    first = RegisterProvider.objects.get(ukprn=10_000_001)
    assert (first.joined_on, first.left_on, first.start_on) == (dt.date(2017, 5, 1), None, dt.date(2017, 5, 1))
    event = audit.history(taken).get()
    assert (event.verb, event.facts["providers"], event.facts["sha256"]) == ("import_register", 2, taken.sha256)


@pytest.mark.clause("A1")
def test_the_same_file_twice_changes_nothing():
    take_over(*rows(1, 2))
    before = list(RegisterProvider.objects.values())
    assert changes(take_over(*rows(1, 2))) == []
    assert (list(RegisterProvider.objects.values()), RegisterImport.objects.count()) == (before, 2)


@pytest.mark.clause("A1")
def test_leaving_and_coming_back(at, monday):
    at(monday)
    take_over(*rows(*range(1, 11)))
    at(monday + dt.timedelta(days=1))
    left = take_over(*rows(*range(2, 11)))
    gone = RegisterProvider.objects.get(ukprn=10_000_001)
    assert (changes(left), gone.left_on) == ([(1, Kind.LEFT)], dt.date(2026, 9, 15))
    at(monday + dt.timedelta(days=2))
    assert changes(take_over(*rows(*range(2, 11)))) == []
    at(monday + dt.timedelta(days=3))
    back = take_over(*rows(*range(1, 11)))
    gone.refresh_from_db()
    assert (changes(back), gone.joined_on, gone.left_on) == ([(1, Kind.JOINED)], dt.date(2026, 9, 17), None)


@pytest.mark.clause("A1")
def test_name_type_and_starting_are_taken_over():
    take_over(*rows(1, 2))
    taken = take_over(
        (10_000_001, "New name", "Supporting provider", "Not Currently Starting New Apprentices"), *rows(2)
    )
    entry = RegisterProvider.objects.get(ukprn=10_000_001)
    assert (entry.name, entry.provider_type, entry.not_starting) == ("New name", "Supporting provider", True)
    assert changes(taken) == [(1, Kind.RENAMED), (1, Kind.TYPE_CHANGED), (1, Kind.STOPPED_STARTING)]


@pytest.mark.clause("A1")
@pytest.mark.parametrize(("kept", "code"), [(8, None), (7, "register_shrank")])
def test_a_file_cut_short_is_refused_and_changes_nothing(kept, code):
    take_over(*rows(*range(1, 11)))
    before = list(RegisterProvider.objects.values())
    if code is None:
        assert take_over(*rows(*range(1, kept + 1))).provider_count == kept
        return
    with pytest.raises(Refused) as refused:
        take_over(*rows(*range(1, kept + 1)))
    assert [problem.code for problem in refused.value.problems] == [code]
    assert (list(RegisterProvider.objects.values()), RegisterImport.objects.count()) == (before, 1)


@pytest.mark.clause("A1")
def test_the_share_is_a_setting(settings):
    settings.REGISTER_MIN_SHARE = 0.5
    take_over(*rows(1, 2))
    assert take_over(*rows(1)).provider_count == 1


@pytest.mark.clause("A1")
def test_one_wrong_row_refuses_all():
    take_over(*rows(1))
    with pytest.raises(Refused):
        actions.import_register(
            data=builders.register_csv(rows(2)) + b"123,Short,Main provider,01/05/2017,,\r\n", source_name="x", by=ROBOT
        )
    assert list(RegisterProvider.objects.values_list("ukprn", flat=True)) == [10_000_001]


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.EPA_TEAM, True),
        (Role.ADMINISTRATOR, True),
        (Role.CENTRE_EQA, False),
        (Role.FINANCE, False),
        (Role.INDEPENDENT_ASSESSOR, False),
    ],
)
def test_who_imports(role, allowed):
    someone = people.person(role)
    if allowed:
        assert take_over(*rows(1), by=someone).by_label == someone.label
    else:
        with pytest.raises(NotAllowed):
            take_over(*rows(1), by=someone)


def test_an_owner_of_a_centre_does_not_import():
    owner = people.person(Role.CENTRE_OWNER, people.provider())
    with pytest.raises(NotAllowed):
        take_over(*rows(1), by=owner)
    assert RegisterImport.objects.count() == 0


@pytest.mark.clause("A1")
def test_a_centre_that_leaves_is_blocked_from_that_day_and_all_are_told_once(at, monday, st0071, settings):
    at(monday)
    centre = builders.approved_centre(st0071)
    package = st0071.packages.first()
    reader = people.person(Role.CENTRE_READER, centre.organisation)
    at(monday + dt.timedelta(days=1))
    builders.leave_register(centre.ukprn)

    yesterday = queries.registration_problems(centre, package, monday)
    today = queries.registration_problems(centre, package, monday + dt.timedelta(days=1))
    assert (yesterday, [problem.code for problem in today]) == ([], ["left_register"])
    told = sorted(Message.objects.filter(kind="centres.left_register").values_list("to_email", flat=True))
    owners = [user.email for user in queries.people(centre)]
    assert told == sorted([*owners, settings.EPA_TEAM_MAILBOX])
    assert reader.email not in told
    builders.registered_provider(10_999_999)  # a further import without the centre says nothing again
    assert Message.objects.filter(kind="centres.left_register").count() == len(told)

    at(monday + dt.timedelta(days=2))
    builders.registered_provider(centre.ukprn, str(centre))
    assert queries.registration_problems(centre, package, monday + dt.timedelta(days=2)) == []
    assert Message.objects.filter(kind="centres.back_on_register").count() == len(told)


@pytest.mark.clause("A1")
def test_a_centre_that_takes_nobody_new_is_warned_and_stays_open(st0071):
    centre = builders.approved_centre(st0071)
    entry = RegisterProvider.objects.get(ukprn=centre.ukprn)
    take_over((entry.ukprn, entry.name, MAIN, "Not Currently Starting New Apprentices"))
    problems = queries.registration_problems(centre, st0071.packages.first(), builders.clock.today())
    assert [(problem.code, problem.warning) for problem in problems] == [("not_starting", True)]


def test_the_command_imports_a_file(tmp_path):
    path = tmp_path / "apar-2026-09-14.csv"
    path.write_bytes(builders.register_csv(rows(1, 2)))
    out = StringIO()
    call_command("import_register", str(path), stdout=out)
    assert out.getvalue().strip() == "2 providers, 2 changes, 2023 onwards."
    assert RegisterImport.objects.get().source_name == "apar-2026-09-14.csv"


def test_the_command_says_what_is_wrong(tmp_path):
    path = tmp_path / "page.csv"
    path.write_bytes(b"<html></html>")
    with pytest.raises(CommandError, match="This is a web page"):
        call_command("import_register", str(path))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_register", str(tmp_path / "missing.csv"))
    assert RegisterChange.objects.count() == 0


def test_a_large_import_takes_few_statements(django_assert_max_num_queries):
    take_over(*rows(*range(1, 1501)))
    with django_assert_max_num_queries(20):
        take_over(*[(10_000_000 + number, f"Other {number}", MAIN, "") for number in range(1, 1501)])
    assert RegisterProvider.objects.filter(name__startswith="Other").count() == 1500
