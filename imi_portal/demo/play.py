"""The whole play."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from foundation import clock
from foundation.errors import NotAllowed
from imi_portal.demo import affairs, curtain, plans, signups, stand_in
from imi_portal.demo import cast as casting
from imi_portal.demo.agreements import Agreements
from imi_portal.demo.approvals import Approvals
from imi_portal.demo.diary import Diary
from imi_portal.demo.lives import Life
from imi_portal.demo.registering import Registering
from imi_portal.demo.theatre import Theatre
from standards.actions import load_version
from standards.models import StandardVersion

CATALOGUE = Path(settings.BASE_DIR) / "standards" / "catalogue"
FILES = ("st0071-ap01.toml", "made-up-vehicle-technician.toml")
PRINTER_WEEKS = range(0, 420, 7)


def perform(count: int, seed: int, say: Callable[[str], None]) -> Theatre:
    """Make the demonstration: ``count`` learners from a fixed seed. Refused in production.

    Contracts are printed on the way, because they are signed; all other documents are left to the worker, as in life.
    """
    if settings.PRODUCTION:
        raise NotAllowed("The demonstration is not for production.")
    theatre = Theatre(seed, clock.today(), stand_in.tell_time)
    with clock.travel(theatre.day(-415)):
        for name in FILES:
            load_version(CATALOGUE / name, casting.ACTOR)
        versions = [
            StandardVersion.objects.select_related("standard").get(standard__reference=reference)
            for reference in ("ST0071", "ST9901")
        ]
        cast = casting.assemble(versions)
    drawn = plans.draw(theatre, count)
    stand_in.introduce(drawn)
    Approvals(theatre, cast, versions).put_on()
    signups.put_on(theatre, cast)
    Agreements(theatre, cast, versions).put_on()
    diary = Diary(cast.assessors, theatre.calendar)
    registering = Registering(theatre, cast, versions)
    registering.put_on(drawn, lambda plan, row: Life(theatre, cast, diary, plan, row).put_on())
    theatre.at(theatre.day(-300), lambda: casting.declare_interests(cast, theatre))
    theatre.at(theatre.working(-30), affairs.keep_books)
    for ago in PRINTER_WEEKS:
        day = theatre.day(-ago)
        theatre.at(day, stand_in.work_the_printer, 5)
    say(f"Playing a year of {count} learners …")
    theatre.play(say)
    stand_in.let_time_run()
    curtain.rise(cast, drawn)
    stand_in.restore_limit()
    return theatre
