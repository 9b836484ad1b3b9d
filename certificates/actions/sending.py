"""Sending claims to the assessment service: in batches of 25, resumable after any interruption (F5).

The service has no idempotency key. So a claim is marked "being sent" before the call; one that may have arrived is
asked about before anything is sent again, and then goes by itself, so that one bad claim never holds up the others.
Every answer is matched by its request id. No transaction is open while the service is asked, and a verdict is written
only under the lease it was taken with. Whatever happens, at the end of a round every claim has one: further on, put
back, or before a person.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction

from accounts.actors import System
from certificates import notices, queries, rules
from certificates.models import Claim, Consent
from certificates.service import (
    BATCH,
    AssessmentService,
    Certificate,
    ItemAnswer,
    RateLimited,
    Rejected,
    UnknownOutcome,
    Unreachable,
)
from certificates.states import ClaimState
from foundation import clock, work, workflow
from foundation.errors import Conflict

log = logging.getLogger(__name__)
OPEN = (ClaimState.READY, ClaimState.SENDING, ClaimState.CREATED)
OUT = (Unreachable, RateLimited, Rejected)
NEVER = 32_000  # an outage of the service is waited out, however long
SILENCES = 3  # one question without an answer is that claim's own trouble, so many in a row are an outage
UNANSWERED_FOR = dt.timedelta(days=1)  # then a person looks
LONGEST_PAUSE = dt.timedelta(hours=1)
HELD_ELSEWHERE = "Another organisation holds the certificate of this learner and standard."
ACTOR = System("weekly claim")
T = TypeVar("T")


def client() -> AssessmentService:
    """The service as the settings name it."""
    return AssessmentService(
        settings.ASSESSMENT_SERVICE_URL, settings.ASSESSMENT_SERVICE_KEY, settings.ASSESSMENT_SERVICE_TIMEOUT
    )


def settle_time() -> dt.timedelta:
    """How long the service may still be at work after an answer that did not come."""
    return dt.timedelta(seconds=settings.ASSESSMENT_SERVICE_SETTLE)


def lease() -> dt.timedelta:
    """Renewed before every write: a worker that dies after one leaves the claim alone until the service has settled."""
    return dt.timedelta(minutes=10) + settle_time()


def send_due(service: AssessmentService) -> int:
    """Take up to 25 due claims and bring each as far as it goes (F5).

    How many were taken; 0 also when the service does not answer, so that nobody hammers at it.
    """
    taken = work.take(Claim.objects.filter(state__in=OPEN), BATCH, lease=lease(), give_up=_give_up)
    try:
        _bring_on(service, taken)
    except OUT as error:
        # Nothing was changed by a question without an answer: all that is still open comes back later.
        log.warning("claims: the service is out (%s); %s claims wait", type(error).__name__, len(taken))
        _later(taken, error)
        return 0
    _sweep(taken)
    return len(taken)


def _bring_on(service: AssessmentService, taken: list[Claim]) -> None:
    line = _Line(service)
    of_state = {state: [claim for claim in taken if claim.state == state] for state in OPEN}
    doubtful = list(line.one_by_one(of_state[ClaimState.SENDING], _look))
    for claim, found in line.one_by_one(of_state[ClaimState.CREATED], _look):
        if found is not None:
            _ask(claim, ["The service does not show the certificate any more."])
    checked = list(line.one_by_one(of_state[ClaimState.READY], _check))
    doubtful += line.one_by_one([claim for claim, is_new in checked if is_new is False], _start_and_look)
    # Marked as being sent only now: until here nothing has left, and consent can still be taken back (F4).
    _create(service, [claim for claim, is_new in checked if is_new and _start(claim)])
    _send_singly(service, [(claim, found) for claim, found in doubtful if found is not None])
    _submit(service, [claim for claim in taken if claim.state == ClaimState.CREATED and _is_held(claim)])


@dataclass
class _Line:
    """The line to the service in one round, and how many questions in a row it has left without an answer."""

    service: AssessmentService
    silences: int = 0

    def one_by_one(
        self, claims: Iterable[Claim], question: Callable[[AssessmentService, Claim], T]
    ) -> Iterator[tuple[Claim, T]]:
        """Each claim with its answer; one without goes back for later, and after several nobody asks any more."""
        for claim in claims:
            if self.silences >= SILENCES:
                return
            try:
                answer = question(self.service, claim)
            except Unreachable as error:
                self.silences += 1
                work.put_back(claim, f"{type(error).__name__}: {error}", most=NEVER)
            else:
                self.silences = 0
                yield claim, answer


def _check(service: AssessmentService, claim: Claim) -> bool | None:
    """What the service knows of the learner: True when the claim is new to it, False when it may not be.

    None when the claim does not go out. A database restored from an older copy shows here.
    """
    learner = claim.payload["learner"]
    try:
        known = service.learner(learner["uln"], learner["familyName"], claim.standard_reference)
    except Rejected as error:
        _ask(claim, [_own_words(error)])
        return None
    problems = rules.learner_problems(known.completion_status)
    if known.certificate is not None and known.certificate.is_held_elsewhere:
        problems.append(HELD_ELSEWHERE)
    if problems:
        _ask(claim, problems)
        return None
    return claim.sent_at is None and known.certificate is None


def _start(claim: Claim) -> bool:
    """Mark the claim as being sent, unless the consent has been taken back (F4); False when it does not go out."""
    if claim.payload_sha256 != rules.payload_sha256(claim.payload):
        _ask(claim, ["What is stored of this claim is not what was frozen."])
        return False
    with transaction.atomic():
        consent = Consent.objects.select_for_update().get(pk=claim.consent_id)
        if consent.withdrawn_at is not None:
            _move(claim, "cancel")
            return False
        return _move(claim, "send", sent_at=claim.sent_at or clock.now())


def _start_and_look(service: AssessmentService, claim: Claim) -> str | None:
    return _look(service, claim) if _start(claim) else None


def _look(service: AssessmentService, claim: Claim) -> str | None:
    """Ask what the service holds for a claim that may have arrived, and settle it.

    What is still to be sent: None nothing, an empty text a new certificate, a reference the change of that draft.
    """
    learner = claim.payload["learner"]
    try:
        held = service.certificate(learner["uln"], learner["familyName"], claim.standard_reference)
    except Rejected as error:
        _ask(claim, [_own_words(error)])
        return None
    if held is None:
        return ""
    if claim.state == ClaimState.SENDING and held.reference and _is_to_change(claim, held):
        return held.reference
    _settle(claim, held)
    return None


def _is_to_change(claim: Claim, held: Certificate) -> bool:
    """A draft of ours that is not as claimed (a person has had something corrected since): it is changed, not doubled.

    Ours is the one whose reference this claim has seen, or one that differs in nothing that names the achievement.
    """
    differs = bool(_differences(claim, held))
    if held.status not in rules.DRAFT_STATUSES or (differs and held.reference != claim.reference):
        return False
    return differs or rules.is_to_change(claim.payload, held.contact.as_sent(), held.version)


def _differences(claim: Claim, held: Certificate) -> list[str]:
    return rules.differences(
        claim.payload,
        uln=held.uln,
        grade=held.overall_grade,
        achieved_on=held.achievement_date,
        family_name=held.family_name,
    )


def _settle(claim: Claim, held: Certificate) -> None:
    """What the service holds is this claim's only when nothing differs; then the claim is where the service is."""
    found = _differences(claim, held)
    if held.is_held_elsewhere:
        _ask(claim, [HELD_ELSEWHERE])
    elif found:
        _ask(claim, [f"The service holds certificate {held.reference}, but {', '.join(found)}."])
    elif held.reference and (other := queries.claim_with(held.reference, apart_from=claim)):
        _ask(claim, [f"The service tells the reference of claim {other}: {held.reference}."])
    elif held.status in rules.GONE_OUT_STATUSES:
        _confirm(claim, held)
    elif held.status not in rules.DRAFT_STATUSES:
        _ask(claim, [f"The service shows certificate {held.reference} as “{held.status or 'nothing'}”."])
    elif claim.state == ClaimState.SENDING:
        changes = {"reference": held.reference or "", "service_status": held.status or "", "unanswered_since": None}
        _move(claim, "accept", **changes)


