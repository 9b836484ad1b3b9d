"""The demonstration plays whole: every step through a verb, against the stand-in, and twice the same from one seed."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from accounts.models import User
from apprentices.models import Apprentice, Registration
from centres.models import RegisterFetch, RegisterImport
from centres.states import FetchOutcome
from certificates.models import Claim, RecordOfAchievement
from epa.models import Result
from foundation import documents
from foundation.errors import NotAllowed
from foundation.models import AuditEvent
from imi_portal.demo import cast, plans, play
from simulators.assessment_service.process import running
from simulators.register_site import server as register_site

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LEARNERS = len(plans.CAST_BY_HAND)
STEPPED = [model for model in apps.get_models() if hasattr(model, "STEPS")]


@pytest.fixture
def stand_in(settings, tmp_path):
    with running() as service, register_site.running() as site:
        settings.REGISTER_URL = site.url
        settings.ASSESSMENT_SERVICE_URL = service.url
        settings.ASSESSMENT_SERVICE_KEY = service.key
        settings.ASSESSMENT_SERVICE_SETTLE = 1.0
        settings.VAR_DIR = tmp_path
        yield service


def states(model) -> set[str]:
    return set(model.objects.order_by().values_list("state", flat=True))


def test_a_year_in_the_life(stand_in, private_files, capsys) -> None:
    call_command("demo", learners=LEARNERS)
    assert Apprentice.objects.count() == LEARNERS
    _every_state_of_every_table_of_steps()
    while documents.render_due():  # as the worker does once the demonstration runs
        pass
    _claims_are_whole(stand_in)
    _the_register_was_fetched()
    _nothing_stands_without_its_history()
    assert all(User.objects.filter(email=email, is_active=True).exists() for _, email in cast.logins())

    before = AuditEvent.objects.count()
    call_command("demo", learners=LEARNERS)
    assert AuditEvent.objects.count() == before
    assert "it is kept" in capsys.readouterr().out


def _every_state_of_every_table_of_steps() -> None:
    """So that whoever looks finds every kind of page there is."""
    assert len(STEPPED) >= 14
    missing = {
        model.__name__: sorted(set(dict(model._meta.get_field("state").choices)) - states(model)) for model in STEPPED
    }
    assert not {name: absent for name, absent in missing.items() if absent}


def _the_register_was_fetched() -> None:
    """Every day, mostly unchanged; once the government's site was down and it came right in a later try."""
    fetched = set(RegisterFetch.objects.values_list("outcome", flat=True))
    assert fetched == {FetchOutcome.TAKEN_OVER, FetchOutcome.UNCHANGED, FetchOutcome.REFUSED}
    assert RegisterImport.objects.count() == 2


def _claims_are_whole(stand_in) -> None:
    """Every claim that went out is at the service once, with the same reference."""
    sent = dict(Claim.objects.exclude(reference="").values_list("reference", "uln"))
    held = {row["reference"]: str(row["uln"]) for row in stand_in.certificates()}
    assert sent
    assert held.items() >= sent.items()
    assert stand_in.summary()["duplicates"] == 0
    assert RecordOfAchievement.objects.filter(document__stored=None).count() == 0


def _nothing_stands_without_its_history() -> None:
    """Rows beyond their first state have an audit row that took them there: nobody inserted a state."""
    for model in STEPPED:
        first = model._meta.get_field("state").default
        for row in model.objects.exclude(state=first):
            last = AuditEvent.objects.filter(
                subject_type=model._meta.label_lower, subject_id=row.pk, to_state__gt=""
            ).latest("pk")
            assert last.to_state == row.state, row
    assert all(row.due_on > row.last_day for row in Result.objects.all())
    assert Registration.objects.filter(charge=None).count() == 0


def test_it_is_refused_in_production(settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(NotAllowed):
        play.perform(1, 1, print)
    assert not User.objects.exists()


def test_it_is_not_made_for_too_few() -> None:
    with pytest.raises(CommandError, match="at least 3"):
        call_command("demo", learners=2)
    assert not User.objects.exists()


def test_the_logins_are_one_a_role(capsys) -> None:
    call_command("demo", logins=True)
    shown = capsys.readouterr().out
    assert cast.PASSWORD in shown
    for role in (
        "Centre owner",
        "Centre staff",
        "Centre reader",
        "Centre EQA",
        "EPA team",
        "Independent assessor",
        "Finance",
        "IQA",
        "Administrator",
    ):
        assert role in shown
