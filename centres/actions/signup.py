"""A training provider signs itself up: asked for, proved by a link, opened, checked by the EPA team (A1)."""

from django.db import IntegrityError, transaction

from accounts import actions as accounts
from accounts import links
from accounts.actors import LinkHolder, System
from accounts.models import Invitation, Link, User
from accounts.states import Role
from centres import notices, queries, rules
from centres.actions.centres import create_centre
from centres.actions.register import hold_register
from centres.models import Centre, RegisterProvider, Signup
from centres.states import SignupState
from foundation import audit, clock, jobs
from foundation.errors import Conflict, Problem, Refused, refuse_if
from foundation.workflow import Actor, guard, move

PURPOSE = "signup"
ROBOT = System("self sign-up")


def sign_up(*, ukprn: int, name: str, email: str, role: str) -> Signup:
    """Anybody: ask to open a centre for a provider. A link goes to the address; asked again, only the newest works.

    Says nothing about whether the address has an account. Raises Refused (A1), Conflict.
    """
    email = email.strip().lower()
    try:
        with transaction.atomic():
            hold_register()
            refuse_if(queries.find_provider(ukprn).problems)
            row = _asked(ukprn, name.strip(), email, role.strip())
            audit.record(row, "sign_up", by=ROBOT, to_state=row.state, facts={"ukprn": ukprn})
            _link, token = links.issue(PURPOSE, row, name=row.contact_name, email=email, lifetime=Signup.LIFETIME)
            notices.signup_asked(row, token)
    except IntegrityError as error:
        raise Conflict("This has just been sent. Look into your mailbox.") from error
    return row


def _asked(ukprn: int, name: str, email: str, role: str) -> Signup:
    entry = RegisterProvider.objects.get(ukprn=ukprn)
    fields = {
        "provider_name": entry.name,
        "provider_type": entry.provider_type,
        "contact_name": name,
        "role": role,
        "asked_at": clock.now(),
        "expires_at": clock.now() + Signup.LIFETIME,
    }
    waiting = Signup.objects.select_for_update().filter(ukprn=ukprn, email=email, state=SignupState.ASKED).first()
    if waiting is None:
        return Signup.objects.create(ukprn=ukprn, email=email, **fields)
    Signup.objects.filter(pk=waiting.pk).update(**fields)
    return Signup.objects.get(pk=waiting.pk)


def find_signup(token: str) -> tuple[Signup, Link] | None:
    """The sign-up that a link opens, with the link, if it is still good."""
    link = links.find(token, PURPOSE)
    row = Signup.objects.filter(pk=link.subject_id, state=SignupState.ASKED).first() if link is not None else None
    return (row, link) if row is not None and link is not None else None


def open_signup(*, signup: Signup, link: Link, name: str, password: str | None) -> User:
    """The link's holder opens the centre and becomes its owner; the EPA team is told and checks.

    ``password`` is already validated, None for an address that has an account. Raises Refused when the provider has
    left the register since (the link stays good), Conflict when it has become a centre since or the link is spent.
    """
    by = LinkHolder(link)
    try:
        with transaction.atomic():
            row = Signup.objects.select_for_update().get(pk=signup.pk)
            guard(row, "open", by)
            links.use(link)
            centre = create_centre(
                ukprn=row.ukprn, contact_name=row.contact_name, contact_email=row.email, by=ROBOT, by_mail=False
            )
            invitation = Invitation.objects.get(
                organisation=centre.organisation, role=Role.CENTRE_OWNER, accepted_at=None, withdrawn_at=None
            )
            user = accounts.accept(invitation=invitation, name=name, password=password)
            move(row, "open", by=by, changes={"centre_id": centre.pk, "opened_at": clock.now()})
            notices.signup_opened(row)
    except Conflict:
        _overtaken(signup)
        raise
    return user


def _overtaken(signup: Signup) -> None:
    """Somebody else has made the provider a centre: this one is over."""
    with transaction.atomic():
        row = Signup.objects.select_for_update().get(pk=signup.pk)
        if row.state == SignupState.ASKED and queries.centre_with(row.ukprn) is not None:
            move(row, "overtake", by=ROBOT)


@transaction.atomic
def accept_signup(*, signup: Signup, reason: str, by: Actor) -> Signup:
    """The EPA team has checked that the person acts for the provider, and says how (A1)."""
    row = Signup.objects.select_for_update().get(pk=signup.pk)
    guard(row, "accept", by)
    refuse_if(rules.signup_settling_problems(reason))
    move(row, "accept", by=by, changes={"settled_at": clock.now(), "reason": reason.strip()[:500]})
    return row


@transaction.atomic
def turn_down_signup(*, signup: Signup, reason: str, by: Actor) -> Signup:
    """The person does not act for the provider: nobody acts for the centre any more until the EPA team invites."""
    row = Signup.objects.select_for_update().get(pk=signup.pk)
    guard(row, "turn_down", by)
    refuse_if(rules.signup_settling_problems(reason))
    if row.centre is None:
        raise RuntimeError("an opened sign-up has its centre")
    accounts.end_everybody(organisation=row.centre.organisation, by=by)
    changes = {"settled_at": clock.now(), "reason": reason.strip()[:500]}
    move(row, "turn_down", by=by, changes=changes, facts={"reason": reason.strip()[:500]})
    notices.signup_turned_down(row)
    return row


def expire_signups() -> int:
    """For the job: those whose link has run out unused. How many."""

    def expire(pk: int) -> bool:
        row = Signup.objects.select_for_update().get(pk=pk)
        if row.state != SignupState.ASKED or row.expires_at > clock.now():
            return False
        move(row, "expire", by=ROBOT)
        return True

    late = Signup.objects.filter(state=SignupState.ASKED, expires_at__lte=clock.now())
    return jobs.each("sign-ups", list(late.values_list("pk", flat=True)), expire)[0]


def ask_contact(*, centre: Centre, name: str, email: str) -> None:
    """Somebody of a provider that is a centre asks its portal contact to be invited; the words are ours (A1)."""
    if not queries.has_people(centre):
        message = "Nobody acts for this centre at present. Write to IMI’s EPA team."
        raise Refused([Problem("no_contact", "A1", message, "signup")])
    with transaction.atomic():
        audit.record(centre, "asked_to_be_invited", by=ROBOT)
        notices.contact_asked(centre, name.strip(), email.strip().lower())
