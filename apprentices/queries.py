"""Reads that more than one caller needs. Those for pages start from what the person may see."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.states import CENTRE_WRITERS
from apprentices.models import Apprentice, Registration, Upload, UploadRow
from apprentices.rules import Known, KnownLearner, search_words
from apprentices.states import RegistrationState, UploadState
from centres.models import Centre, Charge
from centres.states import ChargeKind
from foundation.errors import Problem
from foundation.invariants import Finding
from standards.models import Package, Price
from standards.queries import price
from standards.states import PriceKind

HELD = (RegistrationState.ACTIVE, RegistrationState.COMPLETED)


def known(centre: Centre, package: Package, ulns: Collection[str]) -> Known:
    """What is known of these ULNs, for registering them on the package at the centre (D2). Two queries."""
    wanted = list(ulns)
    learners = {
        row["uln"]: KnownLearner(**row)
        for row in Apprentice.objects.filter(centre=centre, uln__in=wanted).values(
            "uln", "given_names", "family_name", "date_of_birth"
        )
    }
    here: set[str] = set()
    elsewhere: set[str] = set()
    rows = Registration.objects.filter(package=package, uln__in=wanted, state__in=HELD)
    for uln, at in rows.values_list("uln", "apprentice__centre_id"):
        (here if at == centre.pk else elsewhere).add(uln)
    return Known(learners, frozenset(here), frozenset(elsewhere))


def package_price(package: Package, on: dt.date) -> Price | None:
    """The price of registering on the package on a day (D4)."""
    return price(package.version, PriceKind.PACKAGE, package=package, on=on)


def english_and_maths_prices(packages: "QuerySet[Package]", on: dt.date) -> list[Price]:
    """What English and maths cost on a day beside the packages, a line for each subject and standard (D5)."""
    versions = {package.version_id: package.version for package in packages}.values()
    lines = [price(version, kind, on=on) for version in versions for kind in (PriceKind.ENGLISH, PriceKind.MATHS)]
    return [line for line in lines if line is not None]


def reserve_ids(count: int) -> list[int]:
    """Primary keys of registrations not yet written: their charges name them, and they name their charges."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [Registration._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def search(apprentices: "QuerySet[Apprentice]", query: str) -> "QuerySet[Apprentice]":
    """Those in whose names, ULN or registration numbers every word of the query begins a word."""
    words = search_words(query)
    if not words:
        return apprentices
    wanted = SearchQuery(" & ".join(f"{word}:*" for word in words), config="simple", search_type="raw")
    return apprentices.annotate(words=SearchVector("search", config="simple")).filter(words=wanted)


def writing_centres(user: User) -> list[Centre]:
    """The centres for which this person may register, by the organisation acted for."""
    ids = user.organisation_ids(CENTRE_WRITERS)
    return list(Centre.objects.visible_to(user).filter(organisation__in=ids).select_related("organisation"))


def rows_for_list(apprentices: "QuerySet[Apprentice]") -> "QuerySet[Apprentice]":
    """With what the list shows: two queries whatever the length."""
    registrations = Registration.objects.select_related("package").order_by("package__code")
    return apprentices.select_related("employer", "centre__organisation").prefetch_related(
        Prefetch("registrations", registrations)
    )


def list_row(apprentice: Apprentice) -> dict[str, Any]:
    """What the list and its exports show of a learner."""
    registrations = list(apprentice.registrations.all())
    return {
        "name": f"{apprentice.family_name}, {apprentice.given_names}",
        "uln": apprentice.uln,
        "employer": apprentice.employer.name,
        "centre": str(apprentice.centre),
        "packages": ", ".join(row.package.code for row in registrations),
        "states": ", ".join(dict.fromkeys(row.get_state_display() for row in registrations)),
        "numbers": ", ".join(row.number for row in registrations),
        "start": apprentice.programme_start_on,
        "url": reverse("learner", args=[apprentice.pk]),
    }


def good_rows(upload: Upload) -> "QuerySet[UploadRow]":
    """Rows to be registered: read, not known, nothing that stops."""
    return UploadRow.objects.filter(upload=upload, is_bad=False, known=False)


def problems_of_rows(rows: Iterable[UploadRow]) -> dict[int, list[Problem]]:
    """By row number, as the checks wrote them."""
    return {row.row_number: as_problems(row.problems) for row in rows}


def as_problems(stored: Sequence[dict[str, Any]]) -> list[Problem]:
    """Problems from how they are stored."""
    return [Problem(**problem) for problem in stored]


def uncharged() -> "QuerySet[Registration]":
    """For the hourly look: active registrations whose line of the account is not their own (D4).

    A charge is always there; one of another kind, about another row, or of another centre is none. One that finance
    has reversed was theirs, and is none of this.
    """
    own = Charge.objects.filter(
        pk=OuterRef("charge"),
        kind=ChargeKind.REGISTRATION,
        about_type=Registration._meta.label_lower,
        about_id=OuterRef("pk"),
        centre=OuterRef("apprentice__centre"),
    )
    return Registration.objects.filter(~Exists(own), state=RegistrationState.ACTIVE).order_by("pk")


def impossible() -> Iterator[Finding]:
    """Rows of this storey that stand as no verb leaves them."""
    for row in uncharged():
        yield Finding("registration_uncharged", "D4", row, "is active without a charge of its own")


def open_uploads(centre: Centre) -> "QuerySet[Upload]":
    """For the centre's queue: uploads that wait for its word."""
    return Upload.objects.filter(centre=centre, state__in=[UploadState.CHECKED, UploadState.UNREADABLE])
