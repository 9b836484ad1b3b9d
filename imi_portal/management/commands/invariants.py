"""``python manage.py invariants``: rows that stand in a state that cannot be."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from imi_portal import invariants


class Command(BaseCommand):
    help = "Print every row that stands in a state no verb leads to; ends with 1 where there is any. Changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        found = list(invariants.findings())
        for finding in found:
            self.stdout.write(f"{finding.code:24} {finding}")
        self.stdout.write(f"{len(found)} found." if found else "Nothing found.")
        if found:
            sys.exit(1)
