"""How often somebody outside the login may ask for something. Without a cache nobody is held up."""

import hashlib
import logging

from django.core.cache import cache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


def within(what: str, who: str, *, most: int, seconds: int) -> bool:
    """Count this once; False when it is more than ``most`` times within so many seconds of the first."""
    key = f"pace:{hashlib.sha256(f'{what}:{who}'.encode()).hexdigest()}"
    try:
        cache.add(key, 0, timeout=seconds)
        return int(cache.incr(key)) <= most
    except ValueError:  # it ran out between the two: the first of a new while
        return True
    except RedisError as error:
        log.warning("%s is not counted: %s", what, type(error).__name__)
        return True
