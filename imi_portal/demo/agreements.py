"""What becomes of contracts: amended, not signed in time, withdrawn, under notice, agreed for a later day."""

import datetime as dt
from functools import partial

from accounts.models import User
from accounts.states import Role
from centres import actions, rules
from centres.models import Centre, Contract, ContractTemplate
from centres.states import EndCause, TemplateState
from foundation import clock
from foundation.models import Message
from imi_portal.demo.cast import Cast, logins
from imi_portal.demo.theatre import Theatre, print_contracts
from standards.models import StandardVersion

ENDED, TWO_STANDARDS, AMENDED, AHEAD = 5, 1, 0, 2  # centres by their place in the cast


class Agreements:
    """Puts the later life of the contracts on the stage."""

    def __init__(self, theatre: Theatre, cast: Cast, versions: list[StandardVersion]) -> None:
        self.theatre, self.cast, self.versions = theatre, cast, versions

    def put_on(self) -> None:
        """Each act names the centre, the standard and the day."""
        stage = self.theatre
        stage.at(stage.working(-10), self._end_early)
        stage.at(stage.working(-200), partial(self._amend, AMENDED, 0, 0))
        stage.at(stage.working(-6), partial(self._amend, AHEAD, 0, 30))
        stage.at(stage.working(-120), partial(self._offer_again, TWO_STANDARDS, 1))  # expires after its days
        stage.at(stage.working(-60), partial(self._offer_again, TWO_STANDARDS, 1))
        stage.at(stage.working(-55), self._withdraw)
        stage.at(stage.working(-9), self._give_notice)
        stage.at(stage.working(-90), partial(self._write_template, "Plainer words", publish=True))
        stage.at(stage.working(-5), partial(self._write_template, "For the next assessment plan", publish=False))

    def _contract(self, centre: int, version: int) -> Contract:
        """The newest of the centre's contracts for the standard."""
        rows = Contract.objects.filter(centre=self._centre(centre), version=self.versions[version])
        return rows.select_related("document__stored").order_by("-edition")[0]

    def _centre(self, place: int) -> Centre:
        return self.cast.centres[place]

    def _offer_again(self, centre: int, version: int, starts_in: int = 0) -> Contract:
        in_force = Contract.objects.filter(
            centre=self._centre(centre), version=self.versions[version], in_force_from__isnull=False
        ).order_by("-edition")[0]
        newest = self._contract(centre, version)
        again = newest if newest.edition > in_force.edition else in_force
        starts_on = clock.today() + dt.timedelta(days=starts_in)
        actions.issue_again(contract=again, starts_on=starts_on, by=self.cast.team[0])
        print_contracts()
        return self._contract(centre, version)

    def _amend(self, centre: int, version: int, starts_in: int) -> None:
        """A further version with today's prices, signed by both on the spot."""
        contract = self._offer_again(centre, version, starts_in)
        countersign(sign(contract, self.cast), self.cast)

    def _withdraw(self) -> None:
        contract = self._contract(TWO_STANDARDS, 1)
        actions.withdraw_offer(
            contract=contract, reason="The price list changes next month; a new offer follows.", by=self.cast.team[0]
        )

    def _write_template(self, note: str, *, publish: bool) -> None:
        """An administrator begins a template from the one that is published, and publishes it or goes on writing."""
        writer = User.objects.get(email=dict(logins())[str(Role.ADMINISTRATOR.label)])
        in_use = ContractTemplate.objects.get(version=self.versions[0], state=TemplateState.PUBLISHED)
        draft = actions.begin_template(template=in_use, note=note, by=writer)
        if publish:
            actions.publish_template(template=draft, by=writer)

    def _give_notice(self) -> None:
        centre = self._centre(TWO_STANDARDS)
        contract = Contract.objects.get(centre=centre, version=self.versions[1], in_force_from__isnull=False)
        actions.give_notice(contract=contract, reason="The workshop closes in spring.", by=self.cast.owners[centre.pk])

    def _end_early(self) -> None:
        actions.end_early(
            contract=self._contract(ENDED, 0),
            ends_on=clock.today(),
            cause=EndCause.AGREEMENT,
            reason="The centre no longer offers it",
            by=self.cast.team[0],
        )


def sign(contract: Contract, cast: Cast) -> Contract:
    """The owner has a code sent, reads it among the messages and signs in the portal."""
    owner = cast.owners[contract.centre_id]
    if contract.document.stored is None:
        raise RuntimeError("a contract on offer has its document")
    actions.send_signing_code(contract=contract, by=owner)
    letter = Message.objects.filter(kind="centres.signing_code", to_email=owner.email).latest("pk")
    signature = actions.Signature(
        name=owner.name,
        role="Head of centre",
        consent=True,
        shown_sha256=contract.document.stored.sha256,
        code=letter.text[: rules.CODE_DIGITS],
        address="192.0.2.10",
    )
    return actions.sign(contract=contract, signature=signature, by=owner)


def countersign(contract: Contract, cast: Cast) -> Contract:
    """The EPA team has looked at it, at all of a copy signed on paper."""
    checked = list(rules.COPY_CHECKS) if contract.signed_copy_id else []
    return actions.countersign(contract=contract, by=cast.team[0], checked=checked)