def _create(service: AssessmentService, claims: list[Claim]) -> None:
    """Send new claims in one batch; when the batch as a whole is refused for what one holds, each by itself."""
    claims = _renewed(claims)
    if not claims:
        return
    try:
        answers = _write(service.create, [claim.payload for claim in claims])
    except OUT as error:
        if len(claims) > 1 and _is_refused_for_its_items(error):
            for claim in claims:
                _create(service, [claim])
            return
        for claim in claims:  # surely none has arrived
            _move(claim, "put_back", sent_at=None)
        raise
    for claim in claims:
        _take_answer(service, claim, answers.get(str(claim.request_id)))


def _send_singly(service: AssessmentService, claims: list[tuple[Claim, str]]) -> None:
    """Send again what was left unanswered and has surely not arrived, or change a draft; stop at an outage."""
    unknown = 0
    for claim, reference in claims:
        if unknown == SILENCES or not _renewed([claim]):
            continue
        if reference:
            answers = _write(service.update, [{**claim.payload, "certificateReference": reference}])
        else:
            answers = _write(service.create, [claim.payload])
        unknown = 0 if answers else unknown + 1
        _take_answer(service, claim, answers.get(str(claim.request_id)))


def _take_answer(service: AssessmentService, claim: Claim, answer: ItemAnswer | None) -> None:
    """What a create or a change of one claim was answered with. Nothing usable: it is asked about later."""
    if answer is None or answer.is_unknown:
        return
    if answer.certificate is not None:
        _settle(claim, answer.certificate)
    elif not answer.existing_reference:
        _ask(claim, list(answer.errors))
    elif _look(service, claim) == "":
        _ask(claim, [*answer.errors, "But the service does not show it."])
    # Otherwise it was settled, or is a draft to change: the next round does so.


