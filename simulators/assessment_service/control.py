"""``/_control/``: the handles of the stand-in. NOT part of the real service; a portal never calls them.

| request | what it does |
|---|---|
| GET _control/ | this list |
| GET _control/summary | counts: certificates by status, duplicates, requests by route and status, faults played |
| GET _control/certificates | every record as stored, deleted ones too |
| GET _control/requests | every request: route, status, fault, time; no ULN and no name |
| POST _control/learners | array of learners to add or replace (the data file's members) |
| POST _control/clock | `{"now": "2027-01-08T09:00:00Z"}` stops it there; `{"offsetSeconds": 86400}`; `{}` resets |
| POST _control/faults | `{"script": "3*POST certificate:commit-then-500", "seed": 7}`, see `faults`; `{}` clears |
| POST _control/limit | `{"calls": 120, "seconds": 60}`; `{"calls": 0}` switches it off |
| POST _control/print | `{}`: every submitted one goes a step on; `{"to": "Delivered"}`; `{"references": [...]}` |
| POST _control/status | `{"reference": "00013001", "status": "Cancelled"}`: set anything, as staff there can |
| POST _control/reset | forget records, requests, faults and clock; `{"learners": true}`: added learners too |
"""

from collections import Counter
from typing import Any

from simulators.assessment_service import intake
from simulators.assessment_service.api import Answer
from simulators.assessment_service.faults import Script, parse
from simulators.assessment_service.front import Front
from simulators.assessment_service.limits import Limit
from simulators.assessment_service.records import (
    DELIVERED,
    FAIL,
    NOT_DELIVERED,
    PRINTED,
    REPRINT,
    SENT_TO_PRINTER,
    SUBMITTED,
    Record,
    text_of,
)

NEXT = {SUBMITTED: SENT_TO_PRINTER, REPRINT: SENT_TO_PRINTER, SENT_TO_PRINTER: PRINTED, PRINTED: DELIVERED}


class Control:
    """The handles, each taking the decoded body and giving an answer."""

    def __init__(self, front: Front) -> None:
        self.front = front

    def answer(self, method: str, name: str, body: Any) -> Answer:
        """The answer to one request; 400 with the reason for a body that cannot be used, 404 for no such handle."""
        handle = {
            ("GET", ""): self.help,
            ("GET", "summary"): self.summary,
            ("GET", "certificates"): self.certificates,
            ("GET", "requests"): self.requests,
            ("POST", "learners"): self.learners,
            ("POST", "clock"): self.clock,
            ("POST", "faults"): self.faults,
            ("POST", "limit"): self.limit,
            ("POST", "print"): self.print_on,
            ("POST", "status"): self.status,
            ("POST", "reset"): self.reset,
        }.get((method, name))
        if handle is None:
            return Answer(404, {"error": "no such handle; GET /_control/ lists them"})
        try:
            return Answer(200, handle(body))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return Answer(400, {"error": f"{type(error).__name__}: {error}"})

    def help(self, _: Any) -> Any:
        """The table above."""
        return {"help": (__doc__ or "").splitlines()}

    def summary(self, _: Any) -> Any:
        """Counts only."""
        records = self.front.store.records
        requests = Counter(f"{line['route']} {line['status']}" for line in self.front.log)
        return {
            "certificates": sum(not record.is_deleted for record in records),
            "byStatus": dict(Counter(record.status for record in records)),
            "duplicates": self.front.store.duplicates(),
            "submissions": sum(line.endswith(" submitted") for record in records for line in record.history),
            "requests": dict(requests),
            "faults": dict(self.front.faults.played),
            "pendingCommits": sum(timer.is_alive() for timer in self.front.pending),
        }

    def certificates(self, _: Any) -> Any:
        """Every record with what is computed about it."""
        return [{**vars(record), "shown": record.shown_status} for record in self.front.store.records]

    def requests(self, _: Any) -> Any:
        """The log since the start or the last reset."""
        return self.front.log

    def learners(self, body: Any) -> Any:
        """Add or replace, in order; what comes before one that cannot be read is kept."""
        with self.front.store.lock:
            for learner in body:
                self.front.catalogue.add_learner(learner)
                self.front.store.added_learners.append(learner)
            self.front.store.save()
        return {"learners": len(body)}

    def clock(self, body: Any) -> Any:
        """Stop or shift the clock."""
        clock = self.front.clock
        offset = body.get("offsetSeconds", 0)
        fixed = intake.instant(body["now"]) if body.get("now") else None
        clock.fixed, clock.offset = fixed, type(clock.offset)(seconds=offset)
        return {"now": clock.now().isoformat()}

    def faults(self, body: Any) -> Any:
        """Order faults in place of those ordered before."""
        script = parse(body.get("script", ""))
        self.front.faults.order(script, body.get("seed", 0))
        return {"steps": len(script.steps), "share": script.rate.share}

    def limit(self, body: Any) -> Any:
        """Change the rate limit."""
        self.front.limiter.change(Limit(int(body["calls"]), float(body.get("seconds", 60))))
        return {}

    def print_on(self, body: Any) -> Any:
        """Move submitted certificates on; to a named status, every step before it is passed."""
        to, chosen = body.get("to"), body.get("references")
        if to is not None and to not in {*NEXT.values(), NOT_DELIVERED, REPRINT}:
            raise ValueError(f"{to!r} is not a print status")
        with self.front.store.lock:
            meant = [record for record in self.front.store.records if chosen is None or record.reference in chosen]
            moved = [record.reference for record in meant if self._print_one(record, to)]
            self.front.store.save()
        return {"moved": moved}

    def _print_one(self, record: Record, to: str | None) -> bool:
        """As the printer does: no fails, none without a first address line and a postcode."""
        printable = record.grade != FAIL and record.contact.get("addressLine1") and record.contact.get("postCode")
        if record.status not in {*NEXT, DELIVERED, NOT_DELIVERED} or not printable:
            return False
        target = to or NEXT.get(record.status)
        if target is None or target == record.status:
            return False
        now = text_of(self.front.clock.now())
        if target == REPRINT:
            record.printed_at = record.printed_batch = record.delivered_at = None
        if target in {PRINTED, DELIVERED, NOT_DELIVERED} and record.printed_at is None:
            record.printed_at, record.printed_batch = now, int(now[2:10].replace("-", ""))
        if target in {DELIVERED, NOT_DELIVERED}:
            record.delivered_at = now
        record.status = target
        record.history.append(f"{now} print {target}")
        return True

    def status(self, body: Any) -> Any:
        """Set a stored status outright."""
        record = self.front.store.by_reference(body["reference"])
        if record is None:
            raise ValueError("no such reference")
        with self.front.store.lock:
            record.status = body["status"]
            self.front.store.save()
        return {"reference": record.reference, "status": record.status}

    def reset(self, body: Any) -> Any:
        """As if nothing had been asked yet, and on request as if no learner had been added."""
        for timer in self.front.pending:
            timer.cancel()
        if body.get("learners"):
            self.front.forget_learners()
        self.front.store.forget()
        self.front.log.clear()
        self.front.faults.order(Script())
        self.front.faults.played.clear()
        self.clock({})
        return {}
