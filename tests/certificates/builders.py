"""Passed apprentices, their consent and their claims, built through the verbs.

Needs a database and private files. ``passed`` does everything below it; the link for the consent is read from the
outbox, as its receiver would. The EPA lies in the past of the clock: its result was released a few days ago.
"""

import contextvars
import datetime as dt
import itertools
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import connection

from accounts import links
from accounts.models import Link
from apprentices.actions import save_employer
from apprentices.models import Apprentice
from apprentices.rules import search_text
from centres.models import Centre
from certificates.actions import claims, consent
from certificates.models import Claim, ClaimBatch, Consent
from epa.models import EPA, Result
from epa.states import EPAState
from foundation import clock
from foundation.models import Message
from simulators.assessment_service.process import StandIn
from standards.models import StandardVersion
from standards.states import Grade
from tests.centres.builders import approved_centre, owner_of
from tests.epa import builders_assessing, builders_preparing, rows

AGO = dt.timedelta(days=60)  # the period of an EPA that is released by now
ADDRESS = {"address": "1 Ware Road", "town": "Hertford", "postcode": "SG13 8PQ"}
HOME = {"address_line": "12 Mill Lane", "town": "Ware", "postcode": "SG12 0AA"}
EMPLOYER = dict.fromkeys(HOME, "")
_numbers = itertools.count(1)


def centre_for(version: StandardVersion) -> Centre:
    """A centre approved before its apprentices' EPAs began."""
    with clock.travel(clock.now() - AGO):
        return approved_centre(version)


def passed(
    version: StandardVersion,
    centre: Centre | None = None,
    *,
    grades: Mapping[str, str] | None = None,
    consented: bool = True,
    **learner: Any,
) -> EPA:
    """An EPA passed in all elements and released; the employer has an address, the apprentice has consented."""
    centre = centre or centre_for(version)
    with clock.travel(clock.now() - AGO):
        registration = builders_preparing.registration(version, centre, **learner)
        employer = registration.apprentice.employer
        if not employer.address:
            save_employer(centre=centre, by=owner_of(centre), employer=employer, **ADDRESS)
        epa = builders_assessing.in_period(registration)
        builders_assessing.released(epa, grades)
    if consented:
        consented_by(epa.registration.apprentice)
    return fresh(epa)


def passed_rows(
    version: StandardVersion, count: int = 1, centre: Centre | None = None, *, consented: bool = True, name: str = "Lee"
) -> list[EPA]:
    """As ``passed`` in what certificates read of it, at a hundredth of the time: the EPA and its result are bare rows.

    The result was released three days ago, the last day of the EPA was the day before. Consent is given by the link.
    """
    centre = centre or rows.centre_row()
    epas = []
    for _ in range(count):
        registration = rows.registration_row(version, centre, name=name)
        apprentice = registration.apprentice
        search = search_text(apprentice.given_names, apprentice.family_name, apprentice.uln, [registration.number])
        address = f"passed{next(_numbers)}@example.org"
        Apprentice.objects.filter(pk=apprentice.pk).update(email=address, search=search)
        type(apprentice.employer).objects.filter(pk=apprentice.employer_id).update(**ADDRESS)
        epa = EPA.objects.create(registration=registration, state=EPAState.PASSED, starts_on=clock.today() - AGO)
        released_row(epa, 1, Grade.PASS)
        epas.append(fresh(epa))
        if consented:
            consented_by(epas[-1].registration.apprentice)
    return epas


def released_row(epa: EPA, sequence: int, grade: str) -> Result:
    """A result released three days ago, every component with that grade."""
    version = epa.registration.package.version
    last_day = clock.today() - dt.timedelta(days=4)
    return Result.objects.create(
        epa=epa,
        sequence=sequence,
        last_day=last_day,
        due_on=last_day + dt.timedelta(days=29),
        facts={},
        released_at=clock.now() - dt.timedelta(days=3),
        overall=grade,
        grades=dict.fromkeys(version.components.values_list("code", flat=True), grade),
    )


def fresh(epa: EPA) -> EPA:
    """The EPA with everything about it as it is stored now."""
    return EPA.objects.select_related("registration__apprentice__employer", "registration__package__version").get(
        pk=epa.pk
    )


def result_of(epa: EPA) -> Result:
    """The latest released result."""
    return Result.objects.filter(epa=epa, released_at__isnull=False).latest("sequence")


def token_sent(apprentice: Apprentice, purpose: str = consent.ASK) -> str:
    """The token in the newest message to the apprentice with a link to give consent or to take it back."""
    path = "consent/withdraw" if purpose == consent.WITHDRAW else "consent"
    for message in Message.objects.filter(to_email=apprentice.email).order_by("-pk"):
        found = re.search(rf"/certificates/{path}/([^/\s]+)/\s", f"{message.text}\n")
        if found:
            return found[1]
    raise AssertionError(f"no link to {path} was sent")


def link_sent(apprentice: Apprentice, purpose: str = consent.ASK) -> Link:
    """The link behind that token."""
    link = links.find(token_sent(apprentice, purpose), purpose)
    assert link is not None, "the link is no longer good"
    return link


def consented_by(apprentice: Apprentice, address: Mapping[str, str] = EMPLOYER) -> Consent:
    """The centre asks, the apprentice consents by the link: the certificate goes to the employer, or to ``HOME``."""
    consent.ask(apprentice=apprentice, by=owner_of(apprentice.centre))
    return consent.give(link=link_sent(apprentice), **address)


def claimed(*epas: EPA) -> list[Claim]:
    """The claims of the week for these EPAs, ready to be sent."""
    if claims.run_week() is None:
        batch = ClaimBatch.objects.latest("pk")
        for epa in epas:
            assert claims.make(result_of(epa), batch) == []
    return [Claim.objects.get(result__epa=epa) for epa in epas]


def known_to(stand_in: StandIn, epas: Iterable[EPA], **changes: Any) -> None:
    """The service knows these learners, as it would from the ILR; ``changes`` replace members of the row."""
    stand_in.add_learners(*(learner_row(epa) | changes for epa in epas))


def learner_row(epa: EPA) -> dict[str, Any]:
    """What the service knows of an EPA's learner."""
    apprentice = epa.registration.apprentice
    organisation = apprentice.centre.organisation
    return {
        "uln": int(epa.registration.uln),
        "givenNames": apprentice.given_names,
        "familyName": apprentice.family_name,
        "standardCode": epa.registration.package.version.standard.lars_code,
        "learningStartDate": f"{apprentice.programme_start_on}",
        "plannedEndDate": f"{apprentice.planned_end_on or apprentice.programme_start_on}",
        "providerName": organisation.name,
        "providerUkPrn": organisation.ukprn,
        "completionStatus": 1,
    }


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Each in a thread of its own, started together, on this test's clock; what each returned or raised."""
    barrier = threading.Barrier(len(works))
    outcomes: list[Any] = [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        barrier.wait(10)
        try:
            outcomes[place] = work()
        except Exception as error:  # noqa: BLE001 - it is what the test looks at
            outcomes[place] = error
        finally:
            connection.close()

    contexts = [contextvars.copy_context() for _ in works]
    threads = [
        threading.Thread(target=context.run, args=(run, place, work))
        for place, (context, work) in enumerate(zip(contexts, works, strict=True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes
