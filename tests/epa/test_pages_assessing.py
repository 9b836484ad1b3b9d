"""Pages of the assessing half: who sees what, what the forms do, and that no grade is seen before its release."""

import datetime as dt
import io
import itertools
import re

import openpyxl
import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.states import Role
from epa.actions import resits
from epa.models import EPA, Attempt, Booking, Result
from epa.states import AttemptKind, AttemptState, BookingState, EPAState
from foundation import clock, documents
from foundation.models import Message
from tests import builders as people
from tests.centres.builders import epa_team
from tests.epa import builders_assessing as build
from tests.epa import builders_preparing as preparing
from tests.epa import rows
from tests.epa.rows import booking_row, registration_row

START = dt.date(2026, 9, 14)
pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(name: str, *args: int) -> str:
    return reverse(f"epa:{name}", args=args)


@pytest.fixture
def epa(version, at) -> EPA:
    at(START)
    return build.opened(registration_row(version))


@pytest.fixture
def cast(epa, version) -> dict[str, User]:
    """Everybody who might look: by a short name."""
    organisation = epa.registration.apprentice.centre.organisation
    return {
        "owner": build.owner(epa),
        "staff": people.person(Role.CENTRE_STAFF, organisation),
        "reader": people.person(Role.CENTRE_READER, organisation),
        "stranger": build.owner(build.opened(registration_row(version, name="Other"))),
        "team": epa_team(),
        "assessor": build.an_assessor(version),
        "other assessor": build.assessor(version),
        "finance": people.person(Role.FINANCE),
        "EQA": people.person(Role.CENTRE_EQA),
    }


EVERYONE = ("owner", "staff", "reader", "stranger", "team", "assessor", "other assessor", "finance", "EQA")


def statuses(cast, address: str) -> dict[str, int]:
    return {name: signed_in(user).get(address).status_code for name, user in cast.items()}


def table(**codes: tuple[str, ...]) -> dict[str, int]:
    """Status by person from ``_200=("owner", …)``; who is not named gets 404."""
    found = dict.fromkeys(EVERYONE, 404)
    for code, names in codes.items():
        found |= dict.fromkeys(names, int(code.lstrip("_")))
    return found


@pytest.mark.clause("C1")
def test_who_sees_an_epa_and_its_attempts(epa, cast):
    build.confirmed(epa, by=cast["assessor"])
    attempt = build.attempt_of(epa, "OBS")
    ours = ("owner", "staff", "reader", "team", "assessor")
    assert statuses(cast, url("detail", epa.pk)) == table(_200=ours)
    assert statuses(cast, url("attempt", attempt.pk)) == table(_200=ours)
    hidden = ("reader", "team", "assessor")
    assert statuses(cast, url("hand_in", build.attempt_of(epa, "PRJ").pk)) == table(
        _200=("owner", "staff"), _403=hidden
    )
    centre = ("owner", "staff", "reader")
    assert statuses(cast, url("assess", attempt.pk)) == table(_200=("assessor",), _403=(*centre, "team"))
    assert statuses(cast, url("move_start", epa.pk)) == table(_200=("team",), _403=(*centre, "assessor"))
    booking = Booking.objects.get(epa=epa)
    assert statuses(cast, url("arrange", booking.pk)) == table(_200=("team",), _403=(*centre, "assessor", "finance"))


def test_who_sees_the_lists(epa, cast):
    build.assessed(epa)
    assert statuses(cast, url("calendar")) == table(_200=EVERYONE)
    assert statuses(cast, url("deadlines")) == table(_200=EVERYONE)
    assert statuses(cast, url("results")) == table(_200=EVERYONE)
    not_team = tuple(name for name in EVERYONE if name != "team")
    assert statuses(cast, url("results_board")) == table(_200=("team",), _403=not_team)
    assessors = ("assessor", "other assessor")
    others = tuple(name for name in EVERYONE if name not in assessors)
    assert statuses(cast, url("own_assessments")) == table(_200=assessors, _403=others)


