"""Messages: a row in the transaction of what it tells about, an e-mail when a worker delivers it.

``post`` is called by the apps' ``notices``. ``deliver_due`` is called by the task that every commit wakes and by the
beat's sweep, so that a dead broker delays a message and never loses it. ``once_key`` makes a notice that a repeated job
posts go out once (a unique constraint, not a check).
"""

import logging
import smtplib
from collections.abc import Mapping
from typing import Any

from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import BadHeaderError, EmailMultiAlternatives
from django.db import IntegrityError, models, transaction
from django.template.loader import render_to_string

from foundation import work
from foundation.models import Message

log = logging.getLogger(__name__)


def post(
    kind: str,
    *,
    to: str,
    template: str,
    context: Mapping[str, Any],
    user: models.Model | None = None,
    about: models.Model | None = None,
    once_key: str | None = None,
) -> Message | None:
    """Write one message; None when its ``once_key`` has already been posted.

    ``template`` is a directory-less name such as ``centres/approved``: ``messages/centres/approved.txt`` gives the
    subject on its first line and the text below; the HTML is that text in the house frame.
    """
    rendered = render_to_string(f"messages/{template}.txt", {**context, "base_url": settings.BASE_URL}).strip()
    subject, _, text = rendered.partition("\n")
    return post_text(kind, to=to, subject=subject, text=text.strip(), user=user, about=about, once_key=once_key)


def post_text(
    kind: str,
    *,
    to: str,
    subject: str,
    text: str,
    user: models.Model | None = None,
    about: models.Model | None = None,
    once_key: str | None = None,
) -> Message | None:
    """Write one message whose words are already set."""
    row = Message(
        kind=kind,
        to_email=to,
        to_user_id=user.pk if user is not None else None,
        subject=subject.strip()[:200],
        text=text,
        html=render_to_string(
            "messages/frame.html", {"subject": subject.strip(), "text": text, "base_url": settings.BASE_URL}
        ),
        about_type=about._meta.label_lower if about is not None else "",
        about_id=about.pk if about is not None else None,
        once_key=once_key,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if once_key is None:
            raise
        return None
    wake("foundation.deliver_messages")
    return row


def wake(task_name: str) -> None:
    """After commit, tell a worker that there is work, once a transaction however many rows it wrote.

    A dead broker is logged and costs a moment, no more: the beat's sweep finds the rows.
    """
    connection = transaction.get_connection()
    alive = set(connection.savepoint_ids)
    for savepoints, waiting, _robust in connection.run_on_commit:
        if getattr(waiting, "wakes", "") == task_name and savepoints <= alive:
            return

    def send() -> None:
        current_app.send_task(task_name, ignore_result=True, retry=False)

    send.wakes = task_name  # type: ignore[attr-defined]
    transaction.on_commit(send, robust=True)


def deliver_due(limit: int = 50) -> int:
    """Deliver due messages; how many were taken. Whatever is wrong with one keeps no other from going out."""
    taken = 0
    for row in work.one_by_one(Message.objects.all(), limit):
        taken += 1
        _deliver(row)
    return taken


def _deliver(row: Message) -> None:
    """One message and its verdict: a server that refuses gets it again later, what is no e-mail is for a person."""
    try:
        _email(row).send()
    except SoftTimeLimitExceeded:
        raise
    except (UnicodeError, BadHeaderError) as error:
        log.warning("message %s cannot be an e-mail: %s", row.pk, type(error).__name__)
        work.set_aside(row, repr(error))
    except (smtplib.SMTPException, OSError) as error:
        log.warning("message %s not delivered: %s", row.pk, type(error).__name__)
        work.put_back(row, repr(error))
    except Exception as error:
        log.exception("message %s not delivered", row.pk)
        work.put_back(row, repr(error))
    else:
        work.finish(row)


def _email(row: Message) -> EmailMultiAlternatives:
    email = EmailMultiAlternatives(
        row.subject,
        row.text,
        settings.DEFAULT_FROM_EMAIL,
        [row.to_email],
        headers={"Message-ID": f"<outbox-{row.pk}@{settings.BASE_URL.split('//')[-1].split(':')[0]}>"},
    )
    email.attach_alternative(row.html, "text/html")
    return email
