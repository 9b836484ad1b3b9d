"""Every check of the architecture finds the violation it is there for; bin/test runs it over the project itself."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_architecture", PROJECT / "bin" / "check_architecture.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


check_architecture = _load()
MODEL = "class Booking:\n    pass\n"
LONG_FUNCTION = "def long():\n" + "    print()\n" * 40
VIOLATIONS = [
    ("foundation/work.py", "import epa.models", "a storey above it"),
    ("centres/actions.py", "from apprentices import actions", "a storey above it"),
    ("epa/tasks.py", "from simulators.assessment_service import faults", "demonstration and the tests only"),
    ("epa/models.py", "from tests.builders import centre", "demonstration and the tests only"),
    ("epa/rules.py", "from . import queries", "a room that comes after it"),
    ("epa/queries.py", "from epa import actions", "a room that comes after it"),
    ("epa/models/bookings.py", "from ..views import page", "a room that comes after it"),
    ("epa/queries/lists.py", "from epa.views.bookings import page", "a room that comes after it"),
    ("epa/utils.py", "", "name it for what it knows"),
    ("epa/views/helpers.py", "", "name it for what it knows"),
    ("epa/common/fees.py", "", "name it for what it knows"),
    ("epa/actions.py", "@receiver(saved)\ndef react():\n    pass", "no @receiver"),
    ("epa/actions.py", "@dispatch.receiver(saved)\ndef react():\n    pass", "no @receiver"),
    ("epa/actions.py", "from django.db.models.signals import post_save", "no model signals"),
    ("epa/actions.py", "booking.state = 'held'", "writes a state"),
    ("epa/actions.py", "booking.fee, booking.state = 1, 'held'", "writes a state"),
    ("epa/actions.py", "Booking.objects.filter(pk=1).update(state='held')", "writes a state"),
    ("epa/actions.py", "Booking.objects.create(state='held')", "writes a state"),
    ("epa/actions.py", "Booking.objects.get_or_create(pk=1, defaults={'state': 'held'})", "writes a state"),
    ("epa/actions.py", "Booking.objects.bulk_update(rows, ['state'])", "writes a state"),
    ("epa/actions.py", "Booking(state='held')", "writes a state"),
    ("epa/actions.py", "Booking(**{'state': 'held'})", "writes a state"),
    ("epa/actions.py", "setattr(booking, 'state', 'held')", "writes a state"),
    ("imi_portal/demo/bookings.py", "booking.state = 'held'", "writes a state"),
    ("epa/rules.py", "from django.conf import settings", "values come in instead"),
    ("epa/rules.py", "from django.db.models import Q", "values come in instead"),
    ("epa/rules.py", "from standards.models import Standard", "values come in instead"),
    ("epa/rules/fees.py", "from standards import models", "values come in instead"),
    ("epa/rules.py", "from foundation.clock import today", "asks for the date"),
    ("epa/rules.py", "from foundation import clock\nclock.now()", "asks for the date"),
    ("epa/actions.py", "import datetime as dt\ndt.datetime.now(dt.UTC)", "from foundation.clock only"),
    ("epa/actions.py", "from datetime import date\ndate.today()", "from foundation.clock only"),
    ("epa/models.py", "from django.utils import timezone\ntimezone.now", "from foundation.clock only"),
    ("epa/models.py", "from django.utils.timezone import now", "from foundation.clock only"),
    ("epa/models.py", "made = DateTimeField(auto_now_add=True)", "from foundation.clock only"),
    ("epa/queries.py", "x = 1\n" * 401, "401 code lines"),
    ("bin/long.py", LONG_FUNCTION, "long has 41 lines"),
    ("epa/actions.py", "def act():\n    import json", "needs a comment"),
    ("epa/actions.py", "def act():\n    import json  # noqa: PLC0415", "needs a comment"),
]
ALLOWED = [
    ("imi_portal/urls.py", "from epa.urls import patterns"),
    ("epa/views/bookings.py", "from . import lists\nfrom .. import actions, queries\nfrom epa.forms import Form"),
    ("epa/actions.py", "if booking.state == 'held':\n    pass\nBooking.objects.filter(state='held')"),
    ("epa/actions.py", "When(state='held')\nProblem(state='held')"),
    ("foundation/workflow.py", "row.state = 'held'"),
    ("simulators/assessment_service/store.py", "record.state = 'submitted'"),
    ("foundation/clock.py", "import datetime as dt\ndt.datetime.now(dt.UTC)"),
    ("epa/rules.py", "from foundation import clock\nclock.london_date(instant)"),
    ("epa/rules.py", "from . import states\nfrom standards import rules\nfrom foundation.errors import Problem"),
    ("epa/queries.py", "x = 1\n" * 400 + "# a comment\n\n" * 50),
    ("epa/actions.py", "def act():\n    import json  # noqa: PLC0415 - heavy, and only one in a thousand needs it"),
    ("epa/migrations/0001_initial.py", "from django.utils import timezone\ntimezone.now\nrow.state = 'held'"),
    ("tests/epa/test_bookings.py", "booking.state = 'held'"),
]


def _findings(root: Path, path: str, text: str) -> list[str]:
    for name, content in (("epa/models/kept.py", MODEL), (path, text)):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    return check_architecture.findings(root)


@pytest.mark.parametrize(("path", "text", "message"), VIOLATIONS)
def test_a_planted_violation_is_found(tmp_path, path, text, message):
    found = _findings(tmp_path, path, text)
    assert len(found) == 1, found
    assert found[0].startswith(f"{path}:")
    assert message in found[0]


@pytest.mark.parametrize(("path", "text"), ALLOWED)
def test_what_is_allowed_passes(tmp_path, path, text):
    assert _findings(tmp_path, path, text) == []


def test_every_storey_is_there():
    """A renamed folder would otherwise be checked no more, in silence."""
    assert [name for name in check_architecture.STOREYS if not (PROJECT / name / "__init__.py").exists()] == []
