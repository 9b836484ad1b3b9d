"""A scheduled job's subjects, each by itself: one that fails keeps no other from its turn."""

import logging
from collections.abc import Callable, Iterable

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction

log = logging.getLogger(__name__)


def each(what: str, keys: Iterable[int], deal: Callable[[int], bool]) -> tuple[int, int]:
    """Deal with every key in a transaction of its own: how many were dealt with, and how many failed.

    A failure is logged with its trace and comes up again with the job's next run.
    """
    done = failed = 0
    for key in keys:
        try:
            with transaction.atomic():
                done += deal(key)
        except SoftTimeLimitExceeded:
            raise
        except Exception:
            log.exception("%s: %s failed", what, key)
            failed += 1
    return done, failed
