"""A sheet of learners: kept, checked by a worker as a whole, confirmed or discarded by the centre (D1–D4)."""

import logging
from collections.abc import Mapping, Sequence

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.access import require
from accounts.actors import System
from accounts.models import User
from accounts.states import CENTRE_WRITERS
from apprentices import notices, queries, rules, sheets
from apprentices.actions.registrations import Order, lock, order_problems, register_all
from apprentices.models import Registration, Upload, UploadRow
from apprentices.rules import CheckedRow, LearnerData, ReadRow
from apprentices.rules.columns import Reading
from apprentices.states import UploadState
from centres import queries as centre_queries
from centres.models import Centre
from foundation import audit, clock, files, outbox, references, work
from foundation.caged import kinds
from foundation.errors import Problem, Refused, refuse_if
from foundation.sheets import read
from foundation.workflow import guard, move
from standards.models import Package

log = logging.getLogger(__name__)
CHECKER = System("upload check")
BATCH = 2_000
TAKEN = frozenset({kinds.XLSX, kinds.CSV})  # what the page offers and the reader of sheets reads


class LostLease(Exception):
    """Another worker has taken the upload meanwhile; what this one found is thrown away."""


def start_upload(*, centre: Centre, package: Package, uploaded_file: UploadedFile, by: User) -> Upload:
    """Keep the file and have it checked. Raises NotAllowed, or Refused: the gate is shut, the file is no sheet."""
    require(by, CENTRE_WRITERS, centre, "register apprentices")
    today = clock.today()
    refuse_if(centre_queries.registration_problems(centre, package, today))
    stored = files.store(uploaded_file, by=by, kinds=TAKEN)
    with transaction.atomic():
        upload = Upload.objects.create(
            number=references.next_number(f"UPL-{today:%y}"),
            centre=centre,
            package=package,
            file=stored,
            uploaded_by=by,
            uploaded_at=clock.now(),
        )
        facts = {"package": package.code, "sha256": stored.sha256, "size": stored.size}
        audit.record(upload, "upload", by=by, to_state=upload.state, facts=facts)
        outbox.wake("apprentices.check_uploads")
    return upload


def check_due(limit: int = 2) -> int:
    """For workers: check uploads that wait; how many were taken. One that fails comes back, then waits for a person."""
    taken = 0
    for upload in work.one_by_one(Upload.objects.filter(state=UploadState.CHECKING), limit):
        taken += 1
        try:
            _check(Upload.objects.select_related("centre", "package__version", "file").get(pk=upload.pk))
        except LostLease:
            log.warning("upload %s was taken over by another worker", upload.pk)
        except SoftTimeLimitExceeded:  # the task has to end; the lease runs out and another worker takes it up
            raise
        except Exception as error:
            log.exception("upload %s was not checked", upload.pk)
            work.put_back(upload, type(error).__name__)
    return taken


def _check(upload: Upload) -> None:
    """Read the file in the cage, holding no transaction; then write all that was found at once."""
    try:
        table = read(files.path_of(upload.file), name_hint=upload.file.original_name)
    except Refused as refusal:
        _refuse(upload, refusal.problems)
        return
    reading = Reading(exempt_prefix=settings.SANDBOX_ULN_PREFIX, date1904=table.date1904)
    sheet = sheets.understand(table, reading)
    if sheet.problems:
        _refuse(upload, list(sheet.problems))
        return
    _write(upload, sheet)


def _refuse(upload: Upload, problems: list[Problem]) -> None:
    with transaction.atomic():
        _finish(upload)
        stored = [problem.as_dict() for problem in problems]
        move(upload, "refuse", by=CHECKER, changes={"problems": stored}, facts={"problems": len(stored)})
        notices.upload_unreadable(upload)


def _write(upload: Upload, sheet: sheets.ReadSheet) -> None:
    checked = check_rows(upload, sheet.rows)
    cells = sheet.cells or {}
    counts = _counts(checked)
    price = queries.package_price(upload.package, clock.today())
    problems = centre_queries.registration_problems(upload.centre, upload.package, clock.today())
    problems += rules.price_problems(upload.package.code, has_price=price is not None)
    with transaction.atomic():
        _finish(upload)
        UploadRow.objects.filter(upload=upload).delete()
        UploadRow.objects.bulk_create(
            (_row(upload, row, cells.get(row.number, {})) for row in checked), batch_size=BATCH
        )
        changes = {**counts, "problems": [problem.as_dict() for problem in problems]}
        move(upload, "finish_check", by=CHECKER, changes=changes, facts=counts)
        notices.upload_checked(upload)