@pytest.mark.clause("F1")
def test_a_result_is_found_by_the_centre_only_once_released(epa, cast):
    result = build.assessed(epa)
    for name in ("result", "result_statement"):
        assert statuses(cast, url(name, result.pk))["owner"] == 404
    assert statuses(cast, url("result", result.pk)) == table(_200=("team",))
    assert statuses(cast, url("result_release", result.pk)) == table(_200=("team",))
    build.released(epa)
    assert statuses(cast, url("result", result.pk)) == table(_200=("owner", "staff", "reader", "team"))


def test_signed_out_means_sign_in(epa):
    for name, args in (("detail", [epa.pk]), ("results", []), ("calendar", [])):
        response = Client().get(url(name, *args))
        assert (response.status_code, response.url.split("?")[0]) == (302, reverse("account_login"))


def test_nothing_changes_on_get(epa, cast):
    result = build.assessed(epa)
    for name in ("result_entered",):
        assert signed_in(cast["owner"]).get(url(name, result.pk)).status_code == 405
    signed_in(cast["team"]).get(url("result_release", result.pk))
    result.refresh_from_db()
    assert result.released_at is None


# Arranging by the form


def arranging_data(epa: EPA, user: User, *, hour: str = "10:00") -> dict[str, str]:
    data = {}
    for place, attempt in enumerate(epa.attempts.order_by("component__order")):
        day = START + dt.timedelta(days=build.DAYS[place])
        data |= {
            f"assessor_{attempt.pk}": str(user.pk),
            f"at_{attempt.pk}_0": f"{day:%d/%m/%Y}",
            f"at_{attempt.pk}_1": hour,
            "considered": f"{epa.attempts.get(component__code='OBS').pk}:2026-10-24",  # a Saturday, asked about
            f"place_{attempt.pk}": "At the employer's",
        }
    return data


def test_the_team_confirms_and_changes_by_the_form(epa, cast):
    booking = booking_row(epa, requested_on=START - dt.timedelta(days=60), by=cast["owner"])
    client, address = signed_in(cast["team"]), url("arrange", booking.pk)
    response = client.post(address, arranging_data(epa, cast["assessor"]))
    assert (response.status_code, response.url) == (302, url("detail", epa.pk))
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED
    assert build.attempt_of(epa, "OBS").scheduled_at == build.london(START + dt.timedelta(days=40))
    again = client.post(address, {**arranging_data(epa, cast["assessor"], hour="2pm"), "reason": "Assessor asked"})
    assert again.status_code == 302
    assert build.attempt_of(epa, "DIS").scheduled_at == build.london(START + dt.timedelta(days=50), 14)


@pytest.mark.clause("E2")
def test_what_speaks_against_it_stands_at_its_field(epa, cast):
    booking = booking_row(epa, requested_on=START, by=cast["owner"])
    response = signed_in(cast["team"]).post(url("arrange", booking.pk), arranging_data(epa, cast["assessor"]))
    assert response.status_code == 200
    errors = response.context["form"].errors
    assert list(errors) == [f"at_{build.attempt_of(epa, 'OBS').pk}"]
    assert "90 days later" in response.content.decode()


def test_the_period_is_moved_by_the_form(epa, cast):
    data = {"starts_on": "21/09/2026", "reason": "Ill"}
    assert signed_in(cast["team"]).post(url("move_start", epa.pk), data).status_code == 302
    epa.refresh_from_db()
    assert epa.starts_on == dt.date(2026, 9, 21)
    wrong = signed_in(cast["team"]).post(url("move_start", epa.pk), {"starts_on": "01/09/2026", "reason": "Ill"})
    assert "before the gateway was accepted" in wrong.content.decode()


def test_the_calendar_shows_a_week_of_what_one_may_see(epa, cast, version):
    build.confirmed(epa, by=cast["assessor"])
    day = START + dt.timedelta(days=40)
    client = signed_in(cast["team"])
    assert client.get(url("calendar"), {"day": f"{day:%Y-%m-%d}"}).context["count"] == 1
    assert client.get(url("calendar"), {"day": "nonsense"}).context["monday"] == START
    assert signed_in(cast["stranger"]).get(url("calendar"), {"day": f"{day}"}).context["count"] == 0
    exported = client.get(url("calendar"), {"day": f"{day}", "export": "csv"}).content.decode("utf-8-sig").splitlines()
    assert len(exported) == 2
    assert exported[1].startswith("24/10/2026 10:00,Practical observation with questions,First attempt")
    book = client.get(url("calendar"), {"day": f"{day}", "export": "xlsx"})
    assert book["Content-Disposition"] == 'attachment; filename="assessments-2026-10-19.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    assert sheet.title == "Assessments"
    assert [[cell.value for cell in row][:2] for row in sheet.iter_rows(min_row=2)] == [
        [build.london(dt.date(2026, 10, 24)).replace(tzinfo=None), "Practical observation with questions"]
    ]


