"""Thin tasks: the rows say what is due."""

from celery import shared_task

from epa.actions import deadlines
from foundation import clock


@shared_task(name="epa.look_at_deadlines")
def look_at_deadlines() -> dict[str, int]:
    """The daily look at deadlines; running it twice, late or at once with another changes nothing more."""
    return deadlines.look(clock.today())