def _submit(service: AssessmentService, claims: list[Claim]) -> None:
    claims = _renewed(claims)
    if not claims:
        return
    try:
        answers = _write(service.submit, [rules.submit_item(claim.payload, claim.reference) for claim in claims])
    except Rejected as error:
        if len(claims) == 1 or not _is_refused_for_its_items(error):
            raise
        for claim in claims:
            _submit(service, [claim])
        return
    for claim in claims:
        _take_submitted(service, claim, answers.get(str(claim.request_id)))


def _take_submitted(service: AssessmentService, claim: Claim, answer: ItemAnswer | None) -> None:
    if answer is None or answer.is_unknown:
        return
    if answer.was_submitted_before:
        _look(service, claim)
    elif answer.certificate is not None:
        _settle(claim, answer.certificate)
    if claim.state == ClaimState.CREATED:
        _ask(claim, list(answer.errors) or ["The service did not take the submitted certificate."])


def _write(call: Callable[[list[Any]], dict[str, ItemAnswer]], items: list[Any]) -> Mapping[str, ItemAnswer]:
    """One write. Empty when no usable answer came: it may have arrived. A single item refused whole is its error."""
    try:
        return call(items)
    except UnknownOutcome as error:
        log.warning("claims: no usable answer (%s); %s claims will be asked about", error, len(items))
        return {}
    except Rejected as error:
        if len(items) > 1 or not _is_refused_for_its_items(error):
            raise
        name = str(items[0]["requestId"])
        return {name: ItemAnswer(name, errors=(error.message,))}


def _is_refused_for_its_items(error: Exception) -> bool:
    """Malformed or too large in the service's own words; any other refusal is about our key, account or address."""
    return isinstance(error, Rejected) and error.status in {403, 413} and bool(error.message)


def _own_words(error: Rejected) -> str:
    """What the service's rules say against a question; a refusal that is not theirs is raised again."""
    if error.status not in {403, 404} or not error.message:
        raise error
    return error.message


def _later(taken: list[Claim], error: Exception) -> None:
    told = None
    if isinstance(error, RateLimited):
        told = dt.timedelta(seconds=min(error.retry_after, LONGEST_PAUSE.total_seconds()))
    for claim in taken:
        if claim.state in OPEN and _is_held(claim):
            # A claim that may be at the service is not asked about before the service surely has finished.
            pause = settle_time() if told is None and claim.state != ClaimState.READY else told
            work.put_back(claim, f"{type(error).__name__}: {error}", wait=pause, most=NEVER)


def _sweep(taken: list[Claim]) -> None:
    """Those without a verdict wait until the service surely has finished; after a day a person looks."""
    now = clock.now()
    for claim in taken:
        if claim.state not in OPEN or not _is_held(claim):
            continue
        if claim.state == ClaimState.READY:
            work.put_back(claim, "not asked about: the service is out", wait=settle_time(), most=NEVER)
        elif claim.unanswered_since is not None and now - claim.unanswered_since >= UNANSWERED_FOR:
            _ask(claim, ["The service has given no usable answer for a day."])
        else:
            since = claim.unanswered_since or now
            Claim.objects.filter(pk=claim.pk, lease=claim.lease).update(unanswered_since=since)
            work.put_back(claim, "no usable answer", wait=settle_time(), most=NEVER)


def _renewed(claims: list[Claim]) -> list[Claim]:
    """Those still ours, with a fresh lease: who was slow to ask must not send what another worker has taken over."""
    if not claims:
        return []
    with transaction.atomic():
        rows = Claim.objects.filter(pk__in=[claim.pk for claim in claims], lease=claims[0].lease, done_at=None)
        held = set(rows.select_for_update().values_list("pk", "state"))
        rows.update(lease_until=clock.now() + lease())
    return [claim for claim in claims if (claim.pk, claim.state) in held]


def _is_held(claim: Claim) -> bool:
    return claim.lease is not None and claim.done_at is None and claim.set_aside_at is None


def _move(claim: Claim, verb: str, facts: Mapping[str, object] | None = None, /, **changes: object) -> bool:
    """One step under our lease; False when the lease was lost, or the EPA team has cancelled: somebody else decides."""
    with transaction.atomic():
        held = Claim.objects.select_for_update().filter(pk=claim.pk, lease=claim.lease).exists()
        if not held:
            return False
        try:
            workflow.move(claim, verb, by=ACTOR, changes=changes, facts=facts)
        except Conflict:
            return False
    return True


def _confirm(claim: Claim, held: Certificate) -> None:
    now = clock.now()
    changes = {
        "reference": held.reference or claim.reference,
        "service_status": held.status or "",
        "submitted_at": claim.submitted_at or held.submitted_at or now,
        "unanswered_since": None,
        "next_look_at": now,
    }
    with transaction.atomic():
        if _move(claim, "confirm", **changes):
            work.finish(claim)


def _give_up(claim: Claim, error: str) -> None:
    _ask(claim, [error])


def _ask(claim: Claim, errors: list[str]) -> None:
    """Trying again cannot help: the EPA team has to look."""
    with transaction.atomic():
        facts = {"service": rules.without_uln(errors, claim.uln)}
        if _move(claim, "ask", facts, service_errors=errors, unanswered_since=None):
            work.set_aside(claim, "; ".join(errors))
            notices.claim_needs_person(claim)