def test_an_assessor_s_own_page_has_three_parts(epa, cast, at):
    build.confirmed(epa, by=cast["assessor"])
    at(START + dt.timedelta(days=45))
    context = signed_in(cast["assessor"]).get(url("own_assessments")).context
    assert [row.component.code for row in context["waiting"]] == ["OBS"]
    assert [row.component.code for row in context["today_rows"]] == ["PRJ"]
    assert [row.component.code for _, group in context["coming"] for row in group] == ["DIS"]


# Handing in and recording by the forms


@pytest.mark.clause("C5", "C7")
def test_the_centre_hands_in_by_the_forms(epa, cast):
    client = signed_in(cast["staff"])
    project, discussion = build.attempt_of(epa, "PRJ"), build.attempt_of(epa, "DIS")
    early = client.post(url("hand_in", project.pk), {"file": build.report()})
    assert "IMI has not agreed" in early.content.decode()
    build.agree_subject(epa)
    assert client.post(url("hand_in", project.pk), {"file": build.report()}).status_code == 302
    pieces = build.pieces(epa, 10)
    few = client.post(url("hand_in", discussion.pk), {"pieces": [piece.pk for piece in pieces[:9]]})
    assert "choose 10 to 15" in few.content.decode()
    assert client.post(url("hand_in", discussion.pk), {"pieces": [piece.pk for piece in pieces]}).status_code == 302
    submission = project.submissions.get()
    address = url("submission_file", submission.pk)
    assert statuses(cast, address) == table(_200=("owner", "staff", "reader", "team"))
    assert signed_in(cast["owner"]).get(address)["Content-Disposition"] == 'attachment; filename="report.pdf"'
    page = client.get(url("attempt", discussion.pk)).content.decode()
    assert "Piece 10" in page


def test_a_late_report_is_said_to_be_late(epa, cast, at):
    build.agree_subject(epa)
    at(dt.date(2026, 11, 15))
    response = signed_in(cast["owner"]).post(
        url("hand_in", build.attempt_of(epa, "PRJ").pk), {"file": build.report()}, follow=True
    )
    assert "after its due day" in response.content.decode()


def assessing_data(attempt: Attempt, grade: str, held_on: str) -> dict[str, str]:
    data = {"held_on": held_on, "grade": grade, "feedback": "Be clearer." if grade == "fail" else ""}
    for code, judgement in build.judgements(attempt.component, grade).items():
        data[f"met_{code}"] = "met" if judgement.met else "not_met"
        data[f"note_{code}"] = "Seen"
    return data


def test_an_assessor_records_by_the_form(epa, cast, at):
    build.confirmed(epa, by=cast["assessor"])
    at(START + dt.timedelta(days=40))
    attempt = build.attempt_of(epa, "OBS")
    client, address = signed_in(cast["assessor"]), url("assess", attempt.pk)
    wrong = client.post(address, {**assessing_data(attempt, "pass", "24/10/2026"), "grade": "distinction"})
    assert "The criteria as judged make “Pass”" in wrong.content.decode()
    assert client.post(address, assessing_data(attempt, "fail", "24 Oct 2026")).status_code == 302
    attempt.refresh_from_db()
    assert (attempt.state, attempt.grade, attempt.feedback) == (AttemptState.ASSESSED, "fail", "Be clearer.")
    assert "Be clearer." in client.get(url("attempt", attempt.pk)).content.decode()
    assert client.get(address).status_code == 409


