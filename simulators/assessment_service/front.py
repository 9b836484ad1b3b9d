"""One request from key to answer: the gateway's checks, the fault ordered for it, the verb, the log line.

The log holds the route, never the path: no ULN and no name. What the socket is to do beside sending (hang, reset, cut)
is part of the reply.
"""

import enum
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulators.assessment_service import intake, shapes
from simulators.assessment_service import messages as say
from simulators.assessment_service.api import Answer, Api, Call, Malformed, Plan, Stopped
from simulators.assessment_service.catalogue import Account, Catalogue
from simulators.assessment_service.clock import Clock
from simulators.assessment_service.faults import Fault, Faults, Kind
from simulators.assessment_service.limits import Limiter
from simulators.assessment_service.records import Store
from simulators.assessment_service.rules import Caller

BODY_LIMIT = 32 * 1024
KEY, NOW = "Ocp-Apim-Subscription-Key", "X-Stand-In-Now"
BROKEN = Answer(500, shapes.failure(500, "Internal Server Error"))
GATEWAY_TIMEOUT = Answer(504, shapes.failure(504, "The request timed out"))

Verb = Callable[[Call], Answer]


class Conduct(enum.Enum):
    """What the socket does with a reply."""

    SEND = enum.auto()
    HANG = enum.auto()
    RESET = enum.auto()
    TRUNCATE = enum.auto()
    CUT = enum.auto()


@dataclass(frozen=True)
class Request:
    """What came over the socket. ``segments`` are decoded; the first is ``api``."""

    method: str
    segments: Sequence[str]
    headers: Mapping[str, str]
    body: bytes
    address: str


@dataclass(frozen=True)
class Reply:
    """What goes back, and how; ``seconds`` is how long a hang lasts."""

    answer: Answer
    conduct: Conduct = Conduct.SEND
    seconds: float = 0.0


