"""A message is a row before it is an e-mail, and is sent once."""

import datetime as dt
import smtplib
from collections.abc import Iterator

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction

from foundation import clock, outbox, work
from foundation.models import Message

pytestmark = pytest.mark.django_db


class Refusing(EmailBackend):
    """A mail server that refuses everything: a real backend class, chosen by settings."""

    def send_messages(self, messages: list) -> int:
        raise smtplib.SMTPServerDisconnected("gone")


def post(once_key: str | None = None) -> Message | None:
    return outbox.post_text(
        "test", to="a@example.org", subject=" A subject ", text="What happened.\nDo this.", once_key=once_key
    )


def test_posting_writes_a_row_and_sends_nothing_yet() -> None:
    row = post()
    assert row is not None
    assert (row.subject, row.text, row.done_at) == ("A subject", "What happened.\nDo this.", None)
    assert mail.outbox == []


def test_delivering_sends_text_and_html_once() -> None:
    post()
    assert outbox.deliver_due() == 1
    assert outbox.deliver_due() == 0
    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["a@example.org"], "A subject", "What happened.\nDo this.")
    assert [kind for _, kind in sent.alternatives] == ["text/html"]
    assert "What happened." in sent.alternatives[0][0]
    assert Message.objects.get().done_at is not None


def test_a_server_that_refuses_delays_the_message_and_does_not_lose_it(settings) -> None:
    row = post()
    settings.EMAIL_BACKEND = "tests.foundation.test_outbox.Refusing"
    assert outbox.deliver_due() == 1
    row.refresh_from_db()
    assert row.done_at is None
    assert "gone" in row.last_error
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert outbox.deliver_due() == 0
    with clock.travel(row.not_before):
        assert outbox.deliver_due() == 1
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("to_email", f"a@{'é' * 60}.com"), ("subject", "A subject\rBcc: b@example.org")],
    ids=["address", "subject"],
)
def test_what_cannot_be_an_e_mail_is_set_aside_by_itself(field: str, value: str) -> None:
    bad, good = post(), post()
    Message.objects.filter(pk=bad.pk).update(**{field: value})
    assert outbox.deliver_due() == 2
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.done_at, bad.set_aside_at is not None, bad.lease) == (None, True, None)
    assert good.done_at is not None
    assert len(mail.outbox) == 1


def test_a_slow_server_is_sent_nothing_twice(at, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each message takes two minutes; while the third is on its way, another worker comes by."""
    rows = [post() for _ in range(5)]
    send, sent = EmailBackend.send_messages, []

    def slow(backend: EmailBackend, messages: list) -> int:
        sent.append(messages[0].extra_headers["Message-ID"])
        at(clock.now() + dt.timedelta(minutes=2))
        if len(sent) == 3:
            outbox.deliver_due(limit=1)
        return send(backend, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", slow)
    outbox.deliver_due()
    assert len(sent) == len(set(sent)) == len(rows)
    assert not Message.objects.filter(done_at=None).exists()


def test_a_silent_server_is_left_well_before_the_lease_ends(settings) -> None:
    assert 0 < settings.EMAIL_TIMEOUT < work.LEASE.total_seconds() / 4


class Faulty(EmailBackend):
    """A mail backend with a fault of its own at one address."""

    def send_messages(self, messages: list) -> int:
        if messages[0].to == ["faulty@example.org"]:
            raise KeyError("a fault")
        return super().send_messages(messages)


def test_a_task_whose_time_is_up_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    row = post()

    def slow(_backend: EmailBackend, _messages: list) -> int:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(EmailBackend, "send_messages", slow)
    with pytest.raises(SoftTimeLimitExceeded):
        outbox.deliver_due()
    row.refresh_from_db()
    assert (row.last_error, row.lease is not None) == ("", True)


def test_a_fault_at_one_message_delays_that_one_alone(settings, caplog: pytest.LogCaptureFixture) -> None:
    bad = post()
    Message.objects.filter(pk=bad.pk).update(to_email="faulty@example.org")
    post()
    settings.EMAIL_BACKEND = "tests.foundation.test_outbox.Faulty"
    assert outbox.deliver_due() == 2
    bad.refresh_from_db()
    assert (bad.lease, bad.not_before is not None, bad.set_aside_at) == (None, True, None)
    assert "KeyError" in bad.last_error
    assert "Traceback" in caplog.text
    assert len(mail.outbox) == 1


def test_a_message_of_a_repeated_job_goes_out_once() -> None:
    assert post("deadline:1:warn") is not None
    assert post("deadline:1:warn") is None
    assert post("deadline:2:warn") is not None
    outbox.deliver_due()
    assert len(mail.outbox) == 2


def test_a_message_falls_with_the_transaction_it_was_posted_in() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        post()
        raise RuntimeError
    assert not Message.objects.exists()


@pytest.fixture
def dead_broker(settings) -> Iterator[None]:
    """A broker's address at which nobody answers; afterwards nothing of it stays in this process."""
    from imi_portal.celery import app

    def use(url: str) -> None:
        app.conf.broker_url = url
        app.amqp._producer_pool = None
        app._pool = None

    use("redis://127.0.0.1:1/0")
    yield
    use(settings.CELERY_BROKER_URL)


def test_a_dead_broker_after_commit_harms_nobody(dead_broker, django_capture_on_commit_callbacks) -> None:
    """The wake-up fails, the row stays due, and the sweep delivers it."""
    with django_capture_on_commit_callbacks(execute=True):
        post()
    assert list(work.due(Message.objects.all())) == list(Message.objects.all())
    assert outbox.deliver_due() == 1


def test_a_transaction_wakes_a_worker_once(django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        for _ in range(3):
            post()
        outbox.wake("foundation.render_documents")
    assert [callback.wakes for callback in callbacks] == ["foundation.deliver_messages", "foundation.render_documents"]


def test_what_was_undone_wakes_nobody_and_hides_nothing(django_capture_on_commit_callbacks) -> None:
    """A wake-up registered in a savepoint that is rolled back does not stand in for the next one."""
    with django_capture_on_commit_callbacks() as callbacks:
        with pytest.raises(RuntimeError), transaction.atomic():
            post()
            raise RuntimeError
        post()
    assert len(callbacks) == 1


def test_a_template_gives_subject_and_text() -> None:
    from tests.builders import imi

    row = outbox.post(
        "accounts.invited",
        to="a@example.org",
        template="accounts/invited",
        context={
            "invitation": {"invited_by_label": "Ann O'Dea", "organisation": imi()},
            "link": "https://x.example/join/t/",
        },
    )
    assert row is not None
    assert row.subject == "You are invited to the IMI portal"
    assert "Ann O'Dea invites you" in row.text
    assert "https://x.example/join/t/" in row.text
