"""The verbs of ``/api/v1``: look up, refuse or write, answer. No sockets here, and no faults but those of a batch.

A batch is a loop without a transaction: each item is checked and written by itself, so a stop in the middle leaves the
first ones done.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from simulators.assessment_service import epa_rules, intake, rules, shapes
from simulators.assessment_service import messages as say
from simulators.assessment_service.catalogue import Catalogue
from simulators.assessment_service.intake import Ask, CertificateAsk, EpaAsk, Malformed, Members
from simulators.assessment_service.records import DELETED, DRAFT, FAIL, SUBMITTED, Record, Store, text_of
from simulators.assessment_service.rules import Caller, Case

A = TypeVar("A", bound=Ask)
BATCH = 25
TOLD_TO_FAIL = "The stand-in was told to fail this item"


class Stopped(Exception):
    """A batch was told to break off here; what came before is stored."""


@dataclass(frozen=True)
class Answer:
    """Status, body (anything JSON can hold, or None for an empty one) and headers beside the usual."""

    status: int
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Plan:
    """How a batch is to go wrong: break off after so many items, or fail every other one and answer backwards."""

    stop_after: int | None = None
    half_and_backwards: bool = False


@dataclass(frozen=True)
class Call:
    """One authenticated request: who, what, when, and what is to go wrong."""

    caller: Caller
    now: dt.datetime
    path: Sequence[str] = ()
    body: Any = None
    plan: Plan = field(default_factory=Plan)


class Api:
    """The service behind its gateway."""

    def __init__(self, catalogue: Catalogue, store: Store) -> None:
        self.catalogue = catalogue
        self.store = store

    def learner(self, call: Call) -> Answer:
        """GET learner/{uln}/{familyName}/{standard}."""
        case = self._case(call, intake.path_ask(*call.path))
        refused = rules.get_learner(case)
        if refused or case.learner is None:
            return _refusal(refused)
        return Answer(200, shapes.learner(case.learner, case.live, self.catalogue, is_owner=case.is_owner))

    def certificate(self, call: Call) -> Answer:
        """GET certificate/{uln}/{familyName}/{standard}; 204 where there is none that this endpoint shows."""
        case = self._case(call, intake.path_ask(*call.path))
        refused = rules.get_certificate(case)
        if refused:
            return _refusal(refused)
        record = case.live
        shown = {DRAFT, SUBMITTED, *rules.PRINT_STATUSES}
        if record is None or record.status not in shown or record.is_epa_only or record.is_recorded_fail:
            return Answer(204)
        return Answer(200, shapes.certificate(record, self.catalogue, redacted=not case.is_owner))

    def create_certificates(self, call: Call) -> Answer:
        """POST certificate."""

        def one(item: CertificateAsk) -> Any:
            case = self._case(call, item)
            refused = rules.create_certificate(case, guard=self.store.guard)
            record = None if refused else self._created(case, item)
            return shapes.batch_item(item.request_id, record, refused, self.catalogue)

        return self._batch(call, intake.certificate_ask, one)

    def update_certificates(self, call: Call) -> Answer:
        """PUT certificate."""

        def one(item: CertificateAsk) -> Any:
            case = self._case(call, item)
            refused = rules.update_certificate(case)
            if not refused and case.record:
                _write_certificate(case.record, case, item)
                _note(case.record, call, "updated")
            record = None if refused else case.record
            return shapes.batch_item(item.request_id, record, refused, self.catalogue)

        return self._batch(call, intake.certificate_ask, one)

    def submit_certificates(self, call: Call) -> Answer:
        """POST certificate/submit."""

        def one(item: Ask) -> Any:
            case = self._case(call, item)
            refused = rules.submit_certificate(case)
            if not refused and case.record:
                case.record.status, case.record.submitted_at = SUBMITTED, text_of(call.now)
                _note(case.record, call, "submitted")
            record = None if refused else case.record
            return shapes.batch_item(item.request_id, record, refused, self.catalogue)

        return self._batch(call, intake.submit_ask, one)

    def delete_certificate(self, call: Call) -> Answer:
        """DELETE certificate/{uln}/{familyName}/{standard}/{certificateReference}."""
        return self._delete(call, rules.delete_certificate)

    def grades(self, call: Call) -> Answer:  # noqa: ARG002 - every verb is called alike
        """GET certificate/grades."""
        return Answer(200, list(say.GRADES))

    def create_epas(self, call: Call) -> Answer:
        """POST epa."""
        return self._epas(call, epa_rules.create_epa)

    def update_epas(self, call: Call) -> Answer:
        """PUT epa; the history sent replaces the history stored."""
        return self._epas(call, epa_rules.update_epa)

    def delete_epa(self, call: Call) -> Answer:
        """DELETE epa/{uln}/{familyName}/{standard}/{epaReference}."""
        return self._delete(call, epa_rules.delete_epa)

    def options(self, call: Call) -> Answer:
        """GET standards/options[/{standard}[/{version}]]; without a version, one standard answers for its newest."""
        if not call.path:
            pairs = [(standard, version) for standard in self.catalogue.standards for version in standard.versions]
            return Answer(200, [shapes.options(standard, version) for standard, version in pairs if version.options])
        standard = self.catalogue.standard(call.path[0])
        if standard is None:
            return _not_found()
        version = standard.version(call.path[1]) if len(call.path) > 1 else standard.versions[-1]
        if version is None:
            return _not_found()
        return Answer(200, shapes.options(standard, version)) if version.options else Answer(204)

    def _case(self, call: Call, ask: Ask) -> Case:
        return rules.look_up(self.catalogue, self.store, call.caller, ask, call.now)

    def _batch(self, call: Call, read: Callable[[Members], A], one: Callable[[A], Any]) -> Answer:
        """Read all, then do one by one under the lock of each. Raises ``Malformed`` and ``Stopped``."""
        items = [read(members) for members in intake.parts_of(call.body)]
        if len(items) > BATCH:
            return _refusal([say.BATCH_TOO_LARGE])
        answers = []
        for position, item in enumerate(items):
            if position == call.plan.stop_after:
                raise Stopped
            if call.plan.half_and_backwards and position % 2:
                answers.append(shapes.batch_item(item.request_id, None, [TOLD_TO_FAIL], self.catalogue))
                continue
            with self.store.lock:
                answers.append(one(item))
        return Answer(200, answers[::-1] if call.plan.half_and_backwards else answers)

    def _created(self, case: Case, ask: CertificateAsk) -> Record:
        """The record made, revived or, without the guard, made once more."""
        record = case.record
        if record is None or not (record.is_deleted or record.is_epa_only or record.is_recorded_fail):
            record = self._new(case)
        record.owner_ukprn, record.status, record.submitted_at = case.caller.ukprn, DRAFT, None
        _write_certificate(record, case, ask)
        _note(record, case, "created")
        return record

    def _new(self, case: Case) -> Record:
        code = case.standard.code if case.standard else 0
        return self.store.new(case.ask.uln, code, case.caller.ukprn, case.now)

    def _epas(self, call: Call, refuse: Callable[[Case], list[str]]) -> Answer:
        def one(item: EpaAsk) -> Any:
            case = self._case(call, item)
            refused = refuse(case)
            record = None
            if not refused:
                record = case.record or self._new(case)
                _write_epas(record, case, item)
                _note(record, call, "epa")
            return shapes.epa_item(item.request_id, record, refused)

        return self._batch(call, intake.epa_ask, one)

    def _delete(self, call: Call, refuse: Callable[[Case], list[str]]) -> Answer:
        """Mark a record deleted; a later create brings it back under the same reference."""
        with self.store.lock:
            case = self._case(call, intake.path_ask(*call.path))
            refused = refuse(case)
            if refused or case.record is None:
                return _refusal(refused)
            case.record.status, case.record.grade, case.record.epas = DELETED, None, []
            _note(case.record, call, "deleted")
        return Answer(204)


def _write_certificate(record: Record, case: Case, ask: CertificateAsk) -> None:
    """Fill in what was asked, and from the learner's record what no caller can set; add the pass it rests on."""
    _fill_from_learner(record, case)
    record.version, record.option = rules.chosen_version(case), rules.chosen_option(case)
    record.grade = next(grade for grade in say.GRADES if rules.same(grade, ask.grade))
    record.achieved = text_of(ask.achieved)
    record.contact = dict(zip(intake.CONTACT, ask.contact, strict=True))
    passed = {"epaDate": record.achieved, "epaOutcome": "Pass"}
    if passed not in record.epas:
        record.epas.append(passed)


