"""The forms of the assessing half: what they offer and what they hand to the verbs."""

import datetime as dt

import pytest
from django.http import QueryDict

from accounts.actors import System
from epa.forms.arranging import ArrangingForm, MoveStartForm, WeekForm
from epa.forms.assessing import AssessingForm, PortfolioForm
from epa.forms.results import ResitForm, ResultFilter
from epa.models import EPA, Result
from epa.rules.assessing import Judgement
from standards.actions import CATALOGUE, load_version
from tests.epa import builders_assessing as build
from tests.epa.rows import registration_row

START = dt.date(2026, 9, 14)
pytestmark = pytest.mark.django_db


@pytest.fixture
def epa(version, at) -> EPA:
    at(START)
    return build.opened(registration_row(version))


def answers(epa: EPA, user, **changes: str) -> dict[str, str]:
    """The answers to the form of arranging the observation."""
    key = build.attempt_of(epa, "OBS").pk
    usual = {"assessor": str(user.pk), "day": "24/10/2026", "time": "10:00", "place": "Garage"}
    given = {**usual, **changes}
    return {
        f"assessor_{key}": given["assessor"],
        f"at_{key}_0": given["day"],
        f"at_{key}_1": given["time"],
        f"place_{key}": given["place"],
    }


@pytest.mark.parametrize(
    ("day", "time", "instant"),
    [
        ("24/10/2026", "10:00", build.london(dt.date(2026, 10, 24), 10)),
        ("24 Oct 2026", "2pm", build.london(dt.date(2026, 10, 24), 14)),
        ("2026-11-02", "9.30", build.london(dt.date(2026, 11, 2), 9, 30)),
        ("Sat 24 Oct 2026", "00:15", build.london(dt.date(2026, 10, 24), 0, 15)),
    ],
)
def test_dates_and_times_as_people_type_them(epa, version, day, time, instant):
    user = build.assessor(version)
    attempt = build.attempt_of(epa, "OBS")
    form = ArrangingForm(answers(epa, user, day=day, time=time), attempts=[attempt])
    assert form.is_valid(), form.errors
    (row,) = form.arrangements()
    assert (row.attempt, row.assessor, row.at, row.place) == (attempt, user, instant, "Garage")


@pytest.mark.parametrize(
    "changes", [{"day": "24/24/2026"}, {"time": "noonish"}, {"place": ""}, {"assessor": ""}, {"assessor": "999999"}]
)
def test_what_cannot_be_understood_is_an_error_of_its_field(epa, version, changes):
    form = ArrangingForm(answers(epa, build.assessor(version), **changes), attempts=[build.attempt_of(epa, "OBS")])
    name = "at" if {"day", "time"} & changes.keys() else next(iter(changes))
    assert [field.split("_")[0] for field in form.errors] == [name]


@pytest.mark.clause("C1")
def test_only_those_who_may_assess_the_version_are_offered(epa, version, made_up_assessor):
    user = build.assessor(version)
    form = ArrangingForm(attempts=[build.attempt_of(epa, "OBS")])
    field = form.fields[f"assessor_{build.attempt_of(epa, 'OBS').pk}"]
    assert list(field.queryset) == [user]
    assert not ArrangingForm(answers(epa, made_up_assessor), attempts=[build.attempt_of(epa, "OBS")]).is_valid()


@pytest.fixture
def made_up_assessor(db):
    """An assessor of another standard."""
    return build.assessor(load_version(CATALOGUE / "made-up-vehicle-technician.toml", System("test")).version)


def test_rescheduling_asks_why_and_leaves_out_what_stays(epa, version):
    user = build.assessor(version)
    build.confirmed(epa, by=user)
    attempt = build.attempt_of(epa, "OBS")
    same = answers(epa, user, place="At the employer's")
    form = ArrangingForm({**same, "reason": "Ill"}, attempts=[attempt], reason=True)
    assert form.is_valid()
    assert form.arrangements() == []
    moved = ArrangingForm({**same, f"at_{attempt.pk}_1": "11:00", "reason": "Ill"}, attempts=[attempt], reason=True)
    assert moved.is_valid()
    assert [row.at for row in moved.arrangements()] == [build.london(dt.date(2026, 10, 24), 11)]
    assert list(ArrangingForm(same, attempts=[attempt], reason=True).errors) == ["reason"]


def test_the_period_s_form_begins_with_what_is_stored(epa):
    assert MoveStartForm(epa=epa).initial["starts_on"] == START
    assert MoveStartForm({"starts_on": "15/09/2026", "reason": "Ill"}, epa=epa).is_valid()
    assert list(MoveStartForm({"starts_on": "2026", "reason": ""}, epa=epa).errors) == ["starts_on", "reason"]


@pytest.mark.parametrize(
    ("asked", "monday"),
    [
        ("", START),
        ("nonsense", START),
        ("2026-10-24", dt.date(2026, 10, 19)),
        ("19/10/2026", dt.date(2026, 10, 19)),
        ("25/10/2026", dt.date(2026, 10, 19)),
    ],
)
def test_any_day_names_its_week(epa, asked, monday):
    assert WeekForm({"day": asked}).monday() == monday


def test_an_assessor_answers_every_criterion(epa):
    attempt = build.attempt_of(epa, "OBS")
    form = AssessingForm({}, attempt=attempt)
    criteria = [row.code for row in attempt.component.criteria.all()]
    assert {f"met_{code}" for code in criteria} < set(form.errors)
    assert "feedback" not in form.errors
    assert [value for value, _ in form.fields["grade"].choices] == ["fail", "pass", "distinction"]
    data = {f"met_{code}": "met" if code.startswith("OBS-P") else "not_met" for code in criteria}
    data |= {f"note_{criteria[0]}": "Well done", "held_on": "24/10/2026", "grade": "pass"}
    form = AssessingForm(data, attempt=attempt)
    assert form.is_valid(), form.errors
    judged = form.judgements()
    assert judged[criteria[0]] == Judgement(met=True, note="Well done")
    assert {code: row.met for code, row in judged.items()} == {code: code.startswith("OBS-P") for code in criteria}


@pytest.mark.clause("C7", "C8")
def test_the_portfolio_s_form_offers_its_own_pieces(epa, version):
    other = build.opened(registration_row(version, name="Other"))
    mine, theirs = build.pieces(epa, 2), build.pieces(other, 1)
    attempt = build.attempt_of(epa, "DIS")
    form = PortfolioForm(attempt=attempt)
    assert list(form.fields["pieces"].queryset) == mine
    assert "10 to 15 pieces" in form.fields["pieces"].help_text
    stolen = QueryDict(mutable=True)
    stolen.setlist("pieces", [str(mine[0].pk), str(theirs[0].pk)])
    assert not PortfolioForm(stolen, attempt=attempt).is_valid()


@pytest.mark.parametrize(("kind", "valid"), [("resit", True), ("retake", True), ("first", False), ("", False)])
def test_it_is_a_resit_or_a_retake(kind, valid):
    assert ResitForm({"kind": kind}).is_valid() is valid


def test_the_filter_of_results(epa):
    result = build.released(epa)

    def found(**asked: str) -> list[Result]:
        return list(ResultFilter(asked, queryset=Result.objects.all()).qs)

    assert found() == found(q="") == found(q=" example ") == found(overall="pass") == found(open_only="on") == [result]
    assert found(q="nobody") == found(overall="fail") == []
    Result.objects.filter(pk=result.pk).update(entered_in_ilr_at=result.released_at)
    assert found(open_only="on") == []