@dataclass
class Front:
    """Everything one running stand-in consists of."""

    catalogue: Catalogue
    store: Store
    clock: Clock
    faults: Faults
    limiter: Limiter
    log: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Learners added before a restart come back with the state."""
        self._known_at_first = dict(self.catalogue.learners)
        for learner in self.store.added_learners:
            self.catalogue.add_learner(learner)
        self.api = Api(self.catalogue, self.store)
        self.pending: list[threading.Timer] = []

    def forget_learners(self) -> None:
        """Back to the learners of the data file; what the state file holds of others goes with the next save."""
        self.catalogue.learners = dict(self._known_at_first)
        self.store.added_learners.clear()

    def reply(self, request: Request) -> Reply:
        """The reply to one request of the real API, noted in the log."""
        began = time.monotonic()
        route, verb, path = self._route(request)
        refused = self._gateway(request)
        fault = None if refused or verb is None else self.faults.next(route)
        if refused is not None:
            reply = Reply(refused)
        elif verb is None:
            reply = Reply(Answer(404, shapes.failure(404, say.NO_SUCH_RESOURCE)))
        else:
            reply = self._act(request, verb, path, fault)
        self.log.append(
            {
                "at": self.clock.now().isoformat(),
                "route": route,
                "status": reply.answer.status,
                "fault": fault.kind.value if fault else None,
                "milliseconds": round((time.monotonic() - began) * 1000, 1),
            }
        )
        return reply

    def _gateway(self, request: Request) -> Answer | None:
        """Key, rate and size, which are refused before the service sees anything; then the account behind the key."""
        key = request.headers.get(KEY, "")
        account = self.catalogue.accounts.get(key)
        if account is None:
            return Answer(401, shapes.failure(401, say.KEY_WRONG if key else say.KEY_MISSING))
        wait = self.limiter.wait(request.address)
        if wait:
            return _slow_down(wait)
        if len(request.body) > BODY_LIMIT:
            return Answer(413, shapes.failure(413, "Request body is larger than 32 KB"))
        if not account.ukprn:
            return Answer(400, shapes.failure(400, say.ACCOUNT_WITHOUT_UKPRN))
        if not account.email:
            return Answer(400, shapes.failure(400, say.ACCOUNT_WITHOUT_EMAIL))
        return None

    def _route(self, request: Request) -> tuple[str, Verb | None, Sequence[str]]:
        """The route's name, its verb and the path parts it takes. Fixed parts are matched in any case."""
        method, parts = request.method, [*request.segments]
        if [part.lower() for part in parts] == ["ping"] and method == "GET":
            return "GET ping", lambda _: Answer(200, "Pong"), ()
        if [part.lower() for part in parts[:2]] != ["api", "v1"] or not all(parts):
            return f"{method} unknown", None, ()
        rest = parts[2:]
        for name, count, verb in self._routes(method):
            fixed = name.split("/")
            if [part.lower() for part in rest[: len(fixed)]] == fixed and len(rest) - len(fixed) in count:
                return f"{method} {name}", verb, rest[len(fixed) :]
        return f"{method} unknown", None, ()

    def _routes(self, method: str) -> list[tuple[str, tuple[int, ...], Verb]]:
        """Fixed part, how many parts may follow it, verb; the longer fixed part first."""
        api = self.api
        routes: dict[str, list[tuple[str, tuple[int, ...], Verb]]] = {
            "GET": [
                ("certificate/grades", (0,), api.grades),
                ("certificate", (3,), api.certificate),
                ("learner", (3,), api.learner),
                ("standards/options", (0, 1, 2), api.options),
            ],
            "POST": [
                ("certificate/submit", (0,), api.submit_certificates),
                ("certificate", (0,), api.create_certificates),
                ("epa", (0,), api.create_epas),
            ],
            "PUT": [("certificate", (0,), api.update_certificates), ("epa", (0,), api.update_epas)],
            "DELETE": [("certificate", (4,), api.delete_certificate), ("epa", (4,), api.delete_epa)],
        }
        return routes.get(method, [])

    def _act(self, request: Request, verb: Verb, path: Sequence[str], fault: Fault | None) -> Reply:
        if fault is None:
            return Reply(self._do(request, verb, path))
        before = {
            Kind.FAIL_BEFORE_COMMIT: Reply(BROKEN),
            Kind.HANG_BEFORE_COMMIT: Reply(BROKEN, Conduct.HANG, fault.seconds),
            Kind.RATE_LIMITED: Reply(_slow_down(round(fault.seconds))),
        }
        if fault.kind in before:
            return before[fault.kind]
        if fault.kind is Kind.LATE_COMMIT:
            self._later(fault.seconds, lambda: self._do(request, verb, path))
            return Reply(GATEWAY_TIMEOUT)
        answer = self._do(request, verb, path, _plan(fault, request.body))
        return {
            Kind.COMMIT_THEN_HANG: Reply(answer, Conduct.HANG, fault.seconds),
            Kind.COMMIT_THEN_RESET: Reply(answer, Conduct.RESET),
            Kind.COMMIT_THEN_500: Reply(BROKEN),
            Kind.TRUNCATED_JSON: Reply(answer, Conduct.TRUNCATE),
            Kind.CUT_BODY: Reply(answer, Conduct.CUT),
        }.get(fault.kind, Reply(answer))

    def _later(self, seconds: float, work: Callable[[], object]) -> None:
        timer = threading.Timer(seconds, work)
        timer.daemon = True
        self.pending = [*(timer for timer in self.pending if timer.is_alive()), timer]
        timer.start()

    def _do(self, request: Request, verb: Verb, path: Sequence[str], plan: Plan | None = None) -> Answer:
        """The work itself, stored when this returns, also where a batch broke off in the middle."""
        account = self.catalogue.accounts[request.headers[KEY]]
        try:
            body = json.loads(request.body) if request.method in {"POST", "PUT"} else None
            now = intake.instant(request.headers[NOW]) if NOW in request.headers else self.clock.now()
            return verb(Call(self._caller(account), now, path, body, plan or Plan()))
        except Stopped:
            return BROKEN
        except (Malformed, json.JSONDecodeError, UnicodeDecodeError):
            return Answer(403, shapes.failure(403, say.INVALID_INPUT))
        finally:
            if request.method != "GET":
                self.store.save()

    def _caller(self, account: Account) -> Caller:
        return Caller(account.ukprn or 0, self.catalogue.organisations.get(account.ukprn or 0))


def _plan(fault: Fault, body: bytes) -> Plan:
    """A batch breaks off after half its items; for what is no batch the plan says nothing."""
    if fault.kind is Kind.HALF_FAILED_REVERSED:
        return Plan(half_and_backwards=True)
    if fault.kind is not Kind.PARTIAL_THEN_500:
        return Plan()
    try:
        items = json.loads(body)
    except ValueError:
        return Plan()
    return Plan(stop_after=len(items) // 2) if isinstance(items, list) else Plan()


def _slow_down(seconds: int) -> Answer:
    return Answer(429, shapes.failure(429, say.too_many_calls(seconds)), (("Retry-After", str(seconds)),))
