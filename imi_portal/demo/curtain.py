"""When the curtain goes up: the states that last only moments, each reached by its verb in the minute that is now.

Once the demonstration's worker runs they settle by themselves, within minutes, as they do in life.
"""

import contextlib
from collections.abc import Iterator

from django.conf import settings

from apprentices import actions as apprentices
from apprentices.models import Registration
from centres import actions as centres
from centres.models import Application
from centres.states import ApplicationState
from certificates.actions import claims, sending
from certificates.models import Claim
from certificates.states import ClaimState
from foundation import clock
from imi_portal.demo import stand_in
from imi_portal.demo.cast import Cast
from imi_portal.demo.plans import Plan
from imi_portal.demo.registering import cells, sheet
from standards.states import PackageKind


def rise(cast: Cast, plans: list[Plan]) -> None:
    """A contract is being made, an upload checked; claims that waited for a person are on their way again."""
    with clock.travel(clock.now()):
        _approve(cast)
        _upload(cast, plans)
        if settings.ASSESSMENT_SERVICE_URL:
            _claim(cast, plans)


def _approve(cast: Cast) -> None:
    """The first centre's further standard is approved this minute; its contract is not printed yet."""
    row = Application.objects.filter(centre=cast.centres[0], state=ApplicationState.IN_REVIEW).first()
    if row is not None and row.reviewer is not None:
        centres.approve(application=row, by=row.reviewer)


def _upload(cast: Cast, plans: list[Plan]) -> None:
    """The newest file: all in it are registered already, which the check will find."""
    centre = cast.centres[0]
    registered = Registration.objects.filter(apprentice__centre=centre, package__kind=PackageKind.EPA)
    package = registered.select_related("package").order_by("pk")[0].package
    rows = [cells(plan) for plan in plans if plan.centre == 0][:8]
    file = sheet(rows, f"learners-{clock.today():%Y-%m-%d}.xlsx")
    apprentices.start_upload(centre=centre, package=package, uploaded_file=file, by=cast.owners[centre.pk])


def _claim(cast: Cast, plans: list[Plan]) -> None:
    """Of the learners whom the service did not know, one stays so, one claim is given up, and the providers have
    mended the ILR of the others: one waits its turn, one meets a line that breaks as it is sent, one as it is
    submitted. The portal asks before it sends anything again."""
    stuck = list(Claim.objects.filter(state=ClaimState.NEEDS_PERSON).order_by("pk")[:5])
    team = cast.team[0]
    if len(stuck) < 5:
        return
    _, given_up, waiting, sent, submitted = stuck
    claims.cancel(claim=given_up, by=team)
    stand_in.mend(plans, {claim.uln for claim in (waiting, sent, submitted)})
    for claim, where in ((submitted, "POST certificate/submit"), (sent, "POST certificate")):
        claims.try_again(claim=claim, by=team)
        with _broken_line(where), contextlib.closing(sending.client()) as service:
            sending.send_due(service)
    claims.try_again(claim=waiting, by=team)


@contextlib.contextmanager
def _broken_line(where: str) -> Iterator[None]:
    """The service does what it is asked, but its answer is lost on the way."""
    stand_in.order_fault(f"{where}:commit-then-reset")
    yield
    stand_in.order_fault("")
