"""A sheet of learners: checked whole, confirmed once, the same again without effect."""

import datetime as dt
from decimal import Decimal

import pytest
import xlsxwriter
from celery.exceptions import SoftTimeLimitExceeded

from accounts.states import Role
from apprentices import actions
from apprentices.models import Apprentice, Registration, Upload, UploadRow
from apprentices.rules import FIELDS
from centres.models import Charge
from foundation import audit, clock
from foundation.errors import NotAllowed, Refused, WrongState
from foundation.models import Message
from foundation.sheets import writing
from tests.apprentices.builders import (
    cells_of,
    checked_upload,
    learner_data,
    registered,
    sheet,
    uploaded_file,
)
from tests.builders import person
from tests.centres import builders as centres

pytestmark = pytest.mark.django_db
LABELS = [field.label for field in FIELDS]


def counts(upload):
    return (upload.row_count, upload.good_count, upload.known_count, upload.bad_count)


def problems(upload):
    """(row, column, code) of every problem."""
    return [
        (row.row_number, one["field"], one["code"])
        for row in UploadRow.objects.filter(upload=upload)
        for one in row.problems
    ]


def confirm(upload, declared_by="Robin Owner", by=None):
    return actions.confirm_upload(upload=upload, declared_by=declared_by, by=by or centres.owner_of(upload.centre))


@pytest.mark.clause("D1", "D4")
def test_from_sheet_to_registrations(centre, epa_package):
    learners = [learner_data(family_name=name) for name in ("Ash", "Birch", "Cedar")]
    upload = checked_upload(centre, epa_package, learners)
    assert (upload.state, counts(upload), upload.problems) == ("checked", (3, 3, 0, 0), [])
    assert Registration.objects.count() == 0
    done = confirm(upload)
    assert (done.state, done.declared_by, counts(done)) == ("registered", "Robin Owner", (3, 3, 0, 0))
    rows = Registration.objects.order_by("pk").select_related("apprentice__employer", "charge")
    assert [row.apprentice.family_name for row in rows] == ["Ash", "Birch", "Cedar"]
    assert {row.upload_id for row in rows} == {upload.pk}
    assert [row.charge.amount for row in rows] == [Decimal("640.00")] * 3
    assert [row.charge.about_id for row in rows] == [row.pk for row in rows]
    assert len({row.number for row in rows}) == 3
    assert len({row.apprentice.employer_id for row in rows}) == 1
    assert rows[0].apprentice.date_of_birth == learners[0].date_of_birth
    assert [event.verb for event in audit.history(upload)] == ["confirm", "finish_check", "upload"]
    kinds = list(Message.objects.filter(kind__startswith="apprentices").values_list("kind", flat=True).order_by("pk"))
    assert kinds == ["apprentices.upload_checked", "apprentices.upload_registered"]
    summary = Message.objects.get(kind="apprentices.upload_registered")
    assert "3 learners have been registered on AS-CSS-EPA for £1,920.00." in summary.text
    assert "Ash" not in summary.text


@pytest.mark.clause("D1")
def test_every_problem_by_row_and_column(centre, epa_package):
    good = learner_data()
    rows = [
        good,
        cells_of(learner_data()) | {"uln": "1.23E+09", "email": "nobody"},
        cells_of(learner_data()) | {"date_of_birth": "32 December 2001"},
        cells_of(learner_data()) | {"given_names": "", "programme_start_on": "01/01/2099", "planned_end_on": ""},
        cells_of(learner_data()) | {"programme_start_on": "01/01/2099", "planned_end_on": ""},
        good,
        cells_of(learner_data()) | {"uln": "9999999999"},
        learner_data(date_of_birth=dt.date(clock.today().year - 14, 1, 1)),
    ]
    upload = checked_upload(centre, epa_package, rows)
    assert problems(upload) == [
        (3, "uln", "destroyed"),
        (3, "email", "not_an_email"),
        (4, "date_of_birth", "no_such_day"),
        (5, "given_names", "missing"),
        (6, "programme_start_on", "starts_later"),
        (7, "uln", "uln_twice"),
        (8, "uln", "uln_temporary"),
        (9, "date_of_birth", "unusual_age"),
    ]
    assert counts(upload) == (8, 2, 0, 6)
    confirm(upload)
    assert Registration.objects.count() == 2


