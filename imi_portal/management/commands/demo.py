"""``python manage.py demo``: make the demonstration, or say who can sign in."""

import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from imi_portal.demo import cast, play

FEWEST = 3  # as many as its faulty spreadsheet has rows


class Command(BaseCommand):
    help = "Make the demonstration's data through the verbs, or print one login per role. Does nothing where data is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--learners", type=int, default=300)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--logins", action="store_true", help="print one login per role and stop")

    def handle(self, *args: Any, learners: int, seed: int, logins: bool, **options: Any) -> None:  # noqa: ARG002
        if logins:
            self.print_logins()
        elif User.objects.exists():
            self.stdout.write("There is data already; it is kept.")
        elif learners < FEWEST:
            raise CommandError(f"The demonstration has at least {FEWEST} learners.")
        else:
            began = time.monotonic()
            call_command("seal_key", keep=True, stdout=self.stdout)
            theatre = play.perform(learners, seed, self.stdout.write)
            self.stdout.write(f"{theatre.played} steps in {time.monotonic() - began:.0f} s.")

    def print_logins(self) -> None:
        self.stdout.write(f"Sign in with the password “{cast.PASSWORD}” as")
        for role, email in cast.logins():
            self.stdout.write(f"  {role:22} {email}")
