"""Registering learners on a package, one or many, and withdrawing a registration (D1–D4)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.access import require
from accounts.states import CENTRE_WRITERS
from apprentices import queries, rules
from apprentices.models import Apprentice, Employer, Registration, Upload
from apprentices.rules import LearnerData
from centres import queries as centre_queries
from centres.actions.charges import NewCharge, charge_many
from centres.actions.register import hold_register
from centres.models import Centre, Charge
from centres.states import ChargeKind
from foundation import audit, clock, references
from foundation.errors import Conflict, Problem, refuse_if
from foundation.workflow import Actor, guard, move
from standards.models import Package, Price

BATCH = 2_000
NOTHING_KNOWN = dict.fromkeys(rules.EMPLOYER_PARTS, "")


@dataclass(frozen=True)
class Order:
    """What a registration of one or many has in common."""

    centre: Centre
    package: Package
    price: Price
    declared_by: str
    by: Actor
    upload: Upload | None = None


def register(*, centre: Centre, package: Package, learner: LearnerData, declared_by: str, by: Actor) -> Registration:
    """Register one learner: apprentice, employer, number, charge at the price of the day.

    ``declared_by`` names who declares that the package is right (D3). Raises NotAllowed, Refused with all problems at
    once (the gate A1 A3 A8, the learner's data D1, identity and once-only D2, declaration D3, price D4), Conflict.
    """
    require(by, CENTRE_WRITERS, centre, "register apprentices")
    today = clock.today()
    with transaction.atomic():
        lock(centre)
        known = queries.known(centre, package, [learner.uln])
        price = queries.package_price(package, today)
        problems = [
            *order_problems(centre, package, price, declared_by),
            *one_learner_problems(learner, package, known),
        ]
        refuse_if(problems)
        assert price is not None  # noqa: S101 - for the type checker: refused otherwise
        return register_all(Order(centre, package, price, declared_by, by), [learner])[0]


def order_problems(centre: Centre, package: Package, price: Price | None, declared_by: str) -> list[Problem]:
    """What stands against any registration on the package today, whoever the learner is."""
    return [
        *centre_queries.registration_problems(centre, package, clock.today()),
        *rules.price_problems(package.code, has_price=price is not None),
        *rules.declaration_problems(declared_by),
    ]


def one_learner_problems(learner: LearnerData, package: Package, known: rules.Known) -> list[Problem]:
    """What stands against this learner; one who is registered already is refused, not registered again (D2)."""
    uln = rules.uln_problem(learner.uln, exempt_prefix=settings.SANDBOX_ULN_PREFIX)
    problems = [uln] if uln else []
    problems += rules.learner_problems(learner, clock.today(), package.version.min_programme_months)
    problems += rules.identity_problems(learner, known)
    if learner.uln in known.registered:
        message = f"This learner is already registered on {package.code}; each registration is made once."
        problems.append(Problem("registered_already", "D2", message, "learner", "uln"))
    return problems


def lock(centre: Centre) -> None:
    """Registrations of one centre follow each other, and no import of the register comes between: what is known stays
    true until they are written (A1)."""
    Centre.objects.select_for_update().get(pk=centre.pk)
    hold_register()


def register_all(order: Order, learners: Sequence[LearnerData]) -> list[Registration]:
    """Write registrations of learners who passed every check, inside the verb's transaction and under the lock.

    A constant number of statements a batch. Conflict when someone else wrote one of them at this very moment.
    """
    numbers = references.next_numbers(f"REG-{clock.today():%y}", len(learners))
    made: list[Registration] = []
    try:
        with transaction.atomic():
            employers = _employers(order, learners)
            for start in range(0, len(learners), BATCH):
                part = slice(start, start + BATCH)
                made += _register_batch(order, learners[part], numbers[part], employers)
    except IntegrityError as error:
        raise Conflict(
            "Someone else registered one of these learners, or their employer, at this moment. Try again."
        ) from error
    return made


def _register_batch(
    order: Order, learners: Sequence[LearnerData], numbers: Sequence[str], employers: dict[str, Employer]
) -> list[Registration]:
    apprentices = _apprentices(order.centre, learners, numbers, employers)
    ids = queries.reserve_ids(len(learners))
    charges = _charges(order, numbers, ids)
    instant = clock.now()
    rows = Registration.objects.bulk_create(
        Registration(
            pk=pk,
            number=number,
            apprentice=apprentices[learner.uln],
            package=order.package,
            uln=learner.uln,
            registered_on=clock.london_date(instant),
            charge=charge,
            upload=order.upload,
            declared_by=order.declared_by.strip()[:150],
            declared_at=instant,
        )
        for pk, number, learner, charge in zip(ids, numbers, learners, charges, strict=True)
    )
    facts = {"package": order.package.code, "price": str(order.price.amount), "declared_by": order.declared_by.strip()}
    audit.record_many(
        audit.event(row, "register", by=order.by, to_state=row.state, facts={**facts, "number": row.number})
        for row in rows
    )
    return rows


def _charges(order: Order, numbers: Sequence[str], ids: Sequence[int]) -> list[Charge]:
    """A line of the centre's account for each registration, at the price of the day (D4)."""
    lines = [
        NewCharge(
            order.centre,
            ChargeKind.REGISTRATION,
            f"Registration {number} on {order.package.code}",
            order.price.amount,
            Registration._meta.label_lower,
            pk,
            order.price,
        )
        for number, pk in zip(numbers, ids, strict=True)
    ]
    return charge_many(lines, by=order.by)


def _employers(order: Order, learners: Sequence[LearnerData]) -> dict[str, Employer]:
    """The learners' employers by name in lower case: those the centre has, blanks filled in, and new ones."""
    rows: dict[str, list[LearnerData]] = defaultdict(list)
    for learner in learners:
        rows[learner.employer_name.lower()].append(learner)
    have = {row.name.lower(): row for row in Employer.objects.filter(centre=order.centre)}
    fresh = Employer.objects.bulk_create(
        Employer(centre=order.centre, name=told[0].employer_name, **rules.completed(NOTHING_KNOWN, told))
        for name, told in rows.items()
        if name not in have
    )
    _complete({have[name].pk: told for name, told in rows.items() if name in have and _added(have[name], told)}, order)
    return have | {row.name.lower(): row for row in fresh}


def _added(employer: Employer, rows: Sequence[LearnerData]) -> dict[str, str]:
    """What the rows add to an employer: nothing that it has already."""
    known = {part: getattr(employer, part) for part in rules.EMPLOYER_PARTS}
    return {part: value for part, value in rules.completed(known, rows).items() if value != known[part]}


def _complete(told: Mapping[int, Sequence[LearnerData]], order: Order) -> None:
    """Fill in what is blank, read anew under a lock: somebody may be typing the address at this very moment."""
    if not told:
        return
    # Not the stronger lock: a learner of the employer may be written meanwhile.
    locked = list(Employer.objects.select_for_update(no_key=True).filter(pk__in=told).order_by("pk"))
    events = []
    for employer in locked:
        added = _added(employer, told[employer.pk])
        for part, value in added.items():
            setattr(employer, part, value)
        if added:
            events.append(audit.event(employer, "complete", by=order.by, facts={"changed": sorted(added)}))
    Employer.objects.bulk_update(locked, rules.EMPLOYER_PARTS, batch_size=BATCH)
    audit.record_many(events)


def _apprentices(
    centre: Centre, learners: Sequence[LearnerData], numbers: Sequence[str], employers: dict[str, Employer]
) -> dict[str, Apprentice]:
    """The apprentices by ULN: those the centre has (their record stays, their search text grows), and new ones."""
    have = {row.uln: row for row in Apprentice.objects.filter(centre=centre, uln__in=[one.uln for one in learners])}
    fresh = []
    for learner, number in zip(learners, numbers, strict=True):
        if learner.uln in have:
            row = have[learner.uln]
            row.search = f"{row.search} {rules.search_text('', '', '', [number])}"[: rules.LONGEST_SEARCH]
        else:
            fresh.append(_new_apprentice(centre, learner, employers[learner.employer_name.lower()], number))
    Apprentice.objects.bulk_update(have.values(), ["search"])
    return have | {row.uln: row for row in Apprentice.objects.bulk_create(fresh)}


def _new_apprentice(centre: Centre, learner: LearnerData, employer: Employer, number: str) -> Apprentice:
    return Apprentice(
        centre=centre,
        uln=learner.uln,
        given_names=learner.given_names,
        family_name=learner.family_name,
        date_of_birth=learner.date_of_birth,
        email=learner.email,
        employer=employer,
        programme_start_on=learner.programme_start_on,
        planned_end_on=learner.planned_end_on,
        full_time=learner.full_time,
        weekly_hours=learner.weekly_hours,
        search=rules.search_text(learner.given_names, learner.family_name, learner.uln, [number]),
    )


def withdraw(*, registration: Registration, reason: str, by: Actor) -> Registration:
    """Withdraw a registration, with a reason. The charge stays until finance reverses it.

    One whose end-point assessment has begun goes with that, by the assessment's own verb. Raises as ``move`` does, or
    Refused.
    """
    with transaction.atomic():
        guard(registration, "withdraw", by)
        # An assessment begins under the same lock (epa.actions.gateway.prepare): before this or not at all.
        row = Registration.objects.select_for_update().get(pk=registration.pk)
        refuse_if([*rules.withdrawal_problems(reason), *assessment_problems(row)])
        move(
            registration,
            "withdraw",
            by=by,
            changes={"withdrawn_reason": reason.strip()[:300]},
            facts={"reason": reason.strip()[:300]},
        )
    return registration


def assessment_problems(registration: Registration) -> list[Problem]:
    """What the registration's end-point assessment has against its being withdrawn alone; nothing where there is none.

    Assessments are a storey above and cannot be imported here, so theirs is reached from the registration, by the
    reverse accessor ``epa`` that Django puts there, and its table of steps says whether it can still be withdrawn.
    """
    epa = getattr(registration, "epa", None)
    if epa is None:
        return []
    return rules.assessment_problems(epa.state, can_withdraw=epa.STEPS.find(epa.state, "withdraw") is not None)
