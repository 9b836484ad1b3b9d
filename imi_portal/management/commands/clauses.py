"""``python manage.py clauses``: clause → rules → tests → covered or not yet."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from imi_portal.clauses import survey


class Command(BaseCommand):
    help = "Print which clause of the guidance is carried out by what and proved where."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--names", action="store_true", help="name every rule and test, not only their number")

    def handle(self, *args: Any, names: bool, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        clauses = survey(settings.BASE_DIR)
        for clause in clauses:
            figures = f"{len(clause.rules):2} rules {len(clause.tests):3} tests"
            self.stdout.write(f"{clause.id:4} {clause.status:8} {figures}  {clause.text.strip()}")
            if clause.lacks:
                self.stdout.write(f"       lacking: {clause.lacks}")
            if names:
                for line in [*clause.rules, *clause.tests]:
                    self.stdout.write(f"       {line}")
        covered = sum(clause.status == "covered" for clause in clauses)
        self.stdout.write(f"{covered} of {len(clauses)} clauses covered.")