@pytest.mark.parametrize("field", ["raw_grade", "released_at", "state", "assessor", "cap_lifted_by"])
def test_further_fields_of_a_post_change_nothing(epa, cast, at, field):
    build.confirmed(epa, by=cast["assessor"])
    at(START + dt.timedelta(days=40))
    attempt = build.attempt_of(epa, "OBS")
    data = {**assessing_data(attempt, "pass", "24/10/2026"), field: "distinction"}
    signed_in(cast["assessor"]).post(url("assess", attempt.pk), data)
    attempt.refresh_from_db()
    assert (attempt.raw_grade, attempt.grade, attempt.released_at) == ("pass", "pass", None)
    assert (attempt.state, attempt.assessor, attempt.cap_lifted_by) == (AttemptState.ASSESSED, cast["assessor"], None)


# Results by the pages


@pytest.mark.clause("F1")
def test_the_team_releases_and_the_centre_enters(epa, cast):
    result = build.assessed(epa)
    team, centre = signed_in(cast["team"]), signed_in(cast["owner"])
    page = team.get(url("result_release", result.pk)).content.decode()
    assert "The overall result is “Pass”" in page
    assert team.post(url("result_release", result.pk)).status_code == 302
    result.refresh_from_db()
    assert result.released_at is not None
    assert team.post(url("result_release", result.pk)).status_code == 409
    shown = centre.get(url("result", result.pk)).content.decode()
    assert "AchDate" in shown
    assert f"{result.last_day}" in shown
    assert "Result statement" not in shown.split("being prepared")[1]
    assert centre.post(url("result_entered", result.pk)).status_code == 302
    assert centre.post(url("result_entered", result.pk)).status_code == 409
    assert signed_in(cast["reader"]).post(url("result_entered", result.pk)).status_code == 403


def test_the_statement_is_downloaded_once_printed(epa, cast):
    result = build.released(epa)
    address = url("result_statement", result.pk)
    assert statuses(cast, address)["owner"] == 404
    documents.render_due()
    assert statuses(cast, address) == table(_200=("owner", "staff", "reader", "team"))
    response = signed_in(cast["owner"]).get(address)
    assert re.fullmatch(r'attachment; filename="RST-26-\d{6}-\w\.pdf"', response["Content-Disposition"])


@pytest.mark.clause("F1")
def test_the_board_puts_the_late_first(epa, cast, version, at):
    first = build.assessed(epa)
    second = build.assessed(build.opened(registration_row(version, name="Later"), START + dt.timedelta(days=1)))
    at(second.due_on)
    context = signed_in(cast["team"]).get(url("results_board")).context
    assert [(row.result.pk, row.left < 0) for row in context["rows"]] == [(first.pk, True), (second.pk, False)]
    assert (context["late"], context["soon"]) == (1, 1)
    exported = signed_in(cast["team"]).get(url("results_board"), {"export": "csv"})
    lines = exported.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["Due", *(f"{row.due_on:%d/%m/%Y}" for row in (first, second))]
    book = openpyxl.load_workbook(
        io.BytesIO(signed_in(cast["team"]).get(url("results_board"), {"export": "xlsx"}).content)
    )
    assert book.sheetnames == ["Results due"]
    days = [[cell.value.date() for cell in (row[0], row[4])] for row in book.active.iter_rows(min_row=2)]
    assert days == [[row.due_on, row.last_day] for row in (first, second)]


def test_the_list_of_results_is_filtered_and_exported(epa, cast, version):
    build.released(epa)
    mine = build.opened(registration_row(version, epa.registration.apprentice.centre, name="Findme"))
    build.released(mine, {"OBS": "fail"})
    client = signed_in(cast["owner"])

    def found(**asked: str) -> list[str]:
        page = client.get(url("results"), asked).context["page_obj"]
        return sorted(row.epa.registration.apprentice.family_name for row in page)

    assert found() == ["Example", "Findme"]
    assert found(q="findm") == ["Findme"]
    assert found(q=epa.registration.uln) == ["Example"]
    assert found(overall="fail") == ["Findme"]
    assert found(open_only="on") == ["Example", "Findme"]
    assert signed_in(cast["stranger"]).get(url("results")).context["page_obj"].paginator.count == 0
    lines = client.get(url("results"), {"export": "csv", "overall": "fail"}).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(f"{clock.london_date(mine.results.get().released_at):%d/%m/%Y},")
    book = client.get(url("results"), {"export": "xlsx", "overall": "fail"}).content
    cell = openpyxl.load_workbook(io.BytesIO(book))["Results"]["A2"]
    assert cell.value.date() == clock.london_date(mine.results.get().released_at)


