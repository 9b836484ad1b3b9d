"""The second person's word on an approval (A6)."""

from django.db import IntegrityError, transaction

from accounts.models import User
from centres import notices, queries
from centres.actions.review import in_review
from centres.actions.sections import locked
from centres.models import Application, SignOff
from foundation import audit, clock
from foundation.errors import Conflict, Problem, Refused, refuse_if
from foundation.workflow import guard, move


@transaction.atomic
def ask_sign_off(*, application: Application, by: User) -> SignOff:
    """The reviewer asks for a second person, once all else that an approval needs is there (A6)."""
    row = in_review(application, by)
    found = queries.approval_problems(row, clock.today())
    refuse_if([problem for problem in found if problem.where != "sign_off"])
    if not found:
        message = "This approval needs no second person: approve it."
        raise Refused([Problem("sign_off_not_needed", "A6", message, "review")])
    try:
        with transaction.atomic():
            sign_off = SignOff.objects.create(application=row, asked_by=by)
    except IntegrityError as error:
        raise Conflict("A second person has been asked already.") from error
    packages = [each.package for each in queries.pending_elements(row).select_related("package")]
    sign_off.packages.set(packages)
    facts = {"elements": [package.code for package in packages]}
    audit.record(sign_off, "ask", by=by, facts=facts, confidential=True)
    notices.sign_off_asked(sign_off)
    return sign_off


@transaction.atomic
def confirm_sign_off(*, sign_off: SignOff, no_interest: bool, by: User) -> SignOff:
    """The second person has seen the decisions and confirms them (A6); the reviewer may approve now."""
    row = _second(sign_off, "confirm", by, declared=no_interest)
    changes = {"decided_by": by, "decided_at": clock.now()}
    move(row, "confirm", by=by, changes=changes, facts={"no_interest": True}, confidential=True)
    notices.sign_off_decided(row)
    return row


@transaction.atomic
def return_sign_off(*, sign_off: SignOff, reason: str, no_interest: bool, by: User) -> SignOff:
    """The second person does not confirm, and says why; the review goes on (A6)."""
    row = _second(sign_off, "return_it", by, declared=no_interest)
    if not reason.strip():
        message = "Say why you do not confirm; the reviewer reads it."
        raise Refused([Problem("no_reason", "A6", message, "sign_off", "reason")])
    changes = {"decided_by": by, "decided_at": clock.now(), "reason": reason.strip()}
    move(row, "return_it", by=by, changes=changes, facts={"reason": reason.strip()}, confidential=True)
    notices.sign_off_decided(row)
    return row


def _second(sign_off: SignOff, verb: str, by: User, *, declared: bool) -> SignOff:
    """The locked sign-off, for somebody else than the reviewer and without an interest."""
    application = locked(sign_off.application)
    row = SignOff.objects.select_for_update().get(pk=sign_off.pk)
    row.application = application
    guard(row, verb, by)
    refuse_if(queries.second_person_problems(application, by, clock.today(), declared=declared))
    return row