def _finish(upload: Upload) -> None:
    if not work.finish(upload):
        raise LostLease


def _row(upload: Upload, row: CheckedRow, cells: Mapping[str, str]) -> UploadRow:
    return UploadRow(
        upload=upload,
        row_number=row.number,
        cells=dict(cells),
        values=row.learner.as_json() if row.learner else {},
        problems=[problem.as_dict() for problem in row.problems],
        known=row.known,
        is_bad=row.is_bad,
    )


def _counts(rows: list[CheckedRow]) -> dict[str, int]:
    """Rows in = good + known + bad, for every file."""
    return {
        "row_count": len(rows),
        "good_count": sum(row.is_good for row in rows),
        "known_count": sum(row.known and not row.is_bad for row in rows),
        "bad_count": sum(row.is_bad for row in rows),
    }


def check_rows(upload: Upload, rows: Sequence[ReadRow]) -> list[CheckedRow]:
    """All checks of all rows, with what is known at this moment."""
    today, months = clock.today(), upload.package.version.min_programme_months
    looked = [
        ReadRow(row.number, row.learner, (*row.problems, *rules.learner_problems(row.learner, today, months)))
        if row.learner
        else row
        for row in rows
    ]
    ulns = {row.learner.uln for row in looked if row.learner}
    return rules.check_file(looked, queries.known(upload.centre, upload.package, ulns))


def confirm_upload(*, upload: Upload, declared_by: str, by: User) -> Upload:
    """Register every good row, in one transaction, after looking at gate, price and what is known once more.

    Confirmed twice it registers once: the second gets WrongState or Conflict. Rows that have become known or bad since
    the check are counted as such and not registered. Raises Refused, NotAllowed, WrongState, Conflict.
    """
    guard(upload, "confirm", by)
    with transaction.atomic():
        lock(upload.centre)
        upload = (
            Upload.objects.select_for_update(of=("self",))
            .select_related("centre", "package__version")
            .get(pk=upload.pk)
        )
        guard(upload, "confirm", by)
        price = queries.package_price(upload.package, clock.today())
        refuse_if(order_problems(upload.centre, upload.package, price, declared_by))
        assert price is not None  # noqa: S101 - for the type checker: refused otherwise
        learners = _look_again(upload)
        made = register_all(Order(upload.centre, upload.package, price, declared_by, by, upload), learners)
        name = declared_by.strip()[:150]
        changes = {**_counts_of(upload), "confirmed_at": clock.now(), "declared_by": name}
        facts = {"registered": len(made), "price": str(price.amount), "declared_by": name}
        move(upload, "confirm", by=by, changes=changes, facts=facts)
        notices.upload_registered(upload, price.amount * len(made))
    return upload


def _look_again(upload: Upload) -> list[LearnerData]:
    """The learners to register: the good rows less those that meanwhile became known or bad, whose rows are changed."""
    stored = {row.row_number: row for row in queries.good_rows(upload)}
    again = check_rows(upload, [ReadRow(number, LearnerData.from_json(row.values)) for number, row in stored.items()])
    changed = []
    for row in again:
        if not row.is_good:
            kept = stored[row.number]
            kept.known, kept.is_bad = row.known, row.is_bad
            kept.problems = [problem.as_dict() for problem in row.problems]
            changed.append(kept)
    UploadRow.objects.bulk_update(changed, ["known", "is_bad", "problems"], batch_size=BATCH)
    return [row.learner for row in again if row.is_good and row.learner is not None]


def _counts_of(upload: Upload) -> dict[str, int]:
    rows = UploadRow.objects.filter(upload=upload)
    bad = rows.filter(is_bad=True).count()
    known = rows.filter(is_bad=False, known=True).count()
    return {"bad_count": bad, "known_count": known, "good_count": Registration.objects.filter(upload=upload).count()}


def discard_upload(*, upload: Upload, by: User) -> Upload:
    """Put the upload aside: nothing of it is registered. Raises as ``move`` does."""
    with transaction.atomic():
        move(upload, "discard", by=by)
    return upload
