"""The boards of the EPA team and the assessors: the late first, nothing late left out, as many statements as ever."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from foundation import clock
from imi_portal import queues
from tests.apprentices.builders import registered
from tests.centres.builders import approved_centre, epa_team
from tests.epa.builders_assessing import attempt_of, confirmed, in_period
from tests.epa.builders_preparing import epa_for, requested_booking

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def epa_package(version):
    return version.packages.get(kind="epa")


@pytest.mark.clause("C9", "E2")
def test_the_team_sees_late_work_that_nobody_else_will_do(st0071, private_files, at) -> None:
    made = approved_centre(st0071)
    provisional = requested_booking(epa_for(registered(made, epa_package(st0071))))
    ended = in_period(registered(made, epa_package(st0071)))
    at(provisional.desired_on)
    board = queues.board(epa_team())
    assert provisional.number in " ".join(item.title for item in board.waiting)
    at(max(provisional.desired_on, ended.ends_on) + dt.timedelta(days=1))
    board = queues.board(epa_team())
    late = {(item.url, item.due_on, item.clause) for item in board.todo}
    assert (reverse("epa:detail", args=[ended.pk]), ended.ends_on, "C9") in late
    assert (reverse("epa:booking", args=[provisional.pk]), provisional.desired_on, "E2") in late
    assert provisional.number not in " ".join(item.title for item in board.waiting)
    assert queues.count(epa_team()) == len(board.todo)
    assert [item.due_on for item in board.todo] == sorted(item.due_on for item in board.todo)


def test_the_team_reaches_the_deadlines_from_its_home(st0071, private_files, at) -> None:
    epa = in_period(registered(approved_centre(st0071), epa_package(st0071)))

    def figure() -> tuple[object, bool]:
        found = {row.url: row for row in queues.board(epa_team()).figures}[reverse("epa:deadlines")]
        return found.value, found.alarm

    assert figure() == (0, False)
    at(epa.ends_on + dt.timedelta(days=1))
    due = epa.deadlines.filter(done_at=None).count()
    assert due > 0
    assert figure() == (due, True)
    assert f'href="{reverse("epa:deadlines")}"' in signed_in(epa_team()).get("/").content.decode()


def test_the_team_s_board_asks_the_database_as_often_for_three_as_for_one(st0071, private_files, at) -> None:
    made = approved_centre(st0071)

    def late() -> int:
        requested_booking(epa_for(registered(made, epa_package(st0071))))
        return in_period(registered(made, epa_package(st0071))).pk

    late()
    now = clock.today()
    at(now + dt.timedelta(days=200))
    with CaptureQueriesContext(connection) as one:
        queues.board(epa_team())
    at(now)
    late()
    late()
    at(now + dt.timedelta(days=200))
    with CaptureQueriesContext(connection) as three:
        queues.board(epa_team())
    assert len(three) == len(one)


def test_an_assessor_s_coming_assessments_are_its_own(st0071, private_files, at) -> None:
    epa = in_period(registered(approved_centre(st0071), epa_package(st0071)))
    confirmed(epa)
    attempt = attempt_of(epa, "OBS")
    board = queues.board(attempt.assessor)
    assert (board.todo, board.waiting) == ([], [])
    assert next(item.url for item in board.coming) == reverse("epa:attempt", args=[attempt.pk])
    page = signed_in(attempt.assessor).get("/").content.decode()
    assert ("Coming up" in page, "Waiting for others" in page) == (True, False)
    at(clock.london_date(attempt.scheduled_at))
    board = queues.board(attempt.assessor)
    assert ([item.url for item in board.todo], len(board.coming)) == ([reverse("epa:attempt", args=[attempt.pk])], 2)