@pytest.mark.clause("D1", "D2")
def test_the_same_file_twice_changes_nothing(centre, epa_package):
    content = sheet([learner_data(), learner_data()])
    confirm(checked_upload(centre, epa_package, content))
    again = checked_upload(centre, epa_package, content)
    assert counts(again) == (2, 0, 2, 0)
    confirm(again)
    assert (Registration.objects.count(), Charge.objects.count(), Apprentice.objects.count()) == (2, 2, 2)
    assert "2 were registered already" in Message.objects.filter(kind="apprentices.upload_registered").last().text


@pytest.mark.clause("D2")
def test_two_uploads_of_one_file_confirmed_one_after_the_other(centre, epa_package):
    """Both were checked before either was confirmed: the second finds that everything is known by then."""
    content = sheet([learner_data(), learner_data()])
    first, second = (checked_upload(centre, epa_package, content) for _ in range(2))
    assert counts(second) == (2, 2, 0, 0)
    confirm(first)
    assert counts(confirm(second)) == (2, 0, 2, 0)
    assert Registration.objects.count() == 2


@pytest.mark.clause("D2")
def test_registered_elsewhere_since_the_check(centre, epa_package, st0071):
    learners = [learner_data(), learner_data()]
    upload = checked_upload(centre, epa_package, learners)
    registered(centres.approved_centre(st0071), epa_package, uln=learners[0].uln)
    assert counts(confirm(upload)) == (2, 1, 0, 1)
    assert problems(upload) == [(2, "uln", "registered_elsewhere")]
    assert [row.uln for row in Registration.objects.filter(upload=upload)] == [learners[1].uln]


@pytest.mark.clause("D2")
def test_known_learners_of_the_centre_and_of_others(centre, epa_package, st0071):
    here, there = registered(centre, epa_package), learner_data()
    registered(centres.approved_centre(st0071, name="Other College"), epa_package, uln=there.uln)
    rows = [learner_data(uln=here.uln), there, learner_data(uln=here.uln, family_name="Brown"), learner_data()]
    upload = checked_upload(centre, epa_package, rows)
    assert counts(upload) == (4, 1, 0, 3)
    assert [code for _, _, code in problems(upload)] == [
        "uln_twice",
        "registered_elsewhere",
        "uln_twice",
        "uln_other_person",
    ]
    assert "Other College" not in str(list(UploadRow.objects.values_list("problems", flat=True)))


@pytest.mark.clause("D3", "A8", "D4")
def test_confirming_looks_at_everything_again(centre, epa_package):
    upload = checked_upload(centre, epa_package, [learner_data()])
    with pytest.raises(Refused) as refusal:
        confirm(upload, declared_by=" ")
    assert [one.code for one in refusal.value.problems] == ["not_declared"]
    centres.leave_register(centre.ukprn)
    with pytest.raises(Refused) as refusal:
        confirm(upload)
    assert [one.clause for one in refusal.value.problems] == ["A1"]
    upload.refresh_from_db()
    assert (upload.state, Registration.objects.count()) == ("checked", 0)


def test_who_may(centre, epa_package):
    upload = checked_upload(centre, epa_package, [learner_data()])
    outsider = centres.owner_of(centres.centre("Elsewhere"))
    for who in (person(Role.CENTRE_READER, centre.organisation), outsider, centres.epa_team()):
        with pytest.raises(NotAllowed):
            confirm(upload, by=who)
        with pytest.raises(NotAllowed):
            actions.discard_upload(upload=upload, by=who)
        with pytest.raises(NotAllowed):
            actions.start_upload(
                centre=centre, package=epa_package, uploaded_file=uploaded_file(sheet([learner_data()])), by=who
            )