@pytest.mark.parametrize("address", ["results", "results_board", "deadlines"])
def test_lists_ask_the_database_as_often_for_three_rows_as_for_one(
    epa, cast, version, address, django_assert_num_queries
):
    grades = {"results": {}, "results_board": None, "deadlines": None}[address]
    finish = (
        build.released if address == "results" else build.assessed if address == "results_board" else build.confirmed
    )
    centre = epa.registration.apprentice.centre
    finish(epa)
    client = signed_in(cast["team"])
    client.get(url(address))
    with connection.execute_wrapper(counter := Counter()):
        client.get(url(address))
    one = counter.count
    for number in range(2):
        finish(
            build.opened(registration_row(version, centre, name=f"More{number}"), START + dt.timedelta(days=number + 1))
        )
    assert grades in ({}, None)
    with django_assert_num_queries(one):
        client.get(url(address))


class Counter:
    """Counts the statements that go to the database."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += 1
        return execute(sql, params, many, context)


@pytest.mark.clause("C10", "C11", "D4")
def test_a_resit_is_asked_for_with_its_price_in_sight(epa, cast, at):
    result = build.released(epa, {"PRJ": "fail"})
    at(result.released_at)
    component = build.attempt_of(epa, "PRJ").component
    address = url("open_resit", epa.pk, component.pk)
    centre = signed_in(cast["owner"])
    assert "£180.00" in centre.get(address).content.decode()
    assert statuses(cast, address) == table(_200=("owner", "staff"), _403=("reader", "team", "assessor"))
    response = centre.post(address, {"kind": AttemptKind.RETAKE})
    attempt = build.attempt_of(epa, "PRJ")
    assert (response.status_code, response.url) == (302, url("attempt", attempt.pk))
    assert (attempt.kind, attempt.number) == (AttemptKind.RETAKE, 2)
    passed = build.attempt_of(epa, "OBS").component
    assert "a pass cannot be raised" in centre.get(url("open_resit", epa.pk, passed.pk)).content.decode()
    day = clock.today() + dt.timedelta(days=20)
    data = {
        f"assessor_{attempt.pk}": cast["assessor"].pk,
        f"at_{attempt.pk}_0": f"{day:%d/%m/%Y}",
        f"at_{attempt.pk}_1": "09:30",
        f"place_{attempt.pk}": "Online",
    }
    assert signed_in(cast["team"]).post(url("attempt_arrange", attempt.pk), data).status_code == 302
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.ARRANGED


@pytest.mark.clause("C13")
def test_two_people_lift_a_cap_by_the_pages(epa, cast, at):
    result = build.released(epa, {"OBS": "fail"})
    at(result.released_at)
    attempt = build.resit(epa, "OBS")
    first, second = signed_in(cast["team"]), signed_in(people.person(Role.EPA_TEAM))
    assert first.post(url("cap_lift_propose", attempt.pk), {"reason": "Bereavement"}).status_code == 302
    same = first.post(url("cap_lift_grant", attempt.pk))
    assert "a second person has to" in same.content.decode()
    assert second.post(url("cap_lift_grant", attempt.pk)).status_code == 302
    attempt.refresh_from_db()
    assert attempt.cap_lifted_by_id is not None
    assert "Bereavement" not in signed_in(cast["owner"]).get(url("attempt", attempt.pk)).content.decode()
    assert "Bereavement" in first.get(url("attempt", attempt.pk)).content.decode()


# The record page


def next_title(user: User, epa: EPA) -> str | None:
    found = signed_in(user).get(url("detail", epa.pk)).context["next"]
    return found.title if found else None


def test_one_next_step_for_each_role_at_each_stage(epa, cast, at):
    assert next_title(cast["owner"], epa) == "Request a booking"
    assert next_title(cast["team"], epa) is None
    booking_row(epa, requested_on=START - dt.timedelta(days=60), by=cast["owner"])
    assert next_title(cast["team"], epa) == "Confirm the booking"
    assert next_title(cast["reader"], epa) is None
    build.confirmed(epa, by=cast["assessor"])
    assert next_title(cast["owner"], epa) == "Hand in: Project report"
    assert next_title(cast["assessor"], epa) == "Assess Practical observation with questions"
    at(clock.london_date(build.attempt_of(epa, "OBS").scheduled_at))
    assert next_title(cast["assessor"], epa) == "Record Practical observation with questions"
    at(START)
    build.assessed(epa, {"DIS": "fail"})
    assert next_title(cast["team"], epa) == "Release the result"
    assert next_title(cast["owner"], epa) is None
    result = build.released(epa)
    at(result.released_at)
    assert next_title(cast["owner"], epa) == "Enter the result in your ILR"
    signed_in(cast["owner"]).post(url("result_entered", result.pk))
    assert next_title(cast["owner"], epa).startswith("Ask for a resit of Professional discussion")
    component = build.attempt_of(epa, "DIS").component
    resits.open_resit(epa=epa, component=component, kind=AttemptKind.RESIT, by=cast["owner"])
    assert next_title(cast["team"], epa).startswith("Arrange the further attempt")


def test_the_record_says_what_is_missing_and_where(epa, cast):
    context = signed_in(cast["owner"]).get(url("detail", epa.pk)).context
    codes = [problem.code for problem in context["problems"]]
    assert codes.count("not_arranged") == 3
    assert codes.count("not_handed_in") == 2
    project = build.attempt_of(epa, "PRJ")
    assert context["places"][f"hand_in_{project.pk}"] == url("hand_in", project.pk)
    build.confirmed(epa)
    build.handed_in(epa)
    after = signed_in(cast["owner"]).get(url("detail", epa.pk)).context["problems"]
    assert [problem.code for problem in after] == []


@pytest.mark.clause("C9")
def test_the_record_says_what_no_longer_fits_the_period(epa, cast):
    from epa.actions import deadlines

    build.confirmed(epa)
    deadlines.move_start(epa=epa, starts_on=START + dt.timedelta(days=41), reason="Ill", by=cast["team"])
    problems = signed_in(cast["team"]).get(url("detail", epa.pk)).context["problems"]
    assert [problem.code for problem in problems if problem.code == "outside_period"] == ["outside_period"]


def test_the_timeline_tells_the_story_in_order(epa, cast, at):
    build.confirmed(epa)
    moments = signed_in(cast["owner"]).get(url("detail", epa.pk)).context["moments"]
    titles = [moment.title for moment in moments]
    assert titles[0] == "Registered"
    assert titles.index("EPA period starts") < titles.index("Project report due") < titles.index("EPA period ends")
    assert [moment.date for moment in moments] == sorted(moment.date for moment in moments)
    build.released(epa)
    last = signed_in(cast["owner"]).get(url("detail", epa.pk)).context["moments"][-2:]
    assert [(moment.title, moment.clause) for moment in last] == [
        ("Result released", "F1"),
        ("Certificate applied for", "F5"),
    ]


def test_every_link_of_the_record_can_be_followed(epa, cast, at):
    """Also by an assessor who has one of the components only."""
    build.confirmed(epa, by=cast["assessor"])
    Attempt.objects.filter(epa=epa, component__code="DIS").update(assessor=cast["other assessor"])
    result = build.released(epa, {"DIS": "fail"})
    at(result.released_at)
    build.resit(epa, "DIS")
    for name in ("owner", "reader", "team", "assessor", "other assessor"):
        client = signed_in(cast[name])
        page = client.get(url("detail", epa.pk)).content.decode()
        main = page.split("<main", 1)[1].split("</main>")[0]
        links = set(re.findall(r'href="(/[^"]+)"', main))
        assert links
        assert {(link, client.get(link).status_code) for link in links} == {(link, 200) for link in links}


# No grade before its release


def sequences() -> list[tuple[str, int | None]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename), last_value FROM pg_sequences"
        )
        return cursor.fetchall()


def set_back(known: list[tuple[str, int | None]]) -> None:
    with connection.cursor() as cursor:
        for name, last in known:
            cursor.execute("SELECT setval(%s, %s, %s)", [name, last or 1, last is not None])


def plain(body: bytes) -> str:
    """Without what differs on every answer: tokens of forms and nonces."""
    return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', r'\1=""', body.decode("utf-8", "replace"))


def looks(epa: EPA, users: list[User]) -> dict[tuple[str, str], tuple[int, str, str]]:
    """Every page of an EPA as people outside the EPA team get it: status, body, file name."""
    attempts, result = list(epa.attempts.order_by("pk")), epa.results.latest("sequence")
    booking = epa.bookings.first()
    week = {"day": f"{START + dt.timedelta(days=40)}"}
    asked = [(url(name), {}) for name in ("calendar", "deadlines", "results", "results_board", "bookings")]
    asked += [(url(name), {"export": "csv"}) for name in ("deadlines", "results", "results_board")]
    asked += [(url("results"), {"overall": grade}) for grade in ("pass", "fail", "distinction")]
    asked += [(url("calendar"), week), (url("calendar"), {**week, "export": "csv"})]
    asked += [(url("detail", epa.pk), {}), (url("booking", booking.pk), {}), (url("gateway", epa.gateway.pk), {})]
    asked += [(url(name, result.pk), {}) for name in ("result", "result_release", "result_statement")]
    asked += [(url("open_resit", epa.pk, attempt.component_id), {}) for attempt in attempts]
    for attempt in attempts:
        asked += [(url(name, attempt.pk), {}) for name in ("attempt", "hand_in", "assess", "attempt_arrange")]
        asked += [(url(name, attempt.pk), {}) for name in ("cap_lift_propose", "cap_lift_grant")]
    seen = {}
    for user in users:
        client = signed_in(user)
        for address, data in asked:
            response = client.get(address, data)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            name = response.headers.get("Content-Disposition", "")
            seen[user.email, f"{address}?{data}"] = (response.status_code, plain(body), name)
    return seen


def world(version, grades: dict[str, str], monkeypatch) -> tuple[dict, list]:
    """A world that differs from another only in its grades: what people see of it, and what they were written."""
    for module, name, first in ((people, "_numbers", 1), (rows, "_ulns", 1_000_000_001), (build, "_marks", 1)):
        monkeypatch.setattr(module, name, itertools.count(first))
    monkeypatch.setattr(preparing, "_marks", itertools.count(1))
    with clock.travel(START):
        epa = build.opened(registration_row(version))
        one, other = build.assessor(version), build.assessor(version)
        build.confirmed(epa, by=one)
        Attempt.objects.filter(epa=epa, component__code="DIS").update(assessor=other)
        centre = epa.registration.apprentice.centre.organisation
        users = [build.owner(epa), people.person(Role.CENTRE_READER, centre), other, people.person(Role.FINANCE)]
        build.assessed(epa, grades)
    with clock.travel(START + dt.timedelta(days=60)):
        assert epa.state == EPAState.RESULT_DUE
        seen = looks(epa, users)
    return seen, list(Message.objects.order_by("pk").values_list("kind", "to_email", "subject", "text", "html"))


@pytest.mark.clause("F1")
@pytest.mark.parametrize("grades", [{"OBS": "fail"}, {"PRJ": "distinction", "OBS": "distinction"}])
def test_two_worlds_that_differ_only_in_the_grade_look_the_same(version, monkeypatch, grades):
    known, worlds = sequences(), []
    for given in ({}, grades):
        with transaction.atomic():
            worlds.append(world(version, given, monkeypatch))
            transaction.set_rollback(True)
        set_back(known)
    (seen, written), (seen_too, written_too) = worlds
    assert len(seen) > 100
    assert [key for key in seen if seen[key] != seen_too.get(key)] == []
    assert written == written_too


@pytest.mark.clause("F1")
def test_the_two_worlds_would_show_a_leak(version, monkeypatch):
    """The control: the team's pages do differ."""
    known, pages = sequences(), []
    for given in ({}, {"OBS": "fail"}):
        with transaction.atomic():
            monkeypatch.setattr(people, "_numbers", itertools.count(1))
            monkeypatch.setattr(rows, "_ulns", itertools.count(1_000_000_001))
            with clock.travel(START):
                epa = build.opened(registration_row(version))
                result = build.assessed(epa, given)
                pages.append(plain(signed_in(epa_team()).get(url("result_release", result.pk)).content))
            transaction.set_rollback(True)
        set_back(known)
    assert pages[0] != pages[1]
    assert Result.objects.count() == 0
