"""manage.py load_standards: take the catalogue files over; again and again without harm."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actors import System
from foundation.errors import Refused
from standards import actions


class Command(BaseCommand):
    help = "Take catalogue files over into the tables (all of standards/catalogue when none is named)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path)

    def handle(self, *_args: Any, paths: list[Path], **_options: Any) -> None:
        for path in paths or actions.catalogue_files():
            try:
                loaded = actions.load_version(path, System("load_standards"))
            except FileNotFoundError as error:
                raise CommandError(f"{path}: there is no such file.") from error
            except Refused as refusal:
                lines = "\n".join(f"  {problem}" for problem in refusal.problems)
                raise CommandError(f"{path.name} was not loaded:\n{lines}") from refusal
            what = f"{len(loaded.created)} rows made, {len(loaded.changed)} changed"
            self.stdout.write(f"{loaded.version.short}: {what if loaded.created or loaded.changed else 'nothing new'}")
