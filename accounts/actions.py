"""The verbs about people: invite, accept, withdraw, end."""

import secrets
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts import links, notices, rules
from accounts.models import Invitation, Membership, Organisation, User
from accounts.states import CENTRE_ROLES, Role
from foundation import audit, clock
from foundation.errors import Conflict, NotAllowed, Problem, refuse_if
from foundation.workflow import SYSTEM, Actor


def may_manage(organisation: Organisation, by: Actor) -> bool:
    """An administrator manages people everywhere, the EPA team those of centres, an owner those of its own centre."""
    return by.holds(SYSTEM, organisation) or any(
        by.holds(role, organisation) for role in (Role.ADMINISTRATOR, Role.EPA_TEAM, Role.CENTRE_OWNER)
    )


def _require_management(organisation: Organisation, role: str, by: Actor) -> None:
    centre_role = role in CENTRE_ROLES
    only_administrators = not centre_role and not (
        by.holds(SYSTEM, organisation) or by.holds(Role.ADMINISTRATOR, organisation)
    )
    if only_administrators or not may_manage(organisation, by):
        raise NotAllowed("You may not manage these people.")


def invite(
    *, organisation: Organisation, email: str, name: str, role: str, by: Actor, by_mail: bool = True
) -> Invitation:
    """Invite an address to a role: a row, an audit row, a message with the one link that accepts it. Not ``by_mail``
    where the address has just been proved and the caller accepts it in the same transaction.

    Raises NotAllowed, or Refused when the role does not exist there, is held already, or was offered already; of
    two who invite at once the second is refused too.
    """
    _require_management(organisation, role, by)
    email = email.strip().lower()
    refuse_if(_invitation_problems(organisation, email, role))
    try:
        return _offer(organisation, email, name, role, by, by_mail=by_mail)
    except IntegrityError as error:
        refuse_if(_invitation_problems(organisation, email, role))
        raise Conflict("Somebody else has just invited this address.") from error


def _offered(organisation: Organisation, email: str, role: str) -> QuerySet[Invitation]:
    """Invitations of the address to the role that are neither accepted nor withdrawn; they may have run out."""
    return Invitation.objects.filter(
        email__iexact=email, organisation=organisation, role=role, accepted_at=None, withdrawn_at=None
    )


def _invitation_problems(organisation: Organisation, email: str, role: str) -> list[Problem]:
    in_force = Membership.objects.filter(user__email__iexact=email, organisation=organisation, role=role, ended_on=None)
    good = _offered(organisation, email, role).filter(expires_at__gt=clock.now())
    return rules.invitation_problems(
        organisation.kind, role, holds_already=in_force.exists(), open_invitation=good.exists()
    )


@transaction.atomic
def _offer(
    organisation: Organisation, email: str, name: str, role: str, by: Actor, *, by_mail: bool = True
) -> Invitation:
    """Write it; one that has run out makes room, for the database keeps one open invitation of an address to a role."""
    instant, token = clock.now(), secrets.token_urlsafe(32)
    late = _offered(organisation, email, role).filter(expires_at__lte=instant).select_for_update()
    replaced = list(late.values_list("pk", flat=True))
    Invitation.objects.filter(pk__in=replaced).update(withdrawn_at=instant)
    row = Invitation.objects.create(
        organisation=organisation,
        email=email,
        name=name.strip(),
        role=role,
        token_sha256=links.sha256(token),
        invited_by_label=by.label,
        created_at=instant,
        expires_at=instant + Invitation.LIFETIME,
    )
    facts = {"organisation": organisation.pk, "role": role} | ({"replaces": replaced} if replaced else {})
    audit.record(row, "invite", by=by, facts=facts)
    if by_mail:
        notices.invited(row, token)
    return row


def find_invitation(token: str) -> Invitation | None:
    """The invitation a token opens, if it is still good."""
    rows = Invitation.objects.select_related("organisation")
    return rows.filter(
        token_sha256=links.sha256(token), accepted_at=None, withdrawn_at=None, expires_at__gt=clock.now()
    ).first()


@transaction.atomic
def accept(*, invitation: Invitation, name: str, password: str | None) -> User:
    """Spend the invitation: the account (made with ``password``, or the one the address already has) gets the role.

    Of two who accept at once the second gets Conflict, also when their two invitations ask for the same new account.
    ``password`` is already validated.
    """
    spent = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(
        accepted_at=clock.now()
    )
    if spent != 1:
        raise Conflict("This invitation has already been used.")
    user = User.objects.filter(email__iexact=invitation.email).first()
    if user is None:
        try:
            with transaction.atomic():
                user = User.objects.create_user(invitation.email, password, name=name.strip() or invitation.name)
        except IntegrityError as error:
            raise Conflict("An account for this address has just been made. Open the link again.") from error
    membership, _ = Membership.objects.get_or_create(
        user=user, organisation=invitation.organisation, role=invitation.role, ended_on=None
    )
    audit.record(membership, "accept_invitation", by=user, facts={"invitation": invitation.pk})
    return user


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: Actor) -> None:
    """Make the link worthless."""
    _require_management(invitation.organisation, invitation.role, by)
    withdrawn = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=clock.now()
    )
    if withdrawn != 1:
        raise Conflict("This invitation has already been used or withdrawn.")
    audit.record(invitation, "withdraw_invitation", by=by)


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: Actor) -> Invitation:
    """A fresh link for an invitation that is not accepted, good or run out; the old link is worthless."""
    _require_management(invitation.organisation, invitation.role, by)
    withdrawn = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=clock.now()
    )
    if withdrawn != 1:
        raise Conflict("This invitation has already been used or withdrawn.")
    audit.record(invitation, "resend_invitation", by=by)
    refuse_if(_invitation_problems(invitation.organisation, invitation.email, invitation.role))
    return _offer(invitation.organisation, invitation.email, invitation.name, invitation.role, by)


