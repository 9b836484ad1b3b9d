"""Who signs for a centre, and what became of the codes and seals (A8)."""

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.scoping import owning_organisation_id
from accounts.states import CENTRE_ROLES, Role
from centres import rules
from centres.models import Centre, Contract, Seal, SigningAuthority, SigningCode
from centres.queries.people import people
from centres.states import SIGNATORY
from foundation import clock
from foundation.models import Document
from foundation.workflow import Actor


@dataclass(frozen=True)
class Signatory:
    """A person of the centre while an owner's authorisation holds: may also sign for that centre, and only there."""

    user: User
    organisation_id: int

    @property
    def user_id(self) -> int:
        return self.user.pk

    @property
    def label(self) -> str:
        return self.user.label

    def holds(self, capacity: str, subject: models.Model) -> bool:
        if capacity == SIGNATORY:
            return self.user.is_active and owning_organisation_id(subject) == self.organisation_id
        return self.user.holds(capacity, subject)


def authorities_in_force(centre: Centre, on: dt.date) -> QuerySet[SigningAuthority]:
    """Who may sign for the centre beside its owners on a day: still of the centre, from and to (A8)."""
    rows = SigningAuthority.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on),
        centre=centre,
        revoked_at=None,
        starts_on__lte=on,
        user__is_active=True,
    )
    return rows.filter(user__in=people(centre, CENTRE_ROLES)).select_related("user", "authorised_by")


def signing_as(user: User, contract: Contract) -> Actor:
    """The person as somebody who may sign this contract, where that is so."""
    if authorities_in_force(contract.centre, clock.today()).filter(user=user).exists():
        return Signatory(user, contract.centre.organisation_id)
    return user


def signers(centre: Centre, on: dt.date) -> list[User]:
    """Those who may sign for the centre: its owners and whom they authorised."""
    found = list(people(centre, [Role.CENTRE_OWNER]))
    return found + [one.user for one in authorities_in_force(centre, on) if one.user not in found]


def latest_code(contract: Contract, user: User) -> SigningCode | None:
    """The code that was sent last to this person for this contract: an earlier one is no longer good."""
    return SigningCode.objects.filter(contract=contract, user=user).first()


def code_facts(code: SigningCode | None) -> rules.CodeFacts | None:
    if code is None:
        return None
    return rules.CodeFacts(code.document_sha256, code.expires_at, code.tries, code.used_at is not None)


@dataclass(frozen=True)
class Checked:
    """What the check page found out about a file."""

    verdict: rules.Genuine
    contract: Contract | None = None
    seal: Seal | None = None


def check(data: bytes) -> Checked:
    """For anybody who holds a file: whether it is a contract of ours. Its bytes are compared, it is not opened."""
    sha256 = hashlib.sha256(data).hexdigest()
    seals = Seal.objects.select_related("contract__centre__organisation", "contract__version__standard")
    seal = seals.filter(sha256=sha256).first()
    issued = None
    if seal is None:
        documents = Document.objects.filter(kind="contract", stored__sha256=sha256)
        issued = Contract.objects.filter(document__in=documents).first()
        seal = seals.filter(token__in=rules.tokens_in(data), done_at__isnull=False).first()
    verdict = rules.genuine(
        is_sealed=seal is not None and seal.sha256 == sha256,
        is_issued=issued is not None,
        has_known_token=seal is not None,
    )
    return Checked(verdict, issued or (seal.contract if seal else None), seal)
