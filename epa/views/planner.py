"""The planner: the dates that follow from a wish, drawn on one line and listed."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from centres.views.requests import SignedIn
from epa.forms.booking import PlannerForm
from epa.rules import planner as rules
from foundation import clock, workingdays
from standards.models import StandardVersion
from standards.queries import settings_of

LEFT, RIGHT = 24, 976  # of the drawing, whose width is 1000
LEVELS = 3  # dates close to each other stand on different levels
NEAR = 34


@dataclass(frozen=True)
class Mark:
    """A date on the line: its number in the table below, where it stands, whether it can be kept."""

    number: int
    x: int
    y: int
    date: rules.PlannedDate


@require_http_methods(["GET"])
def planner(request: SignedIn) -> HttpResponse:
    """Choose a standard and a date; see every date that follows, and what is impossible with its clause."""
    today = clock.today()
    versions = StandardVersion.objects.visible_to(request.user).select_related("standard")
    form = PlannerForm(request.GET or None, versions=versions, initial={"version": versions.first()})
    plan, marks, settings = None, [], None
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        settings = settings_of(data["version"])
        plan = rules.plan(
            settings,
            today=today,
            calendar=workingdays.current(),
            desired_on=data["desired_on"],
            starts_on=data["starts_on"],
        )
        marks = draw(plan)
    context = {"form": form, "plan": plan, "marks": marks, "settings": settings, "breadcrumbs": [("Planner", "")]}
    return render(request, "epa/planner.html", context)


def draw(plan: rules.Plan) -> list[Mark]:
    """The dates of a plan along a line, in proportion to time but for the last, the resits, far to the right."""
    dates = plan.dates
    if not dates:
        return []
    first = dates[0].day
    last = max((date.day for date in dates if date.code != "resits"), default=first)
    span = max((last - first).days, 1)
    marks: list[Mark] = []
    for number, date in enumerate(dates, 1):
        share = min((date.day - first).days / span, 1)
        x = RIGHT if date.code == "resits" else LEFT + round(share * (RIGHT - LEFT - 80))
        before = [mark for mark in marks if x - mark.x < NEAR]
        marks.append(Mark(number, x, 26 + 30 * (len(before) % LEVELS), date))
    return marks
