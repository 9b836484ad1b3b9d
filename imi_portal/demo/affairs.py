"""A centre's own affairs: sites, contacts, invoice addresses, sanctions with their plans."""

import datetime as dt
from decimal import Decimal

from accounts.models import User
from accounts.states import Role
from centres import actions, rules
from centres.models import Centre, Charge, PlanAction, Transfer
from centres.states import ChargeKind, ContactRole, SanctionLevel, SiteUse
from foundation import clock
from foundation.models import StoredFile
from imi_portal.demo.cast import Cast, join


def settle_in(centre: Centre, owner: User, number: int) -> None:
    """The centre gives its particulars: the main site's address, a workshop, contacts, where invoices go."""
    town = centre.town or "Hertford"
    main = rules.SiteDetails(
        "Main building", f"{number + 1} College Road", town, f"SG{number + 1} 2AB", [SiteUse.TEACHING, SiteUse.OFFICE]
    )
    actions.change_site(site=centre.sites.get(main=True), details=main, by=owner)
    if number % 2 == 0:
        workshop = rules.SiteDetails(
            "Mill Lane workshop",
            f"Unit {number + 3}\nMill Lane",
            town,
            f"SG{number + 1} 9PX",
            [SiteUse.WORKSHOP, SiteUse.ASSESSMENT, SiteUse.EPA],
            "Four bays with lifts; the entrance is in the yard.",
        )
        actions.add_site(centre=centre, details=workshop, by=owner, active_from=clock.today())
    domain = centre.contact_email.partition("@")[2]
    for role, name in ((ContactRole.QUALITY, "Quinn Marsh"), (ContactRole.FINANCE, "Frances Bell")):
        details = rules.ContactDetails(name, f"{role}@{domain}", "01632 960 0" + f"{number:02d}")
        actions.add_contact(centre=centre, role=role, details=details, by=owner)
    if number % 3:
        invoice = rules.InvoiceDetails(
            f"{centre} (Finance)", f"{number + 1} College Road\n{town}", f"SG{number + 1} 2AB", f"invoices@{domain}",
            f"PO-{4000 + number}",
        )  # fmt: skip
        actions.write_invoice_details(centre=centre, details=invoice, by=owner)


def sanction(cast: Cast, centre: Centre, evidence: StoredFile) -> None:
    """A sanction whose plan is under way: one action closed, one answered, one open."""
    team, owner = cast.team[0], cast.owners[centre.pk]
    row = actions.impose_sanction(
        centre=centre,
        level=SanctionLevel.ACTION_PLAN,
        starts_on=clock.today(),
        reason="Assessment decisions were not sampled for three months.",
        plan=[_item(text) for text in ("Name the IQA in charge.", "Show the sampling plan.", "Train both assessors.")],
        by=team,
    )
    first, second, _ = row.plan.order_by("pk")
    for action in (first, second):
        actions.answer_plan_action(action=action, answer="Done, see the file.", evidence=evidence, by=owner)
    actions.close_plan_action(action=PlanAction.objects.get(pk=first.pk), by=team)


def lifted_sanction(cast: Cast, centre: Centre) -> None:
    """A sanction of level 1 that was over quickly."""
    team = cast.team[0]
    row = actions.impose_sanction(
        centre=centre,
        level=SanctionLevel.NO_REGISTRATION,
        starts_on=clock.today(),
        reason="The complaints procedure was out of date.",
        plan=[_item("Send the procedure in force.")],
        by=team,
    )
    actions.close_plan_action(action=row.plan.get(), comment="Seen on the visit.", by=team)
    actions.lift_sanction(sanction=row, reason="The plan is done.", by=team)


def hand_over(centre: Centre) -> None:
    """One of two owners hands on, in every way it can end; the last proposal is open."""
    domain = centre.contact_email.partition("@")[2]
    first, second, third = (
        join(centre.organisation, role, name, f"{name.split()[0].lower()}@{domain}")
        for role, name in (
            (Role.CENTRE_OWNER, "Olive Parting"),
            (Role.CENTRE_STAFF, "Stuart Next"),
            (Role.CENTRE_READER, "Rosa Later"),
        )
    )
    proposed = _propose(centre, third, first)
    actions.withdraw_transfer(transfer=proposed, by=first)
    actions.decline_transfer(transfer=_propose(centre, third, first), by=third)
    actions.accept_transfer(transfer=_propose(centre, second, first), by=second)
    _propose(centre, third, User.objects.get(pk=second.pk))


def _propose(centre: Centre, successor: User, owner: User) -> Transfer:
    return actions.propose_transfer(centre=centre, successor=successor, afterwards=Role.CENTRE_STAFF, by=owner)


def keep_books() -> None:
    """Finance credits part of the newest line and takes over what is there; what comes later waits."""
    finance = User.objects.get(memberships__role=Role.FINANCE)
    line = Charge.objects.exclude(kind=ChargeKind.REVERSAL).filter(amount__gt=50).last()
    if line is not None:
        actions.reverse(charge=line, by=finance, reason="Goodwill for a late reply.", amount=Decimal("25.00"))
        actions.export_charges(by=finance)


def _item(text: str) -> rules.PlanItem:
    return rules.PlanItem(text, clock.today() + dt.timedelta(days=42))
