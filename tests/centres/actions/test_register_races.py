"""A1: an import in the middle of an approval, in two real transactions: nothing stands on a fact that is being lost."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from accounts.actors import System
from accounts.models import User
from centres import actions
from centres.models import Contract, RegisterProvider
from foundation.errors import PortalError, Refused
from tests.centres import builders
from tests.centres.actions.test_races import version  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)


def first_then(first: Callable[[], object], second: Callable[[], object]) -> tuple[object, bool]:
    """``second`` begins while the transaction of ``first`` is open: how it ended, and whether it ended before that."""
    begun, outcome = threading.Event(), []

    def run() -> None:
        try:
            begun.set()
            outcome.append(second())
        except PortalError as error:
            outcome.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        first()
        thread.start()
        begun.wait(timeout=10)
        thread.join(timeout=0.7)
        early = bool(outcome)
    thread.join(timeout=30)
    return outcome[0], early


def scene(verb: str, version) -> tuple[Callable[[], object], Callable[[], object], Callable[[], bool]]:  # noqa: F811
    """The verb, the import without the centre, and whether the verb has been done."""
    centre = builders.centre()
    kept = [(row.ukprn, row.name, "Main provider", "") for row in RegisterProvider.objects.exclude(ukprn=centre.ukprn)]
    fill = [(10_900_000 + number, f"Filler {number}", "Main provider", "") for number in range(9)]
    data = builders.register_csv(kept + fill)

    def drop() -> object:
        return actions.import_register(data=data, source_name="apar.csv", by=System("test"))

    if verb == "approve":
        row = builders.application_in_review(centre, version)
        builders.decide_all(row)
        return (
            lambda: actions.approve(application=row, by=User.objects.get(pk=row.reviewer_id)),
            drop,
            Contract.objects.exists,
        )
    contract = builders.sign(builders.offered_contract(centre, version))
    office = builders.epa_team()
    return (
        lambda: actions.countersign(contract=contract, by=office),
        drop,
        Contract.objects.filter(state="in_force").exists,
    )


@pytest.mark.clause("A1", "A7", "A8")
@pytest.mark.parametrize("verb", ["approve", "countersign"])
def test_the_import_comes_first_and_the_verb_is_refused(verb, version):  # noqa: F811
    do, drop, done = scene(verb, version)
    outcome, early = first_then(drop, do)
    assert isinstance(outcome, Refused)
    assert ([problem.code for problem in outcome.problems], early, done()) == (["left_register"], False, False)


@pytest.mark.clause("A1", "A7", "A8")
@pytest.mark.parametrize("verb", ["approve", "countersign"])
def test_the_verb_comes_first_and_the_import_waits_for_it(verb, version):  # noqa: F811
    do, drop, done = scene(verb, version)
    outcome, early = first_then(do, drop)
    assert not isinstance(outcome, PortalError)
    assert (early, done()) == (False, True)
    assert RegisterProvider.objects.exclude(left_on=None).count() == 1
