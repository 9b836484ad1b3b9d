"""What is written to whom: subject, one link, a name and never a grade."""

import datetime as dt
import re

import pytest

from accounts.states import Role
from epa.actions import arranging, assessing, deadlines, resits, results
from epa.models import EPA, Attempt
from epa.states import AttemptKind, DeadlineKind
from foundation.models import Message
from tests import builders as people
from tests.centres.builders import epa_team
from tests.epa import builders_assessing as build
from tests.epa.rows import registration_row

START = dt.date(2026, 9, 14)
NAME = "Alex O'Neil & Sons"
GRADES = re.compile(r"\b(pass|passed|fail|failed|merit|distinction|resit|retake)\b", re.IGNORECASE)
pytestmark = pytest.mark.django_db


@pytest.fixture
def epa(version, at) -> EPA:
    at(START)
    return build.opened(registration_row(version, name="O'Neil & Sons"))


def sent(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=f"epa.{kind}").order_by("pk"))


def only(kind: str) -> Message:
    rows = sent(kind)
    assert len(rows) == 1
    return rows[0]


def links(message: Message) -> list[str]:
    return re.findall(r"https?://\S+", message.text)


def test_confirmed_dates_go_to_centre_and_assessor(epa, settings):
    build.confirmed(epa)
    centre = only("dates_arranged")
    assert centre.to_user == build.owner(epa)
    assert centre.subject == f"The assessment dates of {NAME} are confirmed"
    assert "Practical observation with questions: Sat 24 Oct 2026, 10:00, At the employer's" in centre.text
    assert "project report to be handed in by Thu 15 Oct 2026" in centre.text
    assert "portfolio of evidence to be handed in by Tue 20 Oct 2026" in centre.text
    assert links(centre) == [f"{settings.BASE_URL}/epa/{epa.pk}/"]
    told = sent("allocated")
    assert [row.subject for row in told] == [
        f"Practical observation with questions of {NAME}, Sat 24 Oct 2026",
        f"Work-based project supported by an interview of {NAME}, Thu 29 Oct 2026",
        f"Professional discussion supported by portfolio evidence of {NAME}, Tue 3 Nov 2026",
    ]
    assert links(told[0]) == [f"{settings.BASE_URL}/epa/attempts/{build.attempt_of(epa, 'OBS').pk}/"]


def test_the_time_is_london_s(epa):
    """24 October is summer time and 3 November winter time: ten in the morning both times."""
    build.confirmed(epa)
    text = only("dates_arranged").text
    assert text.count(", 10:00, ") == 3


def test_changed_dates_are_called_changed(epa):
    booking = build.confirmed(epa)
    rows = build.arrangements(epa, days={"OBS": START + dt.timedelta(days=60)}, attempts=[build.attempt_of(epa, "OBS")])
    arranging.reschedule(booking=booking, arrangements=rows, reason="Ill", by=epa_team())
    assert sent("dates_arranged")[-1].subject == f"The assessment dates of {NAME} are changed"
    assert sent("allocated")[-1].subject == f"Changed: Practical observation with questions of {NAME}, Fri 13 Nov 2026"
    assert len(sent("allocated")) == 4


def test_what_does_not_take_place_goes_to_its_assessor(epa):
    build.confirmed(epa)
    assessor = build.attempt_of(epa, "OBS").assessor
    arranging.unarrange(epa=epa, by=epa_team())
    assert {row.to_user for row in sent("unarranged")} == {assessor}
    assert f"Practical observation with questions of {NAME} does not take place as arranged" in {
        row.subject for row in sent("unarranged")
    }


def test_a_moved_period_goes_to_the_centre(epa):
    deadlines.move_start(epa=epa, starts_on=dt.date(2026, 9, 21), reason="Ill", by=epa_team())
    message = only("period_moved")
    assert message.to_user == build.owner(epa)
    assert "now runs from Mon 21 Sep 2026 to Mon 21 Dec 2026" in message.text
    assert "Ill" not in message.text


def test_what_is_handed_in_goes_to_the_assessor(epa, at, settings):
    build.confirmed(epa)
    build.agree_subject(epa)
    assessing.submit_report(attempt=build.attempt_of(epa, "PRJ"), file=build.report(), by=build.owner(epa))
    message = only("handed_in")
    assert message.to_user == build.attempt_of(epa, "PRJ").assessor
    assert message.subject == f"Project report of {NAME} has been handed in"
    assert "after its due day" not in message.text
    assert sent("handed_in_late") == []
    at(dt.date(2026, 10, 16))
    assessing.submit_report(attempt=build.attempt_of(epa, "PRJ"), file=build.report(), by=build.owner(epa))
    late = only("handed_in_late")
    assert (late.to_email, late.subject) == (settings.EPA_TEAM_MAILBOX, f"Project report of {NAME} came late")
    assert "was due on Thu 15 Oct 2026 and came on Fri 16 Oct 2026" in late.text
    assert "after its due day" in sent("handed_in")[-1].text


