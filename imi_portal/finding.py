"""Search over everything that has a number or a name, within what the person may see."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import User
from apprentices.models import Apprentice, Registration
from centres.models import Application, Centre, Contract
from certificates.models import Claim, RecordOfAchievement
from epa.models import Booking
from foundation.text import fold

MOST = 20


@dataclass(frozen=True)
class Found:
    """One hit: its kind in words, its name, where it is."""

    kind: str
    title: str
    url: str
    hint: str = ""


def find(user: User, query: str) -> list[Found]:
    """Hits for what was typed: numbers exactly, names by the beginnings of their words."""
    found = [hit for numbered in (_registrations, _bookings, _papers) for hit in numbered(user, query.upper())]
    found += _centres(user, query)
    found += _learners(user, query)
    return list({hit.url: hit for hit in reversed(found)}.values())[::-1][: MOST * 2]


def _learners(user: User, query: str) -> list[Found]:
    rows = Apprentice.objects.visible_to(user).filter(_by_words(query))
    rows = rows.select_related("centre__organisation").order_by("family_name", "given_names", "pk")[:MOST]
    return [
        Found("Learner", row.full_name, reverse("learner", args=[row.pk]), f"{row.centre}, ULN {row.uln}")
        for row in rows
    ]


def _by_words(query: str) -> Q:
    """Every word typed begins a word of the learner's folded name, or is the ULN."""
    wanted = Q()
    words = fold(query).split()
    if not words:
        return Q(pk__in=[])
    for word in words:
        wanted &= Q(search__startswith=word) | Q(search__contains=f" {word}") | Q(uln=word)
    return wanted


def _centres(user: User, query: str) -> list[Found]:
    wanted = Q(organisation__name__icontains=query) | Q(number__iexact=query)
    if query.isdigit():
        wanted |= Q(organisation__ukprn=int(query[:9]))
    rows = Centre.objects.visible_to(user).filter(wanted).select_related("organisation")[:MOST]
    return [
        Found("Centre", str(row), reverse("centres:centre", args=[row.pk]), f"UKPRN {row.organisation.ukprn}")
        for row in rows
    ]


def _registrations(user: User, number: str) -> list[Found]:
    rows = Registration.objects.visible_to(user).filter(number=number).select_related("apprentice", "package")
    return [
        Found(
            "Registration",
            f"{row.number}, {row.apprentice}",
            reverse("learner", args=[row.apprentice_id]),
            row.package.code,
        )
        for row in rows
    ]


def _bookings(user: User, number: str) -> list[Found]:
    rows = Booking.objects.visible_to(user).filter(number=number).select_related("epa__registration__apprentice")
    return [
        Found("Booking", f"{row.number}, {row.epa.registration.apprentice}", reverse("epa:booking", args=[row.pk]))
        for row in rows
    ]


def _papers(user: User, number: str) -> list[Found]:
    kinds: list[tuple[str, QuerySet[Any], str]] = [
        ("Application", Application.objects.visible_to(user), "centres:application"),
        ("Contract", Contract.objects.visible_to(user), "centres:contract"),
        ("Record of achievement", RecordOfAchievement.objects.visible_to(user), "certificates:record"),
        ("Claim", Claim.objects.visible_to(user), "certificates:claim"),
    ]
    return [
        Found(kind, row.number, reverse(name, args=[row.pk]))
        for kind, rows, name in kinds
        for row in rows.filter(number=number)
    ]