@pytest.mark.clause("A8")
def test_without_a_contract_nothing_is_kept(epa_package):
    made = centres.centre()
    with pytest.raises(Refused) as refusal:
        checked_upload(made, epa_package, [learner_data()])
    assert [one.code for one in refusal.value.problems] == ["no_contract"]
    assert Upload.objects.count() == 0


def test_discard(centre, epa_package):
    upload = checked_upload(centre, epa_package, [learner_data()])
    actions.discard_upload(upload=upload, by=centres.owner_of(centre))
    with pytest.raises(WrongState):
        confirm(upload)
    assert Registration.objects.count() == 0


@pytest.mark.clause("D1")
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00" + b"\x00" * 200, "learners.xlsx"),
        (b"%PDF-1.4 nothing", "learners.xlsx"),
        (b"", "learners.csv"),
    ],
)
def test_what_is_no_sheet_is_refused_at_once(centre, epa_package, content, name):
    with pytest.raises(Refused):
        checked_upload(centre, epa_package, content, name=name)
    assert Upload.objects.count() == 0


def csv(*lines):
    return ("\r\n".join(lines) + "\r\n").encode()


@pytest.mark.clause("D1")
@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (csv(",".join(LABELS)), {"no_rows"}),
        (csv("Colour,Shape", "red,round"), {"no_header"}),
        (csv("ULN,Given names,Surname,DOB,Employer", "1061484016,A,B,28/02/2001,H"), {"column_missing"}),
        (csv("ULN,Learner ULN," + ",".join(LABELS[1:]), "1,2"), {"column_twice"}),
    ],
)
def test_unreadable(centre, epa_package, content, codes):
    upload = checked_upload(centre, epa_package, content, name="learners.csv")
    assert upload.state == "unreadable"
    assert {one["code"] for one in upload.problems} == codes
    assert Message.objects.filter(kind="apprentices.upload_unreadable").count() == 1
    actions.discard_upload(upload=upload, by=centres.owner_of(centre))


@pytest.mark.clause("D1")
def test_headers_in_other_words_and_order(centre, epa_package):
    content = csv(
        "Learners 2026,,,,,,",
        "SURNAME,forename(s),D.O.B.,Unique Learner Number,Company,Start date,Shoe size",
        "Lee,Jordan,28/02/2001,1061484016,Hertford Motors,02/09/2024,41",
        ",,,,,,",
        "Ray,Kim,01/03/2000,9276308686,Hertford Motors,2 Sep 2024,40",
    )
    upload = checked_upload(centre, epa_package, content, name="learners.csv")
    assert (counts(upload), upload.problems) == ((2, 2, 0, 0), [])
    confirm(upload)
    assert list(Apprentice.objects.values_list("uln", "family_name", "programme_start_on").order_by("pk")) == [
        ("1061484016", "Lee", dt.date(2024, 9, 2)),
        ("9276308686", "Ray", dt.date(2024, 9, 2)),
    ]


@pytest.mark.clause("D1")
def test_formulas_are_not_data(centre, epa_package, tmp_path):
    path = tmp_path / "formula.xlsx"
    cells = cells_of(learner_data())
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, LABELS)
        for place, field in enumerate(FIELDS):
            value = cells[field.key]
            page.write_string(1, place, f"{value:%d/%m/%Y}" if isinstance(value, dt.date) else str(value))
        page.write_formula(1, 2, '="Le"&"e"', value="Lee")
    upload = checked_upload(centre, epa_package, path.read_bytes())
    assert problems(upload) == [(2, "family_name", "formula")]
    assert "C2 holds a formula" in UploadRow.objects.get().problems[0]["message"]