def _same_role(membership: Membership) -> list[int]:
    """Everybody who holds the role there, held until the end of the transaction; Conflict where it has ended."""
    rows = Membership.objects.select_for_update().filter(
        organisation=membership.organisation, role=membership.role, ended_on=None
    )
    found = list(rows.order_by("pk").values_list("pk", flat=True))
    if membership.pk not in found:
        raise Conflict("This role has already ended.")
    return found


@transaction.atomic
def change_role(*, membership: Membership, role: str, by: Actor) -> Membership:
    """Another role for somebody in the same organisation, at once; the person is told.

    Raises NotAllowed, Refused (the last owner stays), Conflict.
    """
    _require_management(membership.organisation, membership.role, by)
    _require_management(membership.organisation, role, by)
    others = len(_same_role(membership)) - 1
    held = Membership.objects.filter(
        user=membership.user_id, organisation=membership.organisation, role=role, ended_on=None
    )
    problems = rules.role_change_problems(
        membership.organisation.kind,
        membership.role,
        role,
        others_with_role=others,
        holds_already=held.exists(),
    )
    refuse_if(problems)
    made = _replace(membership, role, by)
    notices.role_changed(made)
    return made


def _replace(membership: Membership, role: str, by: Actor) -> Membership:
    """End one role and begin the other, today."""
    Membership.objects.filter(pk=membership.pk).update(ended_on=clock.today())
    made = Membership.objects.create(user_id=membership.user_id, organisation=membership.organisation, role=role)
    audit.record(made, "change_role", by=by, facts={"from": membership.role, "to": role})
    return made


@transaction.atomic
def hand_role_on(
    *, organisation: Organisation, role: str, to: User, outgoing: Iterable[User], afterwards: str, by: Actor
) -> Membership:
    """``to`` gets the role in place of the one they have there; the outgoing keep ``afterwards`` ("" for none).

    For a verb that has decided who may: it is not asked here. There is never nobody with the role.
    """
    there = list(Membership.objects.select_for_update().filter(organisation=organisation, ended_on=None).order_by("pk"))
    leaving = {user.pk for user in outgoing} - {to.pk}
    made = next((row for row in there if row.user_id == to.pk and row.role == role), None)
    for row in there:
        if row.user_id == to.pk and row.role != role:
            Membership.objects.filter(pk=row.pk).update(ended_on=clock.today())
        elif row.user_id in leaving and row.role == role:
            _step_down(row, afterwards, there, by)
    if made is None:
        made = Membership.objects.create(user=to, organisation=organisation, role=role)
        audit.record(made, "take_role_on", by=by, facts={"role": role})
    return made


def _step_down(row: Membership, afterwards: str, there: list[Membership], by: Actor) -> None:
    held = any(other.user_id == row.user_id and other.role == afterwards for other in there)
    if afterwards and not held:
        _replace(row, afterwards, by)
        return
    Membership.objects.filter(pk=row.pk).update(ended_on=clock.today())
    audit.record(row, "end_membership", by=by)


@transaction.atomic
def end_membership(*, membership: Membership, by: Actor) -> None:
    """End a role from today. The last owner and the last administrator stay until there is another."""
    _require_management(membership.organisation, membership.role, by)
    same_role = _same_role(membership)
    refuse_if(rules.ending_problems(membership.role, others_with_role=len(same_role) - 1))
    Membership.objects.filter(pk=membership.pk).update(ended_on=clock.today())
    audit.record(membership, "end_membership", by=by)


@transaction.atomic
def end_everybody(*, organisation: Organisation, by: Actor) -> int:
    """Nobody acts for the organisation from today, and no invitation to it works: it was taken by the wrong people.

    Whoever manages all centres' people does this, not an owner. How many roles ended.
    """
    if not any(by.holds(role, organisation) for role in (Role.ADMINISTRATOR, Role.EPA_TEAM)):
        raise NotAllowed("You may not end the roles of everybody here.")
    rows = list(Membership.objects.select_for_update().filter(organisation=organisation, ended_on=None))
    for row in rows:
        audit.record(row, "end_membership", by=by)
    Membership.objects.filter(pk__in=[row.pk for row in rows]).update(ended_on=clock.today())
    open_ones = Invitation.objects.filter(organisation=organisation, accepted_at=None, withdrawn_at=None)
    for invitation in open_ones.select_for_update():
        withdraw_invitation(invitation=invitation, by=by)
    return len(rows)
