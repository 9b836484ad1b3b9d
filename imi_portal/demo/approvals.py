"""Twelve centres, from draft application to contract in force, suspended, or gone from the register."""

import datetime as dt
from functools import partial

from django.conf import settings

from accounts.models import User
from accounts.states import Role
from centres import actions, queries
from centres.models import Application, Centre, Contract
from centres.rules import NewAction
from centres.states import StandingKind, Verdict
from foundation import clock
from imi_portal.demo import affairs, agreements, filling, names, reviewing, stand_in
from imi_portal.demo import cast as casting
from imi_portal.demo.cast import ACTOR, Cast
from imi_portal.demo.theatre import Event, Theatre, print_contracts
from standards.models import Package, StandardVersion

HEADER = "Ukprn,Name,ApplicationType,StartDate,Status,ApplicationDeterminedDate\r\n"
# How far each centre has come: the number of days ago on which it was opened, and the last thing that happened.
ENDS = [
    (400, "in_force"),
    (395, "in_force"),
    (390, "in_force"),
    (385, "left_register"),
    (380, "suspended"),
    (375, "ended"),
    (20, "offered"),
    (55, "signed"),
    (30, "submitted"),
    (45, "in_review"),
    (50, "actions_required"),
    (52, "resubmitted"),
]


# Centres that appeal against a refusal of their further standard, and what becomes of it.
APPEALS = {3: "upheld", 8: ""}


def register_file(rows: list[tuple[str, int, str]], *, without: frozenset[int] = frozenset()) -> bytes:
    """A register of our centres among invented others, in today's layout."""
    lines = [
        f'{ukprn},"{name.upper()}",Main provider,01/05/2017,,12/04/2024\r\n'
        for name, ukprn, _ in rows
        if ukprn not in without
    ]
    lines += [
        f"{10195000 + number},INVENTED PROVIDER {number},Supporting provider,01/05/2018,,\r\n" for number in range(60)
    ]
    return (HEADER + "".join(lines)).encode()