def test_text_that_begins_like_a_formula_stays_text(centre, epa_package):
    upload = checked_upload(centre, epa_package, [learner_data(employer_name="=HYPERLINK(1)")])
    confirm(upload)
    assert Apprentice.objects.get().employer.name == "=HYPERLINK(1)"


def test_a_worker_that_dies_leaves_the_upload_to_the_next(centre, epa_package, at, monkeypatch):
    from apprentices.actions import uploads

    content = uploaded_file(sheet([learner_data()]))
    upload = actions.start_upload(
        centre=centre, package=epa_package, uploaded_file=content, by=centres.owner_of(centre)
    )

    def die(*_args, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(uploads, "read", die)
        with pytest.raises(KeyboardInterrupt):
            actions.check_due()
    assert actions.check_due() == 0  # the lease still runs
    at(clock.now() + dt.timedelta(minutes=6))
    assert actions.check_due() == 1
    upload.refresh_from_db()
    assert (upload.state, upload.attempts) == ("checked", 2)
    assert actions.check_due() == 0


def test_a_task_whose_time_is_up_ends(centre, epa_package, monkeypatch):
    from apprentices.actions import uploads

    upload = actions.start_upload(
        centre=centre,
        package=epa_package,
        uploaded_file=uploaded_file(sheet([learner_data()])),
        by=centres.owner_of(centre),
    )

    def slow(*_args, **_options):
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(uploads, "read", slow)
    with pytest.raises(SoftTimeLimitExceeded):
        actions.check_due()
    upload.refresh_from_db()
    assert (upload.last_error, upload.lease is not None) == ("", True)


def test_a_fault_of_ours_puts_the_upload_back(centre, epa_package, at, monkeypatch):
    from apprentices.actions import uploads

    upload = actions.start_upload(
        centre=centre,
        package=epa_package,
        uploaded_file=uploaded_file(sheet([learner_data()])),
        by=centres.owner_of(centre),
    )
    with monkeypatch.context() as broken:
        broken.setattr(uploads.sheets, "understand", lambda *_: 1 / 0)
        assert actions.check_due() == 1
    upload.refresh_from_db()
    assert (upload.state, upload.last_error, upload.lease) == ("checking", "ZeroDivisionError", None)
    at(clock.now() + dt.timedelta(hours=1))
    assert actions.check_due() == 1
    upload.refresh_from_db()
    assert upload.state == "checked"


def test_a_lost_lease_writes_nothing(centre, epa_package, monkeypatch):
    from apprentices.actions import uploads

    upload = actions.start_upload(
        centre=centre,
        package=epa_package,
        uploaded_file=uploaded_file(sheet([learner_data()])),
        by=centres.owner_of(centre),
    )
    real = uploads.read

    def slow(*args, **options):
        Upload.objects.filter(pk=upload.pk).update(lease="00000000-0000-0000-0000-000000000001")
        return real(*args, **options)

    monkeypatch.setattr(uploads, "read", slow)
    actions.check_due()
    upload.refresh_from_db()
    assert (upload.state, UploadRow.objects.count()) == ("checking", 0)


def test_statements_do_not_grow_with_the_rows(centre, epa_package, django_assert_max_num_queries):
    for size in (3, 40):
        upload = checked_upload(centre, epa_package, [learner_data() for _ in range(size)])
        with django_assert_max_num_queries(45):
            confirm(upload)


def test_dates_of_every_kind_reach_the_table(centre, epa_package):
    rows = [
        cells_of(learner_data()) | {"date_of_birth": written}
        for written in ("28/02/2001", "2001-02-28", "28 February 2001", dt.date(2001, 2, 28), 36950)
    ]
    confirm(checked_upload(centre, epa_package, rows))
    assert set(Apprentice.objects.values_list("date_of_birth", flat=True)) == {dt.date(2001, 2, 28)}


def test_layout_of_the_builder_is_the_template():
    assert writing.csv_text([], LABELS).startswith("ULN,Given names,Family name,Date of birth")
