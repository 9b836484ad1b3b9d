"""Lists: filtered, searched, sorted, exported exactly as shown, in a constant number of statements."""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.actors import System
from accounts.states import Role
from centres import actions
from centres.states import ChargeKind
from tests import builders as people
from tests.centres import builders
from tests.centres.views.scenes import client_of

pytestmark = pytest.mark.django_db


def exported(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def names(response) -> list[str]:
    return [str(row) for row in response.context["page_obj"]]


@pytest.fixture
def office(db):
    return client_of(builders.epa_team())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Alder College", "Birch Training"]),
        ({"sort": "-organisation__name"}, ["Birch Training", "Alder College"]),
        ({"q": "alder"}, ["Alder College"]),
        ({"q": "10200777"}, ["Birch Training"]),
        ({"q": "birch alder"}, []),
        ({"contract": "in_force"}, ["Alder College"]),
        ({"sort": "organisation__kind"}, ["Alder College", "Birch Training"]),  # no column sorts by that
    ],
)
def test_centres(office, st0071, query, found):
    builders.contract_in_force(builders.centre("Alder College"), st0071)
    builders.centre("Birch Training", 10_200_777)
    assert names(office.get(reverse("centres:list"), query)) == found


def test_the_export_is_what_is_shown(office):
    builders.centre("Alder College", 10_200_776)
    builders.centre("=Birch", 10_200_777)
    response = office.get(reverse("centres:list"), {"q": "birch", "export": "csv"})
    rows = exported(response)
    assert rows[0] == ["Centre", "Number", "UKPRN", "Town", "Centre since"]
    assert [row[0] for row in rows[1:]] == ["'=Birch"]  # never a formula
    assert response["Content-Disposition"] == 'attachment; filename="centres.csv"'
    book = office.get(reverse("centres:list"), {"export": "xlsx"})
    assert book.content[:2] == b"PK"


def test_a_centre_sees_and_exports_only_its_own(st0071):
    mine, other = builders.centre("Mine"), builders.centre("Other")
    for centre in (mine, other):
        builders.contract_in_force(centre, st0071)
        actions.charge(
            centre=centre,
            kind=ChargeKind.RESIT,
            description=f"of {centre}",
            amount=Decimal("1.00"),
            about=centre,
            by=System("test"),
        )
    owner = client_of(builders.owner_of(mine))
    for name in ("list", "applications", "contracts", "charges"):
        for kind in ("", "csv"):
            response = owner.get(reverse(f"centres:{name}"), {"export": kind})
            assert "Other" not in response.content.decode(), name
            assert "Mine" in response.content.decode(), name


@pytest.mark.parametrize("name", ["list", "applications", "contracts", "charges", "register"])
def test_more_rows_take_no_more_statements(st0071, office, name, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def make() -> None:
        centre = builders.centre()
        builders.contract_in_force(centre, st0071)
        actions.charge(
            centre=centre, kind=ChargeKind.RESIT, description="x", amount=Decimal("1.00"), about=centre, by=System("t")
        )

    make()
    where = reverse(f"centres:{name}")
    office.get(where)
    with CaptureQueriesContext(
        connection,
    ) as one:
        office.get(where)
    make()
    make()
    with django_assert_num_queries(len(one)):
        office.get(where)


def test_fifty_a_page(office):
    rows = [(10_300_000 + n, f"Provider {n:03}", "Main provider", "") for n in range(60)]
    actions.import_register(data=builders.register_csv(rows), source_name="apar.csv", by=System("test"))
    first = office.get(reverse("centres:register"))
    second = office.get(reverse("centres:register"), {"page": 2})
    assert [len(page.context["page_obj"].object_list) for page in (first, second)] == [50, 10]
    found = office.get(reverse("centres:register"), {"q": "provider 042"})
    assert names(found) == ["10300042 Provider 042"]


def test_an_empty_list_says_what_to_do_next(office):
    page = office.get(reverse("centres:contracts")).content.decode()
    assert "No contracts yet" in page
    assert "A contract is issued when an application is approved." in page


@pytest.mark.clause("D4")
def test_the_account_adds_up_what_it_shows(st0071):
    centre = builders.centre()
    for kind, amount in ((ChargeKind.REGISTRATION, "450.00"), (ChargeKind.RESIT, "160.50")):
        actions.charge(
            centre=centre, kind=kind, description=kind.label, amount=Decimal(amount), about=centre, by=System("test")
        )
    owner = client_of(builders.owner_of(centre))
    where = reverse("centres:account", kwargs={"pk": centre.pk})
    assert "£610.50" in owner.get(where).content.decode()
    only = owner.get(where, {"kind": "resit"})
    assert only.context["total"] == Decimal("160.50")
    rows = exported(owner.get(where, {"export": "csv"}))
    assert [row[2:5] for row in rows] == [
        ["Kind", "For", "Amount"],
        ["Resit or retake", "Resit or retake", "160.50"],
        ["Registration", "Registration", "450.00"],
    ]


@pytest.mark.parametrize("name", ["list", "applications", "contracts", "charges", "register"])
def test_an_empty_list_blames_a_filter_only_where_one_is_set(name):
    """Finance sees the charges, the EPA team the rest; nothing is there yet."""
    client = client_of(people.person(Role.FINANCE) if name == "charges" else builders.epa_team())
    blame = "Change or clear the filter."
    where = reverse(f"centres:{name}")
    assert blame not in client.get(where).content.decode()
    assert blame not in client.get(where, {"q": "", "sort": "number", "page": "2"}).content.decode()
    assert blame in client.get(where, {"q": "nobody"}).content.decode()
