"""A1: taking the register over: whole or not at all, what changed, who is told."""

import datetime as dt
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import System
from accounts.states import Role
from centres import actions, queries, rules
from centres.models import RegisterChange, RegisterImport, RegisterProvider, RegisterSettings, RegisterSpell
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
def test_the_share_is_a_setting():
    RegisterSettings.objects.create(pk=1, smallest_share=50)
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


def statements(count: int, name: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        take_over(*[(10_000_000 + number, f"{name} {number}", MAIN, "") for number in range(1, count + 1)])
    return len(captured)


@pytest.mark.clause("A1")
@pytest.mark.slow
def test_twenty_thousand_rows_take_as_many_statements_as_twenty():
    """A first import as large as the register may become, then one that changes very many."""
    few = [statements(20, "Name"), statements(16, "Other")]
    RegisterSpell.objects.all().delete()
    RegisterProvider.objects.all().delete()
    many = [statements(20_000, "Name"), statements(16_000, "Other")]
    assert many == few
    assert RegisterSpell.objects.filter(until_on=None, name__startswith="Other").count() == 16_000
    assert RegisterProvider.objects.exclude(left_on=None).count() == 4_000


def spells(number: int):
    rows = RegisterSpell.objects.filter(provider__ukprn=10_000_000 + number).order_by("from_on", "pk")
    return [(row.name, row.provider_type, row.not_starting, row.from_on, row.until_on) for row in rows]


@pytest.mark.clause("A1")
def test_every_import_is_kept_by_date(at, monday):
    """Joined, stopped starting, left, came back under another name: each day has its answer."""
    others, start = rows(*range(2, 11)), dt.date(2017, 5, 1)
    days = [monday + dt.timedelta(days=number) for number in range(5)]
    stopped = (10_000_001, "Provider 1", MAIN, "Not Currently Starting New Apprentices")
    back = (10_000_001, "New name", "Employer provider", "")
    for day, first in zip(days, [rows(1), [stopped], [], [], [back]], strict=True):
        at(day)
        take_over(*first, *others)
    assert spells(1) == [
        ("Provider 1", MAIN, False, start, days[1]),
        ("Provider 1", MAIN, True, days[1], days[2]),
        ("New name", "Employer provider", False, days[4], None),
    ]
    assert spells(2) == [("Provider 2", MAIN, False, start, None)]
    codes = [
        [problem.code for problem in rules.register_problems(queries.register_facts(10_000_001), day)] for day in days
    ]
    assert codes == [[], ["not_starting"], ["left_register"], ["left_register"], []]
    answer = queries.register_answer(10_000_001, days[3])
    assert (answer.facts, answer.left_on) == (None, days[2])
    assert [answer.before.imported_at.date(), answer.after.imported_at.date()] == days[3:]
    assert queries.register_answer(10_000_001, days[4] + dt.timedelta(days=900)).is_to_come


@pytest.mark.clause("A1")
def test_out_and_in_again_on_one_day_leaves_no_gap(at, monday):
    at(monday)
    take_over(*rows(*range(1, 11)))
    tuesday = monday + dt.timedelta(days=1)
    at(tuesday)
    take_over(*rows(*range(2, 11)))
    take_over(*rows(*range(1, 11)))
    facts = queries.register_facts(10_000_001)
    assert [rules.facts_on(facts, day) is not None for day in (monday, tuesday)] == [True, True]


@pytest.mark.clause("A1")
def test_a_start_after_it_left_dates_its_return(at, monday):
    at(monday)
    take_over(*rows(*range(1, 11)))
    at(monday + dt.timedelta(days=1))
    take_over(*rows(*range(2, 11)))
    at(monday + dt.timedelta(days=9))
    data = builders.register_csv(rows(*range(2, 11))) + b"10000001,Provider 1,Main provider,18/09/2026,,\r\n"
    actions.import_register(data=data, source_name="apar.csv", by=ROBOT)
    assert [(row[3], row[4]) for row in spells(1)] == [
        (dt.date(2017, 5, 1), dt.date(2026, 9, 15)),
        (dt.date(2026, 9, 18), None),
    ]


@pytest.mark.clause("A1")
def test_what_was_imported_before_history_was_kept_is_told_from_the_differences(at, monday):
    """The migration, over what imports leave: it gives every provider the stretches that the imports would have."""
    days = [monday + dt.timedelta(days=number) for number in range(5)]
    stopped = (10_000_001, "Provider 1", MAIN, "Not Currently Starting New Apprentices")
    back = (10_000_001, "New name", MAIN, "Not Currently Starting New Apprentices")
    renamed = (10_000_002, "Second", "Supporting provider", "")
    files = [
        rows(*range(1, 12)),
        [stopped, *rows(*range(2, 12))],
        rows(*range(2, 12)),
        [renamed, *rows(*range(3, 11))],
        [back, renamed, *rows(*range(3, 11)), *rows(12)],
    ]
    for day, file in zip(days, files, strict=True):
        at(day)
        take_over(*file)
    fields = ["provider__ukprn", "name", "provider_type", "not_starting", "from_on", "until_on", "said_by", "ended_by"]
    told = sorted(RegisterSpell.objects.values_list(*fields), key=str)
    import_module("centres.migrations.0006_register_history_of_before").forget(apps, None)
    import_module("centres.migrations.0006_register_history_of_before").tell(apps, None)
    assert sorted(RegisterSpell.objects.values_list(*fields), key=str) == told


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("changed", "kind", "to_centre"),
    [
        (("Riverside", MAIN, "Not Currently Starting New Apprentices"), "centres.stopped_starting", True),
        (("Riverside Academy", MAIN, ""), "centres.register_differs", False),
        (("Riverside", "Supporting provider", ""), "centres.register_differs", False),
    ],
)
def test_who_is_told_of_what_changed_for_a_centre(settings, changed, kind, to_centre):
    centre = builders.centre("Riverside", 10_000_001)
    owner = builders.owner_of(centre)
    for _ in range(2):  # the second import says it again: nobody is told twice
        take_over((10_000_001, *changed))
    told = Message.objects.filter(kind=kind).values_list("to_email", flat=True)
    assert sorted(told) == sorted([settings.EPA_TEAM_MAILBOX, *([owner.email] if to_centre else [])])
    assert not Message.objects.filter(kind__in=["centres.left_register", "centres.back_on_register"]).exists()
    take_over((10_000_001, "Riverside", MAIN, ""))
    assert Message.objects.filter(kind="centres.resumed_starting").count() == (2 if to_centre else 0)


def test_the_name_is_taken_over_once():
    centre = builders.centre("Riverside", 10_000_001)
    office = builders.epa_team()
    with pytest.raises(Refused):
        actions.take_over_name(centre=centre, by=office)
    take_over((10_000_001, "Riverside Academy", MAIN, ""))
    with pytest.raises(NotAllowed):
        actions.take_over_name(centre=centre, by=builders.owner_of(centre))
    assert str(actions.take_over_name(centre=centre, by=office)) == "Riverside Academy"
    assert audit.history(centre).get(verb="take_over_name").facts == {
        "before": "Riverside",
        "after": "Riverside Academy",
    }


@pytest.mark.clause("A1")
def test_an_import_that_is_killed_in_the_middle_changes_nothing(monkeypatch):
    take_over(*rows(1, 2))
    before = [list(model.objects.values()) for model in (RegisterProvider, RegisterSpell, RegisterChange)]

    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("centres.actions.register._tell_centres", killed)
    with pytest.raises(KeyboardInterrupt):
        take_over(*rows(1, 3))
    assert [list(model.objects.values()) for model in (RegisterProvider, RegisterSpell, RegisterChange)] == before
    assert RegisterImport.objects.count() == 1