@pytest.mark.clause("F1")
@pytest.mark.parametrize("grades", [{}, {"OBS": "fail"}, {"OBS": "distinction"}])
def test_a_result_due_goes_to_the_team_and_a_released_one_to_the_centre(epa, grades, settings):
    result = build.assessed(epa, grades)
    due = only("result_falls_due")
    assert (due.to_email, due.to_user) == (settings.EPA_TEAM_MAILBOX, None)
    assert (
        due.subject
        == f"Result of {NAME} to be released by {result.due_on:%a} {result.due_on.day} {result.due_on:%b %Y}"
    )
    build.released(epa)
    message = only("result_released")
    assert message.to_user == build.owner(epa)
    assert links(message) == [f"{settings.BASE_URL}/epa/results/{result.pk}/"]
    for row in (due, message):
        assert GRADES.search(row.subject + row.text + row.html) is None


@pytest.mark.clause("F1")
def test_nothing_written_to_a_centre_before_the_release_tells_a_grade(epa):
    build.confirmed(epa)
    build.assessed(epa, {"OBS": "fail", "PRJ": "distinction"})
    for row in Message.objects.filter(to_user=build.owner(epa)):
        assert GRADES.search(row.subject + row.text) is None


@pytest.mark.clause("C10", "C13")
def test_a_resit_and_its_exception_go_to_the_team(epa, at, settings):
    result = build.released(epa, {"OBS": "fail"})
    at(result.released_at)
    component = build.attempt_of(epa, "OBS").component
    attempt = resits.open_resit(epa=epa, component=component, kind=AttemptKind.RETAKE, by=build.owner(epa))
    opened = only("resit_opened")
    assert opened.to_email == settings.EPA_TEAM_MAILBOX
    assert opened.subject == f"Retake (further learning) to be arranged: Practical observation with questions of {NAME}"
    assert "held by Thu 4 Nov 2027" in opened.text
    assessing.propose_cap_lift(attempt=attempt, reason="Bereavement", by=people.person(Role.EPA_TEAM))
    proposed = only("cap_lift_proposed")
    assert proposed.to_email == settings.EPA_TEAM_MAILBOX
    assert "Bereavement" not in proposed.text


@pytest.mark.clause("C11")
def test_the_end_of_the_resits_goes_to_the_centre(epa):
    build.released(epa, {"OBS": "fail"})
    deadlines.look(epa.resit_until + dt.timedelta(days=1))
    message = only("resits_closed")
    assert message.to_user == build.owner(epa)
    assert "ended on Thu 4 Nov 2027" in message.text


@pytest.mark.parametrize(
    ("kind", "to_centre"),
    [
        (DeadlineKind.SUBMISSION, True),
        (DeadlineKind.WINDOW, False),
        (DeadlineKind.PERIOD_END, False),
    ],
)
def test_a_deadline_goes_to_whoever_has_to_act(epa, settings, kind, to_centre):
    deadlines.look(dt.date(2026, 12, 1))
    near = [row for row in sent("deadline_near") if row.subject.startswith(kind.label)]
    missed = [row for row in sent("deadline_missed") if kind.label.lower() in row.subject]
    if kind == DeadlineKind.SUBMISSION:
        assert near == []
        assert {row.to_email for row in missed} == {build.owner(epa).email, settings.EPA_TEAM_MAILBOX}
    else:
        assert missed == []
        assert {row.to_email for row in near} == {settings.EPA_TEAM_MAILBOX}
    assert to_centre is (kind == DeadlineKind.SUBMISSION)


@pytest.mark.clause("F1")
def test_a_late_result_is_the_team_s_affair(epa, settings):
    result = build.assessed(epa)
    deadlines.look(result.due_on - dt.timedelta(days=7))
    deadlines.look(result.due_on + dt.timedelta(days=1))
    told = sent("deadline_near") + sent("deadline_missed")
    assert [row.to_email for row in told] == [settings.EPA_TEAM_MAILBOX] * 2


def test_everybody_of_the_centre_who_writes_is_told(epa):
    organisation = epa.registration.apprentice.centre.organisation
    staff, reader = (people.person(role, organisation) for role in (Role.CENTRE_STAFF, Role.CENTRE_READER))
    build.released(epa)
    told = {row.to_user for row in sent("result_released")}
    assert told == {build.owner(epa), staff}
    assert reader not in told


def test_every_message_has_one_link_and_no_more_than_a_name(epa, at):
    build.confirmed(epa)
    build.released(epa, {"PRJ": "fail", "DIS": "fail"})
    at(dt.date(2026, 11, 5))
    Attempt.objects.filter(epa=epa).first()
    build.resit(epa, "PRJ")
    deadlines.look(dt.date(2026, 12, 2))
    apprentice = epa.registration.apprentice
    for row in Message.objects.filter(kind__startswith="epa."):
        assert len(links(row)) == 1, row.kind
        assert "&#x27;" not in row.subject + row.text
        assert "&amp;" not in row.subject + row.text
        for private in (apprentice.uln, str(apprentice.date_of_birth), "Bright Garages"):
            assert private not in row.subject + row.text


def test_a_refused_release_tells_nobody(epa):
    result = build.assessed(epa)
    with pytest.raises(Exception, match="You may not"):
        results.release(result=result, by=build.owner(epa))
    assert sent("result_released") == []
