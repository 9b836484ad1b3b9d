"""The stage of the journeys: the portal's real processes on a database of their own, the clock, the mail, the jobs.

The story begins at a date of its own, so that it meets the same weekends and bank holidays whenever it is told.
"""

import contextlib
import datetime as dt
import email
import email.policy
import json
import os
import re
import shutil
import subprocess
import time
import urllib.request
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import psycopg2
import redis
from celery import Celery
from django.conf import settings
from django.test import override_settings

from foundation import clock
from simulators.processes import PROJECT, Processes, free_port, venv_python
from tests.e2e.story import HEROINE, PROVIDER_UKPRN, STARTED

BEGINS = dt.datetime(2027, 1, 11, 9, tzinfo=clock.LONDON)  # a Monday
PATIENCE = 40.0  # seconds for what another process does


def wait_for(what: str, find: Any, seconds: float = PATIENCE) -> Any:
    """The first truthy answer of ``find``; AssertionError saying ``what`` was waited for in vain."""
    until = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < until, f"waited {seconds:.0f} s in vain for {what}"
        time.sleep(0.1)
    return found


class Mailbox:
    """The folder into which the portal's messages go: whoever got one reads it here, and nothing else."""

    RULE = b"\n" + b"-" * 79 + b"\n"  # ends every message; a file may hold several

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def letters(self, to: str) -> list[EmailMessage]:
        """Everything sent to an address, in the order in which it was written."""
        found = []
        for path in self.folder.glob("*.log"):
            *whole, _being_written = path.read_bytes().split(self.RULE)
            for one in whole:
                letter = email.message_from_bytes(one, policy=email.policy.default)
                assert isinstance(letter, EmailMessage)
                if to in str(letter["To"]):
                    found.append(letter)
        return sorted(found, key=lambda letter: int(re.findall(r"outbox-(\d+)", str(letter["Message-ID"]))[0]))

    def letter(self, to: str, subject: str, *, nth: int = 1) -> EmailMessage:
        """The nth letter to the address whose subject contains ``subject``; waits until it has come."""

        def find() -> EmailMessage | None:
            found = [one for one in self.letters(to) if subject.lower() in str(one["Subject"]).lower()]
            return found[nth - 1] if len(found) >= nth else None

        subjects = [str(one["Subject"]) for one in self.letters(to)]
        return wait_for(f"a letter to {to} about “{subject}” (there were {subjects})", find)

    @staticmethod
    def text(letter: EmailMessage) -> str:
        part = letter.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    def link(self, to: str, subject: str, *, nth: int = 1) -> str:
        """The one link that the letter carries."""
        found = re.findall(r"https?://\S+", self.text(self.letter(to, subject, nth=nth)))
        assert len(found) == 1, f"a message carries one link, this {found}"
        return str(found[0])


class Stage:
    """Everything that runs, and what the story has found so far."""

    def __init__(self) -> None:
        self.home = settings.VAR_DIR / "e2e"
        self.home.mkdir(parents=True, exist_ok=True)
        self.now = BEGINS
        self.done: list[str] = []
        self.mail = Mailbox(self.home / "mail")
        self.service_url = ""
        self.url = ""
        environment = {**os.environ, **self._own_environment()}
        self.processes = Processes(environment=environment, home=self.home)

    def _own_environment(self) -> dict[str, str]:
        database, server = settings.DATABASES["default"], urlsplit(settings.REDIS_URL)
        self.database = f"{database['NAME'].removeprefix('test_')}_e2e"
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{self.database}").geturl()
        self.broker = server._replace(path=f"/{(int(server.path.strip('/') or 0) + 7) % 64}").geturl()
        return {
            "DJANGO_SETTINGS_MODULE": "imi_portal.settings",
            "DATABASE_URL": url,
            "REDIS_URL": self.broker,
            "PORTAL_MODE": "test",
            "PORTAL_VAR": str(self.home),
            "PRIVATE_ROOT": str(self.home / "private"),
            "EMAIL_URL": f"filemail:///{self.home / 'mail'}",
            "CLOCK_FILE": str(self.home / "clock"),
            "ASSESSMENT_SERVICE_SETTLE": "1",
            "EPA_TEAM_MAILBOX": "epa@imi.example",
        }

    def __enter__(self) -> Self:
        self._sweep()
        self.at(BEGINS)
        self._introduce_learner()
        self._make_database()
        self._run("-m", "tests.e2e.before")
        self.service_url = self.processes.start_assessment_service()
        port = free_port()
        self.processes.environment["BASE_URL"] = f"http://localhost:{port}"  # what the worker's letters name
        self.processes.start_worker()
        self.url = self.processes.start_web(port)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.processes.stop()

    def _sweep(self) -> None:
        """Forget the last story's files."""
        for name in ("mail", "private", "logs"):
            shutil.rmtree(self.home / name, ignore_errors=True)
            (self.home / name).mkdir()
        for name in ("clock", "assessment-service.json", "assessment-service-state.json"):
            (self.home / name).unlink(missing_ok=True)

    def _introduce_learner(self) -> None:
        """What the assessment service knows from the provider's ILR: the heroine, and nobody else of the centre's."""
        learner = {
            "uln": int(HEROINE.uln),
            "givenNames": HEROINE.given_names,
            "familyName": HEROINE.family_name,
            "standardCode": 278,
            "version": "1.0",
            "learningStartDate": f"{STARTED:%Y-%m-%d}",
            "providerUkPrn": PROVIDER_UKPRN,
        }
        (self.home / "assessment-service.json").write_text(json.dumps({"learners": [learner]}), encoding="utf-8")

    def _make_database(self) -> None:
        """An empty database under the story's name; it is left at the end, for whoever wants to look."""
        connection = psycopg2.connect(os.environ["DATABASE_URL"])
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{self.database}"')

    def _run(self, *arguments: str) -> None:
        command = [str(venv_python()), *arguments]
        done = subprocess.run(
            command, cwd=PROJECT, env=self.processes.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    # --- time ---

    def at(self, instant: dt.datetime | dt.date) -> None:
        """Move every process's clock; a date means nine in the morning. It goes on from there."""
        if not isinstance(instant, dt.datetime):
            instant = dt.datetime.combine(instant, dt.time(9), tzinfo=clock.LONDON)
        with override_settings(CLOCK_FILE=str(self.home / "clock")):
            clock.set_offset(instant - dt.datetime.now(dt.UTC))
        self.now = instant

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(clock.LONDON).date()

    def on(self, days: int) -> dt.date:
        """So many days from the story's today."""
        return self.today + dt.timedelta(days=days)

    # --- jobs and the outside service ---

    def run_job(self, name: str) -> None:
        """Hand the worker a job as the beat would."""
        Celery(broker=self.broker, set_as_current=False).send_task(name, ignore_result=True)

    def wait_until_idle(self) -> None:
        """Until the worker has taken and done what it was handed: nothing waits, nothing is unacknowledged."""
        server = redis.Redis.from_url(self.broker)
        with contextlib.closing(server):
            wait_for("the worker to be idle", lambda: not server.llen("celery") and not server.hlen("unacked"))

    def control(self, handle: str, body: Any = None) -> Any:
        """A handle of the stand-in assessment service."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.service_url}/_control/{handle}", data=data)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)
