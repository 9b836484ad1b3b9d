"""Taking catalogue files over: once, again, changed; and what may not be rewritten."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.actors import System
from accounts.states import Role
from foundation import audit
from foundation.errors import NotAllowed, Refused
from standards import actions
from standards.models import Component, GradeRow, Package, Price, StandardVersion
from tests.builders import person
from tests.standards.fixtures import ST0071

pytestmark = pytest.mark.django_db
SYSTEM = System("test")


@pytest.fixture
def changed(tmp_path: Path):
    """``changed(old, new, …)``: the file of ST0071 with words replaced, loaded."""

    def load(*pairs):
        text = ST0071.read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "changed.toml"
        path.write_text(text, encoding="utf-8")
        return actions.load_version(path, SYSTEM)

    return load


@pytest.mark.clause("A3", "A4", "B3", "C9", "C11", "E2", "E4", "F1")
def test_what_is_in_the_tables(st0071):
    assert [package.code for package in st0071.packages.all()] == ["AS-CSS-ASP", "AS-CSS-EPA"]
    assert st0071.programme_gateways.count() == 0
    assert [component.code for component in st0071.components.all()] == ["OBS", "PRJ", "DIS"]
    assert (st0071.grade_rows.count(), st0071.grade_rows.filter(confirmed=True).count()) == (27, 0)
    assert {
        "months": st0071.min_programme_months,
        "percent": st0071.min_off_the_job_percent,
        "notice": st0071.booking_notice_days,
        "late": st0071.late_cancellation_days,
        "epa": st0071.epa_months,
        "resit": st0071.resit_months,
        "result": st0071.result_working_days,
    } == {"months": 15, "percent": 20, "notice": 90, "late": 30, "epa": 3, "resit": 12, "result": 21}
    assert len(st0071.contract_terms) == 8
    assert st0071.prices.filter(example=False).count() == 0


@pytest.mark.clause("A4")
def test_a_standard_with_gateways_on_the_programme_keeps_them_in_their_order(made_up):
    gateways = made_up.programme_gateways.all()
    assert [gateway.order for gateway in gateways] == sorted(gateway.order for gateway in gateways)
    assert gateways.count() == 2
    assert all(gateway.name for gateway in gateways)


def test_again_changes_nothing(st0071):
    again = actions.load_version(ST0071, SYSTEM)
    assert (again.version, again.created, again.changed) == (st0071, [], [])
    assert audit.history(st0071).count() == 1


def test_a_changed_setting_is_taken_over(st0071, changed):
    loaded = changed(("booking_notice_days = 90", "booking_notice_days = 91"))
    st0071.refresh_from_db()
    assert (loaded.created, loaded.changed, st0071.booking_notice_days) == ([], ["version:"], 91)


def test_what_an_administrator_changed_stays(st0071, changed):
    StandardVersion.objects.update(booking_notice_days=100)
    GradeRow.objects.filter(key="DIS=pass;OBS=distinction;PRJ=distinction").update(
        overall="distinction", confirmed=True
    )
    loaded = changed(("late_cancellation_days = 30", "late_cancellation_days = 28"))
    st0071.refresh_from_db()
    assert loaded.changed == ["version:"]
    assert (st0071.booking_notice_days, st0071.late_cancellation_days) == (100, 28)
    assert GradeRow.objects.get(key="DIS=pass;OBS=distinction;PRJ=distinction").confirmed


@pytest.mark.clause("D4")
def test_a_new_price_is_a_further_line(st0071, changed):
    line = '\n[[prices]]\nkind = "maths"\namount = "55.00"\nvalid_from = 2027-01-01\nexample = true\n'
    maths = 'kind = "maths"\namount = "48.00"\nvalid_from = 2019-09-01\n'
    loaded = changed(
        (maths, maths + "valid_to = 2026-12-31\n"), ("# --- The EPA contract", line + "# --- The EPA contract")
    )
    assert loaded.created == ["price:maths/2027-01-01"]
    assert loaded.changed == ["price:maths/2019-09-01"]
    assert list(Price.objects.filter(kind="maths").values_list("amount", "valid_to").order_by("valid_from")) == [
        (Decimal("48.00"), dt.date(2026, 12, 31)),
        (Decimal("55.00"), None),
    ]


@pytest.mark.clause("D4")
def test_an_unused_price_may_be_corrected_and_a_used_one_not(st0071, changed, monkeypatch):
    pair = ('kind = "english"\namount = "48.00"', 'kind = "english"\namount = "49.00"')
    assert changed(pair).changed == ["price:english/2019-09-01"]
    monkeypatch.setattr(actions, "is_used", lambda _: True)
    with pytest.raises(Refused) as refusal:
        changed(('kind = "english"\namount = "48.00"', 'kind = "english"\namount = "50.00"'))
    assert [problem.code for problem in refusal.value.problems] == ["in_use"]
    assert Price.objects.get(kind="english").amount == Decimal("49.00")


def test_nothing_is_removed(st0071, changed):
    block = ST0071.read_text(encoding="utf-8").split("[[attainment_rules]]")[5].split("\n# ---")[0]
    changed(("[[attainment_rules]]" + block, ""))
    assert st0071.attainment_rules.count() == 5


def test_a_package_of_another_version_is_not_taken(st0071, changed):
    with pytest.raises(Refused) as refusal:
        changed(('code = "AP01"', 'code = "AP99"'))
    assert [problem.code for problem in refusal.value.problems] == ["package_taken", "package_taken"]
    assert StandardVersion.objects.count() == 1
    assert Package.objects.get(code="AS-CSS-EPA").version == st0071


def test_a_wrong_file_changes_nothing(empty_catalogue, changed):
    with pytest.raises(Refused):
        changed(("epa_months = 3", 'epa_months = "three"'))
    assert StandardVersion.objects.count() == 0


def test_people_do_not_load_files(empty_catalogue):
    with pytest.raises(NotAllowed):
        actions.load_version(ST0071, person(Role.ADMINISTRATOR))
    assert StandardVersion.objects.count() == 0


def test_used_means_that_another_storey_points_at_it(st0071):
    from apprentices.models import Upload
    from foundation.models import StoredFile

    package = Package.objects.get(code="AS-CSS-EPA")
    assert not actions.is_used(package)
    assert not actions.is_used(Component.objects.get(code="OBS"))  # its criteria and prices are of its own storey
    centre = _centre()
    stored = StoredFile.objects.create(file="x", original_name="x", content_type="x", size=1, sha256="0" * 64)
    Upload.objects.create(number="U", centre=centre, package=package, file=stored, uploaded_by=person(Role.EPA_TEAM))
    assert actions.is_used(package)


def _centre():
    from centres.models import Centre
    from tests.builders import provider

    return Centre.objects.create(organisation=provider(), number="C-1", contact_name="A", contact_email="a@example.org")


def test_command_loads_everything_and_says_so(capsys):
    call_command("load_standards")
    call_command("load_standards")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["ST9901/AP02", "ST0071/AP01"] * 2
    assert lines[2:] == ["ST9901/AP02: nothing new", "ST0071/AP01: nothing new"]


def test_command_says_what_is_wrong(tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text("standard = [", encoding="utf-8")
    with pytest.raises(CommandError, match=r"bad\.toml was not loaded"):
        call_command("load_standards", str(bad))
    with pytest.raises(CommandError, match="there is no such file"):
        call_command("load_standards", str(tmp_path / "none.toml"))
