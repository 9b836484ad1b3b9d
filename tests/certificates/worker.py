"""A worker in a process of its own, for tests that kill it: ``python -m tests.certificates.worker URL KEY INSTANT``.

Sends what is due at that instant until nothing is, as the task does, in the database that DATABASE_URL names.
"""

import datetime as dt
import os
import sys

import django


def main() -> None:
    """Send until nothing is due."""
    url, key, now = sys.argv[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imi_portal.settings")
    django.setup()

    from certificates.actions import sending
    from certificates.service import AssessmentService
    from foundation import clock

    with clock.travel(dt.datetime.fromisoformat(now)):
        service = AssessmentService(url, key, 20.0)
        while sending.send_due(service):
            pass
        service.close()


if __name__ == "__main__":
    main()
