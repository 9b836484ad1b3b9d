"""``manage.py import_register FILE``: take over a file of the government's register."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actors import System
from centres import actions
from foundation.errors import Refused


class Command(BaseCommand):
    help = "Takes over one CSV file of the register of apprenticeship training providers, as a whole."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        path: Path = options["file"]
        try:
            taken = actions.import_register(data=path.read_bytes(), source_name=path.name, by=System("register import"))
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from error
        except Refused as refused:
            raise CommandError("\n".join(str(problem) for problem in refused.problems)) from refused
        self.stdout.write(f"{taken.provider_count} providers, {taken.changes.count()} changes, {taken.layout}.")
