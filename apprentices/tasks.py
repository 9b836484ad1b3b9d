"""Thin tasks: woken by a commit, swept by the beat."""

from celery import shared_task

from apprentices import actions


@shared_task(name="apprentices.check_uploads")
def check_uploads() -> None:
    while actions.check_due():
        pass
