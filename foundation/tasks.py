"""The ground's tasks: thin, named, run by wake-ups and by the beat."""

from celery import shared_task

from foundation import documents, files, outbox


@shared_task(name="foundation.deliver_messages")
def deliver_messages() -> None:
    while outbox.deliver_due():
        pass


@shared_task(name="foundation.render_documents")
def render_documents() -> None:
    while documents.render_due():
        pass


@shared_task(name="foundation.sweep_files")
def sweep_files() -> None:
    files.sweep()
