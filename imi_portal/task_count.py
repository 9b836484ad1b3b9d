"""How much a person has to do, as the bar above every page says it.

Counting asks up to a dozen small queries, so the number is kept for a minute for each person and organisation acted
for. What the person does drops it at once; what others do is seen within the minute. Without a cache it is counted
each time.
"""

import logging
from collections.abc import Callable

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError

from accounts.models import User
from imi_portal import queues

KEPT = 60  # seconds
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
log = logging.getLogger(__name__)


def of(user: User) -> int:
    """The number, counted at most once a minute."""
    key = _key(user)
    try:
        kept = cache.get(key)
    except RedisError as error:
        log.warning("the count of tasks is not kept: %s", type(error).__name__)
        return queues.count(user)
    if kept is None:
        kept = queues.count(user)
        keep(user, kept)
    return int(kept)


def keep(user: User, number: int) -> None:
    """The number is known: the home page has just shown it."""
    try:
        cache.set(_key(user), number, KEPT)
    except RedisError as error:
        log.warning("the count of tasks is not kept: %s", type(error).__name__)


def drop(user: User) -> None:
    """The person has done something."""
    try:
        cache.delete(_key(user))
    except RedisError as error:
        log.warning("the count of tasks is not dropped: %s", type(error).__name__)


def _key(user: User) -> str:
    return f"tasks:{user.pk}:{user.acting_organisation_id}"


class TaskCountMiddleware:
    """Drops the number of whoever has posted something."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in SAFE and request.user.is_authenticated:
            drop(request.user)
        return response
