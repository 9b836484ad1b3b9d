"""What lies below an assessment, as bare rows: for tests that are not about how it came to be."""

import datetime as dt
import itertools
from decimal import Decimal

from accounts.models import User
from accounts.states import Role
from apprentices.models import Apprentice, Employer, Registration
from centres.models import Centre, Charge
from centres.states import ChargeKind
from epa.models import EPA, Booking, Gateway
from epa.states import GatewayState
from foundation import clock, references
from standards.models import Price, StandardVersion
from standards.states import PackageKind
from tests import builders as people

_ulns = itertools.count(1_000_000_001)


def centre_row(name: str = "") -> Centre:
    """A centre with an owner; nothing is said about its approval."""
    organisation = people.provider(name)
    people.person(Role.CENTRE_OWNER, organisation)
    return Centre.objects.create(
        organisation=organisation,
        number=references.next_number("CEN"),
        contact_name="Robin Owner",
        contact_email="owner@example.org",
    )


def registration_row(version: StandardVersion, centre: Centre | None = None, *, name: str = "Example") -> Registration:
    """An apprentice of a centre on the version's EPA package."""
    centre = centre or centre_row()
    employer, _ = Employer.objects.get_or_create(centre=centre, name="Bright Garages")
    apprentice = Apprentice.objects.create(
        centre=centre,
        uln=str(next(_ulns)),
        given_names="Alex",
        family_name=name,
        date_of_birth=dt.date(2004, 5, 6),
        employer=employer,
        programme_start_on=dt.date(2024, 9, 2),
    )
    package = version.packages.get(kind=PackageKind.EPA)
    charge = Charge.objects.create(
        number=references.next_number("CHG"),
        centre=centre,
        kind=ChargeKind.REGISTRATION,
        description="Registration",
        amount=Decimal("640.00"),
        price=Price.objects.filter(package=package).first(),
        about_type="apprentices.apprentice",
        about_id=apprentice.pk,
        by_label="test",
    )
    return Registration.objects.create(
        number=references.next_number("REG"),
        apprentice=apprentice,
        package=package,
        uln=apprentice.uln,
        registered_on=dt.date(2024, 9, 2),
        charge=charge,
        declared_by="Robin Owner",
        declared_at=clock.now(),
    )


def epa_row(registration: Registration) -> EPA:
    """An EPA being prepared, whose gateway is as good as accepted now."""
    epa, _ = EPA.objects.get_or_create(registration=registration)
    Gateway.objects.get_or_create(epa=epa, defaults={"state": GatewayState.ACCEPTED, "accepted_at": clock.now()})
    return epa


def booking_row(epa: EPA, *, requested_on: dt.date, by: User) -> Booking:
    """A booking as requested on a day for ninety days later."""
    return Booking.objects.create(
        number=references.next_number("BKG"),
        epa=epa,
        desired_on=requested_on + dt.timedelta(days=90),
        requested_on=requested_on,
        requested_by=by,
        prerequisites_declared_by="Robin Owner",
    )