def _write_epas(record: Record, case: Case, ask: EpaAsk) -> None:
    """Replace the history. A latest Fail is final at once; any other outcome leaves a draft without a grade."""
    _fill_from_learner(record, case)
    record.owner_ukprn = case.caller.ukprn
    record.version, record.option = rules.chosen_version(case), rules.chosen_option(case)
    record.epas = [
        {
            "epaDate": text_of(attempt.date),
            "epaOutcome": next(outcome for outcome in say.OUTCOMES if rules.same(outcome, attempt.outcome)),
            "resit": attempt.resit,
            "retake": attempt.retake,
        }
        for attempt in ask.attempts
    ]
    failed = (record.latest_epa or {}).get("epaOutcome") == FAIL
    record.status, record.grade = (SUBMITTED, FAIL) if failed else (DRAFT, None)
    record.submitted_at = text_of(case.now) if failed else None


def _fill_from_learner(record: Record, case: Case) -> None:
    learner = case.learner
    if learner is None:
        return
    record.given_names, record.family_name = learner.given_names, learner.family_name
    record.start = f"{learner.start}T00:00:00"
    record.provider_name, record.provider_ukprn = learner.provider_name, learner.provider_ukprn


def _note(record: Record, at: Call | Case, verb: str) -> None:
    record.history.append(f"{text_of(at.now)} {verb}")


def _refusal(messages: Sequence[str]) -> Answer:
    """403 with the messages in one line; nothing to say means there is nothing there."""
    if not messages:
        return _not_found()
    return Answer(403, shapes.failure(403, "; ".join(messages)))


def _not_found() -> Answer:
    return Answer(404, shapes.failure(404, say.NO_SUCH_RESOURCE))


__all__ = ["BATCH", "TOLD_TO_FAIL", "Answer", "Api", "Call", "Malformed", "Plan", "Stopped"]
