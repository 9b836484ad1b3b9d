"""What the service stores: one record for a learner's EPA and certificate on a standard, and where it stands.

The file named by ``--state`` holds the records and the learners added while running; it is replaced in one step, so a
kill in the middle leaves the older one.
"""

import dataclasses
import datetime as dt
import json
import os
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DRAFT, READY, SUBMITTED, DELETED = "Draft", "Ready", "Submitted", "Deleted"
SENT_TO_PRINTER, PRINTED, DELIVERED = "SentToPrinter", "Printed", "Delivered"
NOT_DELIVERED, REPRINT = "NotDelivered", "Reprint"
PRINT_STATUSES = (SENT_TO_PRINTER, PRINTED, DELIVERED, NOT_DELIVERED, REPRINT)
FAIL = "Fail"
FIRST_NUMBER = 13001


@dataclass
class Record:
    """An EPA record, and once graded a certificate. Times are ISO text in UTC; ``contact`` uses the API's names."""

    reference: str
    uln: int
    standard_code: int
    owner_ukprn: int
    status: str = DRAFT
    given_names: str = ""
    family_name: str = ""
    version: str = ""
    option: str | None = None
    grade: str | None = None
    achieved: str | None = None
    start: str = ""
    provider_name: str = ""
    provider_ukprn: int = 0
    contact: dict[str, str | None] = field(default_factory=dict)
    epas: list[dict[str, Any]] = field(default_factory=list)
    created_at: str = ""
    submitted_at: str | None = None
    printed_at: str | None = None
    printed_batch: int | None = None
    delivered_at: str | None = None
    history: list[str] = field(default_factory=list)

    @property
    def is_deleted(self) -> bool:
        """Whether it counts as none, though its reference would come back with it."""
        return self.status == DELETED

    @property
    def is_epa_only(self) -> bool:
        """A draft without a grade: an EPA was reported and no certificate asked for."""
        return self.status == DRAFT and not self.grade

    @property
    def is_recorded_fail(self) -> bool:
        """A fail stored as submitted, never printed, and open to a later pass."""
        return self.status == SUBMITTED and self.grade == FAIL

    @property
    def latest_epa(self) -> dict[str, Any] | None:
        """The last attempt by date, or None."""
        return max(self.epas, key=lambda epa: epa["epaDate"], default=None)

    @property
    def shown_status(self) -> str:
        """The stored status, or ``Ready`` for a draft with everything that the service counts.

        It does not count the organisation, nor address line 1; submit does ask for both.
        """
        complete = (
            self.reference and self.standard_code and self.version and self.contact.get("contactName")
            and self.contact.get("city") and self.contact.get("postCode") and self.family_name
            and 1_000_000_000 < self.uln < 9_999_999_999 and self.grade and self.achieved
        )  # fmt: skip
        return READY if self.status == DRAFT and complete else self.status


class Store:
    """The records. Take ``lock`` around a check and the change that rests on it."""

    def __init__(self, path: Path | None = None, *, guard: bool = True) -> None:
        """``guard`` off lets a second record arise for the same ULN and standard, so that a caller's error shows."""
        self.lock = threading.RLock()
        self.guard = guard
        self.records: list[Record] = []
        self.added_learners: list[dict[str, Any]] = []
        self._path = path
        self._next = FIRST_NUMBER
        if path is not None and path.exists():
            self._load(json.loads(path.read_text(encoding="utf-8")))

    def find(self, uln: int, code: int, reference: str | None = None) -> Record | None:
        """The record of a ULN and standard; among duplicates the one of that reference, else the newest live one."""
        found = [record for record in self.records if (record.uln, record.standard_code) == (uln, code)]
        found.sort(key=lambda record: (record.reference == reference, not record.is_deleted))
        return found[-1] if found else None

    def by_reference(self, reference: str) -> Record | None:
        """The record of a reference, or None."""
        return next((record for record in self.records if record.reference == reference), None)

    def new(self, uln: int, code: int, owner_ukprn: int, now: dt.datetime) -> Record:
        """A fresh record under the next 8-digit reference."""
        record = Record(f"{self._next:08d}", uln, code, owner_ukprn, created_at=text_of(now))
        self._next += 1
        self.records.append(record)
        return record

    def duplicates(self) -> int:
        """How many live records are one too many for their ULN and standard."""
        held = Counter((record.uln, record.standard_code) for record in self.records if not record.is_deleted)
        return sum(count - 1 for count in held.values())

    def forget(self) -> None:
        """Drop every record; references go on from where they were."""
        self.records.clear()
        self.save()

    def save(self) -> None:
        """Write the state file, if there is one, so that it is whole at every moment."""
        if self._path is None:
            return
        with self.lock:
            records = [dataclasses.asdict(record) for record in self.records]
            state = {"next": self._next, "learners": self.added_learners, "records": records}
            fresh = self._path.with_name(self._path.name + ".new")
            with fresh.open("w", encoding="utf-8") as file:
                json.dump(state, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)

    def _load(self, state: dict[str, Any]) -> None:
        self._next = state["next"]
        self.added_learners = state["learners"]
        self.records = [Record(**record) for record in state["records"]]


def text_of(moment: dt.datetime) -> str:
    """An aware instant as the service writes one: UTC, to the second, without a zone."""
    return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="seconds")
