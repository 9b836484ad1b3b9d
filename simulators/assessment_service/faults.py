"""Which request goes wrong, and how: by a script ("the next 3 POST certificate") or at a rate, from a seed.

Written as one line, clauses parted by ``;``:

    3*POST certificate:commit-then-500          the next three of that route
    POST certificate/submit:late-commit@2.5     the next one; the commit comes 2.5 seconds after the answer
    *:rate-limited                              the next request of any route
    40%:commit-then-500,commit-then-reset       four of ten writes, one of these kinds each (none named: any kind)
"""

import enum
import random
import re
import threading
from collections import Counter
from dataclasses import dataclass, field

WRITES = ("POST", "PUT", "DELETE")


class Kind(enum.StrEnum):
    """The ways to go wrong. Those that begin with ``commit`` have done the work before the caller is let down."""

    COMMIT_THEN_HANG = "commit-then-hang"
    COMMIT_THEN_RESET = "commit-then-reset"
    COMMIT_THEN_500 = "commit-then-500"
    FAIL_BEFORE_COMMIT = "500-before-commit"
    HANG_BEFORE_COMMIT = "hang-before-commit"
    PARTIAL_THEN_500 = "partial-then-500"
    RATE_LIMITED = "rate-limited"
    TRUNCATED_JSON = "truncated-json"
    CUT_BODY = "cut-body"
    HALF_FAILED_REVERSED = "half-failed-reversed"
    LATE_COMMIT = "late-commit"


@dataclass(frozen=True)
class Fault:
    """One fault about to happen. ``seconds``: how long to hang, to wait before a late commit, or Retry-After."""

    kind: Kind
    seconds: float = 30.0


@dataclass
class Step:
    """A fault for the next ``times`` requests of ``route`` (``*`` is any)."""

    route: str
    fault: Fault
    times: int = 1

    def fits(self, route: str) -> bool:
        """Whether the request is one this step waits for."""
        return self.times > 0 and self.route in {"*", route}


@dataclass
class Rate:
    """``share`` of the writes go wrong, each in one of ``kinds``."""

    share: float = 0.0
    kinds: tuple[Kind, ...] = tuple(Kind)
    seconds: float = 30.0


@dataclass
class Script:
    """What was ordered, before it is played."""

    steps: list[Step] = field(default_factory=list)
    rate: Rate = field(default_factory=Rate)


_CLAUSE = re.compile(r"(?:(?P<times>\d+)\*)?(?P<route>[^:]+):(?P<kind>[a-z0-9-]+)(?:@(?P<seconds>[\d.]+))?")
_RATE = re.compile(r"(?P<share>[\d.]+)%(?::(?P<kinds>[a-z0-9,-]+))?(?:@(?P<seconds>[\d.]+))?")


def parse(text: str) -> Script:
    """A script from its line. Raises ``ValueError`` naming the clause that cannot be read."""
    script = Script()
    for clause in filter(None, (part.strip() for part in text.split(";"))):
        if rate := _RATE.fullmatch(clause):
            kinds = tuple(Kind(kind) for kind in rate["kinds"].split(",")) if rate["kinds"] else tuple(Kind)
            script.rate = Rate(float(rate["share"]) / 100, kinds, float(rate["seconds"] or 30))
        elif step := _CLAUSE.fullmatch(clause):
            fault = Fault(Kind(step["kind"]), float(step["seconds"] or 30))
            script.steps.append(Step(step["route"].strip(), fault, int(step["times"] or 1)))
        else:
            raise ValueError(f"{clause!r} is not a fault clause")
    return script


class Faults:
    """The script as it is played; the same seed and the same order of requests give the same faults."""

    def __init__(self, script: Script | None = None, seed: int = 0) -> None:
        self.played: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.order(script or Script(), seed)

    def order(self, script: Script, seed: int = 0) -> None:
        """Replace what was ordered before; the count of what was played goes on."""
        with self._lock:
            self._script = script
            self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose

    def next(self, route: str) -> Fault | None:
        """The fault for this request, used up by asking; None lets it through."""
        with self._lock:
            fault = self._scripted(route) or self._by_rate(route)
            if fault:
                self.played[fault.kind.value] += 1
            return fault

    def _scripted(self, route: str) -> Fault | None:
        step = next((step for step in self._script.steps if step.fits(route)), None)
        if step is None:
            return None
        step.times -= 1
        return step.fault

    def _by_rate(self, route: str) -> Fault | None:
        rate = self._script.rate
        if not rate.share or not route.startswith(WRITES) or self._random.random() >= rate.share:
            return None
        return Fault(self._random.choice(rate.kinds), rate.seconds)
