"""Thin tasks of the roof."""

from celery import shared_task

from imi_portal import invariants


@shared_task(name="imi_portal.look_for_what_cannot_be")
def look_for_what_cannot_be() -> None:
    invariants.look()