class Approvals:
    """Puts the centres' stories on the stage."""

    def __init__(self, theatre: Theatre, cast: Cast, versions: list[StandardVersion]) -> None:
        self.theatre, self.cast, self.versions = theatre, cast, versions

    def put_on(self) -> None:
        """The register, then every centre up to where it ends."""
        stage = self.theatre
        first = register_file(names.CENTRES)
        stage.at(stage.day(-410), lambda: _import(first, "apar-first.csv"), 7)
        for number, (ago, end) in enumerate(ENDS):
            stage.at(stage.working(-ago), partial(self._open, number, end), 9, number)
        last = register_file(names.CENTRES, without=frozenset({names.CENTRES[3][1]}))
        stage.at(stage.day(-15), lambda: _import(last, "apar-last.csv"), 7)
        stage.at(stage.day(-4), partial(stand_in.register_site, "down"), 4)
        stage.at(stage.day(-4), stand_in.register_site, 22)
        stage.at(stage.working(-60), partial(reviewing.look_again, 0, self.cast, how="confirm"))
        stage.at(stage.working(-16), partial(reviewing.look_again, 4, self.cast, how=""))
        stage.at(stage.working(-9), partial(reviewing.look_again, 5, self.cast, how="end"))
        stage.at(stage.working(-20), self._suspend)
        stage.at(stage.working(-18), self._sanction)

    def _open(self, number: int, end: str) -> None:
        name, ukprn, town = names.CENTRES[number]
        given, family = names.person(self.theatre.chance)
        owner_name, team = f"{given} {family}", self.cast.team[0]
        centre = actions.create_centre(
            ukprn=ukprn,
            contact_name=owner_name,
            contact_email=casting.owner_email(number + 1),
            town=town,
            by=team,
        )
        actions.record_standing(
            centre=centre, kind=StandingKind.APPROVED, starts_on=clock.today(), reason=f"Approved: {name}", by=team
        )
        owner = casting.accept_owner(centre, owner_name)
        self.cast.centres.append(centre)
        self.cast.owners[centre.pk] = owner
        affairs.settle_in(centre, owner, number)
        if number == 0:
            self._colleagues(centre)
            self.theatre.at(self.theatre.working(-12), partial(self._extend, centre, owner))
        for version in self.versions if number == 1 else self.versions[:1]:
            self._apply(centre, owner, version, end)
        if number == 2:
            self._turned_down(centre, owner)
        if number in APPEALS:
            self._refused(centre, owner, APPEALS[number])

    def _colleagues(self, centre: Centre) -> None:
        domain = "ashdown.example"
        casting.join(centre.organisation, Role.CENTRE_STAFF, "Sasha Staff", f"staff1@{domain}")
        casting.join(centre.organisation, Role.CENTRE_READER, "Robin Reader", f"reader1@{domain}")

    def _apply(self, centre: Centre, owner: User, version: StandardVersion, end: str) -> None:
        """Draft and submit; the days after are put on one by one."""
        row = self._draft(centre, owner, version)
        actions.submit(application=row, by=owner)
        if end == "submitted":
            return
        # Reviewers with an interest in the centre are declared later than these first applications.
        reviewer = self.cast.eqas[centre.pk % (len(self.cast.eqas) - 1)]
        self._later(3, lambda: self._review(row.pk, reviewer, end))

    def _draft(self, centre: Centre, owner: User, version: StandardVersion) -> Application:
        row = actions.create_application(centre=centre, version=version, by=owner)
        filling.fill_in(row, owner, self.theatre.chance)
        row.refresh_from_db()
        return row

    def _review(self, pk: int, reviewer: User, end: str) -> None:
        row = actions.take(application=Application.objects.get(pk=pk), no_interest=True, by=reviewer)
        if end == "in_review":
            self._decide(row, met=True)
            reviewing.second_person(row, reviewer, self.cast)
            reviewing.questions(row, reviewer, self.cast.owners[row.centre_id])
            return
        if end in {"actions_required", "resubmitted", "offered"}:
            self._decide(row, met=False)
            self._ask(row, reviewer)
            owner = self.cast.owners[row.centre_id]
            self._later(6, lambda: self._answer(pk, owner, reviewer, end))
            return
        self._decide(row, met=True)
        if end in {"signed", "in_force", "ended", "suspended", "left_register"}:
            reviewing.confirmed(row, reviewer, self.cast)
        self._approve(pk, reviewer, end)

    def _decide(self, row: Application, *, met: bool) -> None:
        """All met, or all but the first criterion of the first element."""
        pairs = [
            (package, criterion) for package in row.elements.all() for criterion in row.version.approval_criteria.all()
        ]
        decisions = [
            actions.Decision(package, criterion, Verdict.MET)
            if met or place > 0
            else actions.Decision(package, criterion, Verdict.NOT_MET, "One trainer is too few.")
            for place, (package, criterion) in enumerate(pairs)
        ]
        reviewer = row.reviewer
        if reviewer is None:
            raise RuntimeError("an application in review has a reviewer")
        actions.decide(application=row, decisions=decisions, by=reviewer)
        actions.rate_risk(application=row, rating=queries.risk_proposal(row).rating, by=reviewer)
        if not met:
            actions.add_note(application=row, text="Ask next year how the second trainer has settled in.", by=reviewer)

    def _ask(self, row: Application, reviewer: User) -> None:
        first: Package = row.elements.all()[0]
        due = clock.today() + dt.timedelta(days=60)
        wanted = {
            "Name a second trainer.": "The CV and certificates of the trainer.",
            "Show when the IQA last sampled.": "The sampling record of the last quarter.",
        }
        actions.require_actions(
            application=row,
            actions=[NewAction(first.pk, text, due, shown) for text, shown in wanted.items()],
            by=reviewer,
        )

    def _answer(self, pk: int, owner: User, reviewer: User, end: str) -> None:
        row = Application.objects.get(pk=pk)
        asked = list(row.actions.all())
        for action in asked[:1] if end == "actions_required" else asked:
            actions.answer_action(
                action=action, answer="Done, see the file.", evidence=filling.stored("Evidence", owner), by=owner
            )
        if end == "actions_required":
            return
        row = actions.resubmit(application=Application.objects.get(pk=pk), by=owner)
        if end == "resubmitted":
            return
        row = actions.take_up(application=row, by=reviewer)
        for action in row.actions.all():
            actions.close_action(action=action, comment="Thank you.", by=reviewer)
        self._decide(row, met=True)
        self._approve(pk, reviewer, end)

    def _approve(self, pk: int, reviewer: User, end: str) -> None:
        contract = actions.approve(application=Application.objects.get(pk=pk), by=reviewer)
        print_contracts()
        if end == "offered":
            return
        self._later(2, lambda: self._sign(contract.pk, end))

    def _sign(self, pk: int, end: str) -> None:
        contract = Contract.objects.select_related("document__stored").get(pk=pk)
        owner = self.cast.owners[contract.centre_id]
        if contract.centre_id % 3 == 0:
            actions.upload_signed_copy(
                contract=contract,
                stored=filling.stored("Signed contract", owner),
                name=owner.name,
                role="Head of centre",
                by=owner,
            )
        else:
            agreements.sign(contract, self.cast)
        if end != "signed":
            self._later(1, lambda: agreements.countersign(Contract.objects.get(pk=pk), self.cast))

    def _turned_down(self, centre: Centre, owner: User) -> None:
        """One application withdrawn, one declined, one a draft still: all for the other standard."""
        other = self.versions[1]
        withdrawn = self._draft(centre, owner, other)
        actions.withdraw(application=withdrawn, by=owner)
        row = self._draft(centre, owner, other)
        actions.submit(application=row, by=owner)
        reviewer = self.cast.eqas[0]

        def decline() -> None:
            declined = reviewing.decline(Application.objects.get(pk=row.pk), reviewer)
            self._later(5, lambda: self._appeal(declined, owner, "dismissed"))
            self._later(200, lambda: actions.create_application(centre=centre, version=other, by=owner))

        self._later(10, decline)

    def _refused(self, centre: Centre, owner: User, then: str) -> None:
        """A further standard, declined and appealed against."""
        row = self._draft(centre, owner, self.versions[1])
        actions.submit(application=row, by=owner)

        def decline() -> None:
            declined = reviewing.decline(Application.objects.get(pk=row.pk), self.cast.eqas[0])
            self._later(5, lambda: self._appeal(declined, owner, then))

        self._later(10, decline)

    def _appeal(self, row: Application, owner: User, then: str) -> None:
        """Lodged; then upheld and reviewed by somebody else, dismissed, or not looked at yet."""
        lodged = reviewing.appeal(row, owner)
        if then == "upheld":
            self._later(6, lambda: reviewing.uphold(lodged, self.cast.eqas[1], self.cast))
        elif then == "dismissed":
            self._later(6, lambda: reviewing.dismiss(lodged, self.cast))

    def _extend(self, centre: Centre, owner: User) -> None:
        """The first centre applies for the other standard too; it is decided when the curtain goes up."""
        row = self._draft(centre, owner, self.versions[1])
        actions.submit(application=row, by=owner)

        def review() -> None:
            self._decide(actions.take(application=row, no_interest=True, by=self.cast.eqas[1]), met=True)

        self._later(3, review)

    def _later(self, days: int, do: Event) -> None:
        """So many days on, at the next working day."""
        offset = (clock.today() - self.theatre.today).days + days
        self.theatre.at(self.theatre.working(offset), do, 10)

    def _suspend(self) -> None:
        actions.record_standing(
            centre=self.cast.centres[4],
            kind=StandingKind.SUSPENDED,
            starts_on=clock.today(),
            reason="Two assessors have left",
            by=self.cast.team[0],
        )

    def _sanction(self) -> None:
        evidence = filling.stored("Sampling plan", self.cast.owners[self.cast.centres[2].pk])
        affairs.sanction(self.cast, self.cast.centres[2], evidence)
        affairs.hand_over(self.cast.centres[2])
        affairs.lifted_sanction(self.cast, self.cast.centres[1])


def _import(data: bytes, name: str) -> None:
    """The government publishes it and the portal fetches it; without the stand-in of its site it is uploaded."""
    if not settings.REGISTER_URL:
        actions.import_register(data=data, source_name=name, by=ACTOR)
        return
    stand_in.publish_register(data)
    actions.ask_for_fetch(by=ACTOR)
    actions.fetch_due()
