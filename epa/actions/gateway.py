"""The verbs of the gateway: prepare, ask for signatures, sign, submit, return, accept."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts import links
from accounts.access import require
from accounts.actors import LinkHolder
from accounts.models import Link
from accounts.states import Role
from apprentices.models import Registration
from epa.actions.deadlines import open_period
from epa.actions.locking import lock
from epa.models import EPA, Gateway, Signature
from epa.notices import preparing as notices
from epa.queries import preparing as queries
from epa.rules import booking as booking_rules
from epa.rules import gateway as rules
from epa.rules.booking import BookingFacts
from epa.states import CENTRE, EPAState, GatewayState, Party
from foundation import audit, clock, workflow
from foundation.errors import Conflict, Problem, Refused, WrongState, refuse_if
from foundation.workflow import Actor

OPEN = (GatewayState.COLLECTING, GatewayState.RETURNED)


def prepare(*, registration: Registration, by: Actor) -> EPA:
    """The EPA of a registration on an EPA package with its gateway (E1): made the first time, found ever after.

    Raises NotAllowed, or Refused when the registration is for another package or no longer stands.
    """
    require(by, (*CENTRE, Role.EPA_TEAM), registration, "prepare this assessment")
    with transaction.atomic():
        rows = Registration.objects.select_related("package").select_for_update(of=("self",))
        registration = rows.get(pk=registration.pk)
        found = EPA.objects.filter(registration=registration).first()
        if found is not None:
            return found
        active = registration.state == "active"
        refuse_if(
            booking_rules.bookable_problems(BookingFacts(registration.package.kind, active, EPAState.PREPARING, ""))
        )
        epa = EPA.objects.create(registration=registration)
        Gateway.objects.create(epa=epa)
        audit.record(epa, "prepare", by=by, facts={"registration": registration.number})
    return epa


def locked(gateway: Gateway) -> Gateway:
    """The gateway read anew, its EPA locked until the transaction ends."""
    epa = lock(gateway.epa_id)
    fresh = Gateway.objects.get(pk=gateway.pk)
    fresh.epa = epa
    return fresh


def require_open(gateway: Gateway) -> None:
    """WrongState once the gateway is with the EPA team or accepted, or the assessment is withdrawn."""
    require_not_withdrawn(gateway.epa)
    if gateway.state not in OPEN:
        raise WrongState(f"The gateway is “{gateway.get_state_display()}”; nothing in it can be changed now.")


def require_not_withdrawn(epa: EPA) -> None:
    """WrongState once the assessment is withdrawn: nobody is asked to sign or to comment for it any more."""
    if epa.state == EPAState.WITHDRAWN:
        raise WrongState("The assessment is withdrawn; nothing in it can be changed now.")


def state_training(*, gateway: Gateway, percent: Decimal, by: Actor) -> Gateway:
    """Record the share of off-the-job training (B3). Signatures over another figure no longer count."""
    require(by, CENTRE, gateway, "state the off-the-job training")
    if not 0 <= percent <= 100:
        raise Refused([Problem("percent", "B3", "Give a share between 0 and 100 %.", field="percent")])
    with transaction.atomic():
        gateway = locked(gateway)
        require_open(gateway)
        before, gateway.off_the_job_percent = gateway.off_the_job_percent, percent
        gateway.save(update_fields=["off_the_job_percent"])
        audit.record(gateway, "state_training", by=by, facts={"before": before, "after": percent})
    return gateway


def send_link(*, gateway: Gateway, party: str, name: str, email: str, by: Actor) -> Link:
    """Send a party its own single-use link to the agreement (B5); an earlier unused one stops working.

    Raises NotAllowed, WrongState, or Refused: same person as another party, the provider's own address (B1), or
    already signed over what is true now.
    """
    require(by, CENTRE, gateway, "ask for signatures")
    with transaction.atomic():
        gateway = locked(gateway)
        require_open(gateway)
        others = {row.party: (row.name, row.email) for row in queries.open_links(gateway)}
        signed = queries.signatures(gateway)
        others |= {row.party: (row.name, row.email) for row in signed}
        found = rules.signatory_problems(party, (name, email), others, queries.centre_addresses(gateway.epa))
        if party in queries.standing(gateway, signed):
            found.append(Problem("signed", "B5", f"{Party(party).label}: has signed already.", field="party"))
        refuse_if(found)
        link, token = links.issue(queries.SIGN, gateway, name=name.strip(), email=email.strip(), party=party)
        audit.record(gateway, "ask_to_sign", by=by, facts={"party": party})
        notices.asked_to_sign(link, token, gateway)
    return link


def invite_signatures(*, gateway: Gateway, by: Actor) -> list[Link]:
    """Send employer and apprentice their links at the addresses on record, unless they have signed what is true now.

    Raises like ``send_link``, with the problems of both at once, and then sends neither.
    """
    sent: list[Link] = []
    found: list[Problem] = []
    with transaction.atomic():
        gateway = locked(gateway)
        apprentice = gateway.epa.registration.apprentice
        known: Mapping[str, tuple[str, str]] = {
            Party.EMPLOYER: (apprentice.employer.contact_name, apprentice.employer.contact_email),
            Party.APPRENTICE: (apprentice.full_name, apprentice.email),
        }
        done = queries.standing(gateway)
        for party, (name, email) in known.items():
            if party in done:
                continue
            try:
                sent.append(send_link(gateway=gateway, party=party, name=name, email=email, by=by))
            except Refused as refused:
                label = Party(party).label
                found += [
                    Problem(row.code, row.clause, f"{label}: {row.message}", "signatures") for row in refused.problems
                ]
        refuse_if(found)
    return sent


def sign_by_link(*, link: Link, name: str, shown_sha256: str, address: str | None) -> Signature:
    """The holder of a link signs what the page showed (B1, B2, B5): spends the link, records the signature.

    Raises Conflict when the link is spent, WrongState when the gateway is no longer open, or Refused, among others when
    what is true has changed since the page was shown.
    """
    by = LinkHolder(link)
    with transaction.atomic():
        gateway = locked(Gateway.objects.get(pk=link.subject_id))
        links.use(link)
        return _sign(gateway, link.party, (name, link.email), shown_sha256, address, by, invited=link.name)


def sign_in_person(
    *, gateway: Gateway, name: str, email: str, shown_sha256: str, address: str | None, by: Actor
) -> Signature:
    """A signed-in person of the centre signs for the training provider (B2, B5). Raises like ``sign_by_link``."""
    require(by, CENTRE, gateway, "sign for the training provider")
    with transaction.atomic():
        return _sign(locked(gateway), Party.PROVIDER, (name, email), shown_sha256, address, by)


def _sign(
    gateway: Gateway,
    party: str,
    person: tuple[str, str],
    shown_sha256: str,
    address: str | None,
    by: Actor,
    invited: str = "",
) -> Signature:
    """``invited``: the name that the link was sent to, where it is signed by one."""
    require_open(gateway)
    shown = queries.shown_to(gateway, party)
    digest = rules.digest(shown)
    standing = queries.signatures(gateway)
    if party in queries.standing(gateway, standing):
        raise Conflict(f"{Party(party).label}: has signed already.")
    if digest != shown_sha256:
        message = "The agreement was changed while you had it open. Read it again below, then sign."
        raise Refused([Problem("changed", "B5", message)])
    others = {row.party: (row.name, row.email) for row in standing}
    found = rules.other_hand_problems(invited, person[0]) if invited else []
    refuse_if([*found, *rules.signatory_problems(party, person, others, queries.centre_addresses(gateway.epa))])
    Signature.objects.filter(gateway=gateway, party=party, withdrawn_at=None).update(withdrawn_at=clock.now())
    signature = Signature.objects.create(
        gateway=gateway,
        party=party,
        name=person[0].strip()[:150],
        email=person[1].strip(),
        shown=shown,
        shown_sha256=digest,
        by_label=by.label[:200],
        address=address,
    )
    how = f"link sent to {invited}" if invited else f"signed in as {by.label}"
    facts = {"party": Party(party).label, "signed_by": f"{signature.name} ({how})", "shown_sha256": digest}
    audit.record(gateway, "sign", by=by, facts=facts)
    left = len(Party) - len(queries.standing(gateway))
    notices.signed(gateway, Party(party).label, left)
    return signature


def submit(*, gateway: Gateway, by: Actor, reason: str = "") -> Gateway:
    """Hand the gateway to the EPA team (B1–B6). ``reason``: why to ask although time or training is short (B3).

    Raises WrongState, NotAllowed, Conflict, or Refused with everything that is missing.
    """
    with transaction.atomic():
        gateway = locked(gateway)
        workflow.guard(gateway, "submit", by)
        found = queries.gateway_problems(gateway)
        refuse_if(rules.settle_problems(found, reason, who="the centre"))
        asked = reason.strip() if _short(found) else ""
        changes: dict[str, Any] = {"submitted_at": clock.now(), "short_time_reason": asked, "returned_reason": ""}
        workflow.move(gateway, "submit", by=by, changes=changes, facts=_judged(gateway, found))
        notices.gateway_submitted(gateway)
    return gateway


def return_(*, gateway: Gateway, reason: str, by: Actor) -> Gateway:
    """Give the gateway back to the centre, saying why. Raises WrongState, NotAllowed, Conflict, Refused."""
    with transaction.atomic():
        gateway = locked(gateway)
        workflow.guard(gateway, "return", by)
        if not reason.strip():
            raise Refused([Problem("reason", "", "Say what the centre has to do.", field="reason")])
        facts = {"reason": reason.strip()}
        workflow.move(gateway, "return", by=by, changes={"returned_reason": reason.strip()}, facts=facts)
        notices.gateway_returned(gateway)
    return gateway


def accept(*, gateway: Gateway, by: Actor, despite: str = "") -> Gateway:
    """Accept the gateway: today becomes the first day of the EPA period (C9), which opens with it.

    ``despite``: the EPA team's reason for accepting short time or training (B3); nothing else can be accepted in spite
    of. The start is moved afterwards, with a reason, by ``epa.actions.deadlines.move_start``. Raises WrongState,
    NotAllowed, Conflict, or Refused with everything that is missing today.
    """
    with transaction.atomic():
        gateway = locked(gateway)
        workflow.guard(gateway, "accept", by)
        found = queries.gateway_problems(gateway)
        refuse_if(rules.settle_problems(found, despite, who="the EPA team"))
        changes: dict[str, Any] = {
            "accepted_at": clock.now(),
            "accepted_by_id": by.user_id,
            "accepted_despite": despite.strip() if _short(found) else "",
        }
        workflow.move(gateway, "accept", by=by, changes=changes, facts=_judged(gateway, found))
        epa = open_period(epa=gateway.epa, starts_on=clock.today(), by=by)
        gateway.epa = epa
        notices.gateway_accepted(gateway, epa)
    return gateway


def _short(found: list[Problem]) -> bool:
    return any(problem.code in rules.ACCEPTABLE for problem in found)


def _judged(gateway: Gateway, found: list[Problem]) -> dict[str, Any]:
    """What the decision was taken on, for the audit row: the digest of the agreement, and what was settled."""
    return {
        "facts_sha256": rules.digest(queries.agreement_facts(gateway)),
        "settled": [problem.code for problem in found if problem.warning or problem.code in rules.ACCEPTABLE],
    }
