"""Two at the same moment: one effect, and the other is told. Real threads on real PostgreSQL."""

import threading

import pytest
from django.db import connection

from accounts.actors import System
from apprentices import actions
from apprentices.actions import registrations
from apprentices.models import Apprentice, Registration, Upload
from centres.models import Charge
from foundation.errors import Conflict, PortalError
from standards.actions import load_version
from tests.apprentices.builders import checked_upload, learner_data, sheet, uploaded_file
from tests.centres import builders as centres
from tests.standards.fixtures import ST0071

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def version():
    return load_version(ST0071, System("test")).version


@pytest.fixture
def package(version):
    return version.packages.get(code="AS-CSS-EPA")


@pytest.fixture
def college(version):
    return centres.approved_centre(version, name="First College")


def together(*calls):
    """Run the calls at the same moment in threads of their own; what each returned or raised."""
    barrier = threading.Barrier(len(calls))
    outcomes = [None] * len(calls)

    def run(place, call):
        try:
            barrier.wait(10)
            outcomes[place] = call()
        except PortalError as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, call)) for place, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


@pytest.mark.clause("D1")
def test_two_tabs_confirm_one_upload(college, package):
    upload = checked_upload(college, package, [learner_data() for _ in range(20)])
    owner = centres.owner_of(college)

    def confirm():
        return actions.confirm_upload(upload=Upload.objects.get(pk=upload.pk), declared_by="R", by=owner)

    outcomes = together(confirm, confirm, confirm)
    assert sum(isinstance(outcome, Upload) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, PortalError) for outcome in outcomes) == 2
    assert (Registration.objects.count(), Charge.objects.count(), Apprentice.objects.count()) == (20, 20, 20)


@pytest.mark.clause("D2")
def test_two_sheets_of_the_same_learners_confirmed_together(college, package):
    content = sheet([learner_data() for _ in range(10)])
    uploads = [checked_upload(college, package, content) for _ in range(2)]
    owner = centres.owner_of(college)
    calls = [
        lambda upload=upload: actions.confirm_upload(upload=upload, declared_by="R", by=owner) for upload in uploads
    ]
    outcomes = together(*calls)
    assert sorted((one.good_count, one.known_count) for one in outcomes) == [(0, 10), (10, 0)]
    assert (Registration.objects.count(), Charge.objects.count()) == (10, 10)


@pytest.mark.clause("D2")
def test_two_people_register_one_learner(college, package):
    learner, owner = learner_data(), centres.owner_of(college)

    def register():
        return actions.register(centre=college, package=package, learner=learner, declared_by="R", by=owner)

    outcomes = together(register, register)
    assert sum(isinstance(outcome, Registration) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, PortalError) for outcome in outcomes) == 1
    assert (Registration.objects.count(), Charge.objects.count()) == (1, 1)


@pytest.mark.clause("D2")
def test_two_centres_register_one_learner(version, college, package):
    """No lock is shared by two centres: the constraint decides, and the other is told without a name."""
    other = centres.approved_centre(version, name="Second College")
    learner = learner_data()
    calls = [
        lambda at=at: actions.register(
            centre=at, package=package, learner=learner, declared_by="R", by=centres.owner_of(at)
        )
        for at in (college, other)
    ]
    outcomes = together(*calls)
    assert sum(isinstance(outcome, Registration) for outcome in outcomes) == 1
    (error,) = [outcome for outcome in outcomes if isinstance(outcome, PortalError)]
    assert "College" not in str(error)
    assert (Registration.objects.count(), Charge.objects.count()) == (1, 1)


@pytest.mark.clause("D2")
def test_without_the_lock_the_constraint_still_holds(college, package, monkeypatch):
    """The control: two registrations of one centre that do not wait for each other do meet, and one is told."""
    monkeypatch.setattr(registrations, "lock", lambda _: None)
    gate = threading.Barrier(2)
    real = registrations.register_all

    def at_once(*args):
        gate.wait(10)
        return real(*args)

    monkeypatch.setattr(registrations, "register_all", at_once)
    learner, owner = learner_data(), centres.owner_of(college)

    def register():
        return actions.register(centre=college, package=package, learner=learner, declared_by="R", by=owner)

    outcomes = together(register, register)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Registration"]
    assert any(isinstance(outcome, Conflict) for outcome in outcomes)
    assert (Registration.objects.count(), Charge.objects.count()) == (1, 1)


def test_two_workers_check_one_upload(college, package):
    actions.start_upload(
        centre=college,
        package=package,
        uploaded_file=uploaded_file(sheet([learner_data()])),
        by=centres.owner_of(college),
    )
    assert sorted(together(actions.check_due, actions.check_due)) == [0, 1]
    assert Upload.objects.get().state == "checked"
