"""What a learner lives through, from the first preparation to the result: every step a verb, at its day."""

import datetime as dt
import re
from decimal import Decimal
from functools import partial

from django.db.models import Model

from accounts import links
from apprentices.actions.learners import record_attainment
from apprentices.models import Registration
from certificates.actions import consent, records
from epa.actions import arranging, assessing, booking, gateway, portfolio, resits, results, withdrawing
from epa.models import EPA, Attempt, Booking, ExceptionalClaim, Result
from epa.queries import preparing as queries
from epa.rules.assessing import Judgement
from epa.rules.gateway import digest
from epa.states import AttemptKind, AttemptState, BookingState, EPAState, GatewayState, Party
from foundation import clock
from foundation.errors import PortalError
from foundation.models import Message
from imi_portal.demo import names
from imi_portal.demo.cast import Cast
from imi_portal.demo.diary import Diary
from imi_portal.demo.filling import pdf
from imi_portal.demo.plans import Plan
from imi_portal.demo.theatre import Event, Theatre
from standards.states import GRADE_ORDER, Grade

FIRST_COMPONENT, BETWEEN = 47, 11  # days from the gateway to the first component, and from one to the next
REWORKED = 45
SLACK = 9  # before the last possible day, for a diary that is full


class Life:
    """One learner's steps. Each puts the next on the stage, so that what is not reached by today is not played."""

    def __init__(self, theatre: Theatre, cast: Cast, diary: Diary, plan: Plan, registration: Registration) -> None:
        self.theatre, self.cast, self.diary, self.plan = theatre, cast, diary, plan
        self.registration = registration
        self.centre = registration.apprentice.centre
        self.owner = cast.owners[self.centre.pk]
        self.team = cast.team[plan.number % len(cast.team)]

    def put_on(self) -> None:
        """Preparation begins sixty days before the gateway, in a learner's own time."""
        if self.plan.gateway is None:
            return
        begin = max(self.plan.gateway - 60, (clock.today() - self.theatre.today).days + 1)
        self._on(begin, self.prepare, 13)
        self._on(begin + 2, self.ask_consent, 14)

    def _on(self, offset: int, do: Event, hour: int = 10) -> None:
        """At the first working day from ``offset`` on. The hours keep the order when holidays push days together."""
        self.theatre.at(self.theatre.working(offset), do, hour, self.plan.number % 60)

    @property
    def epa(self) -> EPA:
        return EPA.objects.select_related("registration__apprentice__centre", "registration__package__version").get(
            registration=self.registration
        )

    def _gate(self) -> int:
        if self.plan.gateway is None:
            raise RuntimeError("a learner who never begins has no gateway")
        return self.plan.gateway

    # Before the gateway

    def prepare(self) -> None:
        """The centre begins: training, English and maths, the portfolio, the project's subject."""
        epa = gateway.prepare(registration=self.registration, by=self.owner)
        row = epa.gateway
        gateway.state_training(gateway=row, percent=Decimal("26.5"), by=self.owner)
        for subject in ("english", "maths"):
            record_attainment(
                apprentice=self.registration.apprentice,
                subject=subject,
                level="2",
                qualification=f"Functional Skills {subject} level 2",
                achieved_on=self.plan.started + dt.timedelta(days=200),
                by=self.owner,
            )
        codes = [criterion.code for criterion in queries.criteria_of(epa)]
        for number in range(11 + self.plan.number % 4):
            portfolio.add_piece(
                gateway=row,
                title=f"Piece {number + 1}: {names.SUBJECTS[number % 6].lower()}",
                evidences=[codes[number % len(codes)]],
                link=f"https://portfolio.example/{self.plan.number}/{number + 1}",
                by=self.owner,
            )
        if epa.registration.package.version.components.filter(subject_agreed=True).exists():
            self._on(self._gate() - 55, self.propose)
        self._on(self._gate() - 50, self.request, 15)
        if self.plan.leaves == "before":
            self._on(self._gate() - 20, self.leave, 16)
            return
        self._on(self._gate() - 14, self.invite, 8)

    def propose(self) -> None:
        subject = portfolio.propose_subject(
            epa=self.epa, subject=names.SUBJECTS[self.plan.number % len(names.SUBJECTS)], by=self.owner
        )
        token = _token(subject, "/epa/comment/")
        self._on(self._gate() - 52, lambda: self._comment(token), 11)
        self._on(self._gate() - 46, self.decide, 16)

    def _comment(self, token: str) -> None:
        link = links.find(token, queries.COMMENT)
        subject = self.epa.subject
        if link is not None:
            portfolio.comment_subject(
                link=link, comment="Useful for us; please leave prices out.", shown_sha256=digest(subject.subject)
            )

    def decide(self) -> None:
        if not self.plan.subject_refused:
            portfolio.decide_subject(subject=self.epa.subject, agreed=True, reason="", by=self.team)
            return
        portfolio.decide_subject(
            subject=self.epa.subject, agreed=False, reason="Too wide for one project.", by=self.team
        )
        self._on(self._gate() - 30, self._propose_again)

    def _propose_again(self) -> None:
        subject = portfolio.propose_subject(epa=self.epa, subject="Fewer repeat calls on Mondays", by=self.owner)
        token = _token(subject, "/epa/comment/")
        self._on(self._gate() - 29, lambda: self._comment(token), 11)
        self._on(
            self._gate() - 25,
            lambda: portfolio.decide_subject(subject=self.epa.subject, agreed=True, reason="", by=self.team),
            16,
        )

    def request(self) -> None:
        """The booking, long before the gateway: its notice is ninety days."""
        version = self.registration.package.version
        ahead = max(
            self._gate() + FIRST_COMPONENT, (clock.today() - self.theatre.today).days + version.booking_notice_days
        )
        row = booking.request(
            epa=self.epa, desired_on=self.theatre.working(ahead), declared_by=self.owner.name, by=self.owner
        )
        if self.plan.cancels == "declined":
            self._on(
                self._gate() - 45,
                lambda: booking.decline(booking=row, reason="The desired date is a public event.", by=self.team),
            )

    def leave(self) -> None:
        withdrawing.withdraw(epa=self.epa, reason="The apprentice has left the employer.", by=self.owner)

    def invite(self) -> None:
        gateway.invite_signatures(gateway=self.epa.gateway, by=self.owner)
        row = self.epa.gateway
        tokens = _tokens(row, "/epa/sign/")
        self._on(self._gate() - 12, lambda: self._sign(tokens[0]), 9)
        if self.plan.stalls:
            return
        self._on(self._gate() - 11, lambda: self._sign(tokens[1]), 10)
        self._on(self._gate() - 10, self.sign_for_centre, 11)
        self._on(self._gate() - 7, self.submit, 12)

    def _sign(self, token: str) -> None:
        link = links.find(token, queries.SIGN)
        if link is None:
            raise RuntimeError("the link in the message does not open")
        shown = digest(queries.shown_to(self.epa.gateway, link.party))
        gateway.sign_by_link(link=link, name=link.name, shown_sha256=shown, address="198.51.100.7")

    def sign_for_centre(self) -> None:
        row = self.epa.gateway
        shown = digest(queries.shown_to(row, Party.PROVIDER))
        gateway.sign_in_person(
            gateway=row,
            name=self.owner.name,
            email=self.owner.email,
            shown_sha256=shown,
            address="192.0.2.10",
            by=self.owner,
        )

    def submit(self) -> None:
        gateway.submit(gateway=self.epa.gateway, by=self.owner)
        if self.plan.returned:
            self._on(self._gate() - 5, self._return, 13)
        if self.plan.unanswered != "team":
            self._on(self._gate(), self.accept, 15)
        if self.plan.leaves == "after":
            self._on(self._gate() + 20, self.leave, 16)

    def _return(self) -> None:
        gateway.return_(gateway=self.epa.gateway, reason="Please check the off-the-job figure.", by=self.team)
        if self.plan.unanswered != "centre":
            self._on(self._gate() - 2, lambda: gateway.submit(gateway=self.epa.gateway, by=self.owner), 14)

    def accept(self) -> None:
        row = self.epa.gateway
        if row.state == GatewayState.SUBMITTED:
            gateway.accept(gateway=row, by=self.team)
            self._on(self._gate() + 4, self.confirm)

    # The booking and its dates

    def confirm(self) -> None:
        """Dates and an assessor for every component, inside the windows."""
        row = Booking.objects.filter(epa=self.epa, state=BookingState.REQUESTED).first()
        if row is None:
            return
        epa = self.epa
        attempts = list(epa.attempts.select_related("component").order_by("component__order"))
        earliest = max(
            self.theatre.day(self._gate() + FIRST_COMPONENT),
            row.requested_on + dt.timedelta(days=self.registration.package.version.booking_notice_days),
        )
        days = [
            min(earliest + dt.timedelta(days=BETWEEN * place), row.held_by - dt.timedelta(days=SLACK))
            for place, row in enumerate(attempts)
            if row.held_by is not None
        ]
        assessor, slots = self.diary.book(days, self._barred(), self.plan.standard)
        arranged = [
            arranging.Arrangement(
                attempt=attempt, assessor=assessor, at=slot, place=f"{self.plan.employer}, {self.plan.town[0]}"
            )
            for attempt, slot in zip(attempts, slots, strict=True)
        ]
        arranging.confirm(booking=row, arrangements=arranged, by=self.team)
        self._after_confirming(row, attempts, slots)

    def _after_confirming(self, row: Booking, attempts: list[Attempt], slots: list[dt.datetime]) -> None:
        for attempt, slot in zip(attempts, slots, strict=True):
            offset = (clock.london_date(slot) - self.theatre.today).days
            if attempt.component.submission_name:
                early = 17 if self.plan.number % 8 else 9
                self._on(offset - early, partial(self.hand_in, attempt.pk), 11)
            self.theatre.at(clock.london_date(slot), partial(self.assess, attempt.pk), 17, self.plan.number % 60)
        if self.plan.cancels and self.plan.cancels != "declined":
            first = min((clock.london_date(slot) - self.theatre.today).days for slot in slots)
            self._on(first - (38 if self.plan.cancels == "early" else 12), lambda: self.cancel(row.pk), 12)

    def _barred(self) -> set[int]:
        return {user.pk for user in self.cast.assessors if user.interests.filter(organisation=self.centre.organisation)}

    def cancel(self, pk: int) -> None:
        """A booking falls through, in the ways the guidance knows."""
        row = Booking.objects.get(pk=pk)
        if row.state != BookingState.CONFIRMED:
            return
        by_imi = self.plan.cancels == "imi"
        who = self.team if by_imi else self.owner
        fee = queries.cancellation_of(row, by_imi=by_imi).fee
        reason = "The assessor is ill." if by_imi else "The apprentice is not available."
        booking.cancel(booking=row, reason=reason, shown_fee=fee, by=who, by_imi=by_imi)
        if self.plan.cancels in {"granted", "refused", "claimed"}:
            self._on((clock.today() - self.theatre.today).days + 2, lambda: self._exception(pk))

    def _exception(self, pk: int) -> None:
        claim = booking.claim_exception(
            booking=Booking.objects.get(pk=pk),
            kind="illness",
            text="Taken to hospital on the day before.",
            evidence=pdf("Letter"),
            by=self.owner,
        )
        if self.plan.cancels == "claimed":
            return
        fresh = (clock.today() - self.theatre.today).days + 4
        self._on(fresh, lambda: self._settle(claim.pk))

    def _settle(self, pk: int) -> None:
        claim = ExceptionalClaim.objects.select_related("booking").get(pk=pk)
        if self.plan.cancels == "granted":
            booking.grant(claim=claim, by=self.team)
        else:
            booking.refuse_claim(claim=claim, reason="The letter names another day.", by=self.team)

    # The components and what follows

    def hand_in(self, pk: int) -> None:
        attempt = Attempt.objects.select_related("component", "epa").get(pk=pk)
        if attempt.state != AttemptState.ARRANGED:
            return
        try:
            if attempt.component.evidence_min is None:
                assessing.submit_report(attempt=attempt, file=pdf("Project report"), by=self.owner)
            else:
                chosen = list(attempt.epa.pieces.all()[: attempt.component.evidence_min])
                assessing.submit_portfolio(attempt=attempt, pieces=chosen, by=self.owner)
        except PortalError:
            # A subject still undecided is refused, as in life: the centre comes back when IMI has agreed it.
            self._on((clock.today() - self.theatre.today).days + 3, lambda: self.hand_in(pk), 11)

    def assess(self, pk: int) -> None:
        attempt = Attempt.objects.select_related("component", "assessor", "epa").get(pk=pk)
        if attempt.state != AttemptState.ARRANGED or attempt.assessor is None:
            return
        grade = self._grade(attempt)
        given = GRADE_ORDER[grade]
        criteria = {
            row.code: Judgement(met=GRADE_ORDER[Grade(row.needed_for)] <= given)
            for row in attempt.component.criteria.all()
        }
        assessing.assess(
            attempt=attempt,
            held_on=clock.today(),
            grade=grade,
            criteria=criteria,
            feedback="Show what the change did for customers." if grade == Grade.FAIL else "Well prepared.",
            by=attempt.assessor,
        )
        self._release_soon()

    def _grade(self, attempt: Attempt) -> Grade:
        place = attempt.component.order % 3
        if self.plan.fails == str(place) and (attempt.number == 1 or (self.plan.fails_again and attempt.number == 2)):
            return Grade.FAIL
        best = Grade(attempt.component.grades[-1])
        return best if place in self.plan.distinctions else Grade.PASS

    def _release_soon(self) -> None:
        result = Result.objects.filter(epa=self.epa, released_at=None).first()
        if result is None:
            return
        wait = 27 if self.plan.released_late else 7 + self.plan.number % 8
        day = self.theatre.calendar.add(clock.today(), wait)
        self.theatre.at(day, lambda: self.release(result.pk), 10, self.plan.number % 60)

    def release(self, pk: int) -> None:
        results.release(result=Result.objects.select_related("epa").get(pk=pk), by=self.team)
        offset = (clock.today() - self.theatre.today).days
        if self.plan.number % 7:
            self._on(offset + 5, lambda: results.mark_entered(result=Result.objects.get(pk=pk), by=self.owner))
        if self.epa.state == EPAState.PASSED:
            if self.plan.claims_record:
                self._on(offset + 2, lambda: records.claim_record(epa=self.epa, by=self.owner), 15)
        elif self.plan.resit:
            self._on(offset + 7, self.resit)

    def resit(self) -> None:
        """The failed component again, within the twelve months."""
        epa = self.epa
        if epa.state != EPAState.RESIT_OPEN:
            return
        for possible in resits.possible_resits(epa):
            if possible.problems:
                continue
            attempt = resits.open_resit(epa=epa, component=possible.component, kind=AttemptKind.RESIT, by=self.owner)
            offset = (clock.today() - self.theatre.today).days
            self._on(offset + 4, partial(self._arrange, attempt.pk))

    def _arrange(self, pk: int) -> None:
        attempt = Attempt.objects.select_related("component", "epa").get(pk=pk)
        assessor, (slot,) = self.diary.book(
            [clock.today() + dt.timedelta(days=REWORKED)], self._barred(), self.plan.standard
        )
        arranging.arrange(attempt=attempt, assessor=assessor, at=slot, place=self.plan.town[0], by=self.team)
        offset = (clock.london_date(slot) - self.theatre.today).days
        if attempt.component.submission_name:
            self._on(offset - 18, lambda: self.hand_in(pk), 11)
        self.theatre.at(clock.london_date(slot), lambda: self.assess(pk), 17, self.plan.number % 60)

    # Consent

    def ask_consent(self) -> None:
        if not self.plan.consents:
            return
        apprentice = self.registration.apprentice
        if apprentice.consents.filter(withdrawn_at=None).exists():
            return
        consent.ask(apprentice=apprentice, by=self.owner)
        token = _token(apprentice, "/certificates/consent/")
        offset = (clock.today() - self.theatre.today).days
        self._on(offset + 2, lambda: self._consent(token), 19)

    def _consent(self, token: str) -> None:
        link = links.find(token, consent.ASK)
        if link is None:
            return
        own = self.plan.own_address
        consent.give(
            link=link,
            address_line="5 Garden Close" if own else "",
            town=self.plan.town[0] if own else "",
            postcode=self.plan.town[1] if own else "",
        )


def _tokens(subject: Model, path: str) -> list[str]:
    """The tokens of the links mailed about a subject, as their receivers read them; the newest last."""
    rows = Message.objects.filter(about_type=subject._meta.label_lower, about_id=subject.pk).order_by("pk")
    found = [re.search(rf"{path}([\w-]+)/", row.text) for row in rows]
    return [match[1] for match in found if match]


def _token(subject: Model, path: str) -> str:
    return _tokens(subject, path)[-1]
