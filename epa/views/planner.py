"""The planner: the dates that follow from a wish, drawn on one line and listed."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedIn
from epa.forms.booking import PlannerForm
from epa.rules import planner as rules
from foundation import clock, workingdays
from standards.models import StandardVersion
from standards.queries import settings_of

LEFT, RIGHT = 24, 976  # of the drawing, whose width is 1000
TOP, STEP = 26, 32  # the first lane and the distance to the next: dates close to each other take different lanes
NEAR = 34


@dataclass(frozen=True)
class Mark:
    """A date on the line: its number in the table below, where it stands, whether it can be kept."""

    number: int
    x: int
    y: int
    date: rules.PlannedDate


@dataclass(frozen=True)
class Drawing:
    """The marks, and how far down the line itself lies."""

    marks: tuple[Mark, ...]
    line: int


@require_http_methods(["GET"])
def planner(request: SignedIn) -> HttpResponse:
    """Choose a standard and a date; see every date that follows, and what is impossible with its clause."""
    today = clock.today()
    versions = StandardVersion.objects.visible_to(request.user).select_related("standard")
    form = PlannerForm(request.GET or None, versions=versions, initial={"version": versions.first()})
    plan, drawing, settings = None, None, None
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
        drawing = draw(plan)
    context = {"form": form, "plan": plan, "drawing": drawing, "settings": settings, "breadcrumbs": [("Planner", "")]}
    return render(request, "epa/planner.html", context)


def draw(plan: rules.Plan) -> Drawing:
    """The dates of a plan along a line, in proportion to time but for the last, the resits, far to the right."""
    dates = plan.dates
    first = dates[0].day if dates else plan.starts_on
    last = max((date.day for date in dates if date.code != "resits"), default=first)
    span = max((last - first).days, 1)
    lanes: list[int] = []
    marks = []
    for number, date in enumerate(dates, 1):
        share = min((date.day - first).days / span, 1)
        x = RIGHT if date.code == "resits" else LEFT + round(share * (RIGHT - LEFT - 80))
        lane = next((place for place, taken in enumerate(lanes) if x - taken >= NEAR), len(lanes))
        lanes[lane : lane + 1] = [x]
        marks.append(Mark(number, x, TOP + STEP * lane, date))
    return Drawing(tuple(marks), line=TOP + STEP * len(lanes))
