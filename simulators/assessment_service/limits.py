"""The gateway's rate limit: so many calls from one address in so many seconds, counted over a sliding window."""

import math
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """``calls`` in ``seconds``; no calls means no limit. The service's own is 120 in 60 seconds."""

    calls: int = 120
    seconds: float = 60.0


class Limiter:
    """Counts calls by address. Refused calls do not count."""

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)

    def wait(self, address: str) -> int:
        """0 if the call may pass, and then it counts; otherwise the whole seconds until one may."""
        if not self.limit.calls:
            return 0
        now = time.monotonic()
        with self._lock:
            calls = self._calls[address]
            while calls and calls[0] <= now - self.limit.seconds:
                calls.popleft()
            if len(calls) >= self.limit.calls:
                return math.ceil(calls[0] + self.limit.seconds - now)
            calls.append(now)
            return 0

    def change(self, limit: Limit) -> None:
        """A new limit, counted afresh."""
        with self._lock:
            self.limit = limit
            self._calls.clear()
