"""Files in private storage: what people upload, once it has proved to be what we take, and what we make ourselves.

A file is written under a name that says nothing, forced to the disk and only then given its place and its row. Whatever
goes wrong on the way, neither a part of a file nor a row without its file is left. A file whose transaction was undone
after ``store`` returned is found by ``sweep``.
"""

import datetime as dt
import hashlib
import os
import re
import time
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from foundation import cage
from foundation.caged import kinds as known
from foundation.errors import Refused
from foundation.models import StoredFile, private_storage, random_name
from foundation.workflow import Actor

PDF = frozenset({known.PDF})
IMAGES = frozenset({known.PNG, known.JPEG})
WORD = frozenset({known.DOCX})
SHEETS = frozenset({known.XLSX, known.XLS, known.ODS, known.CSV})

EXTENSIONS = {
    known.PDF: (".pdf",),
    known.PNG: (".png",),
    known.JPEG: (".jpg", ".jpeg"),
    known.DOCX: (".docx",),
    known.XLSX: (".xlsx",),
    known.XLS: (".xls",),
    known.ODS: (".ods",),
    known.CSV: (".csv", ".tsv", ".txt"),
}
ARRIVING = "arriving"  # the folder for files that have no place yet; on the same disk, so that a rename is one step
LONGEST_NAME = 150
ORPHAN_AGE = dt.timedelta(days=1)
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]')


def store(uploaded_file: UploadedFile, *, by: Actor, kinds: frozenset[str]) -> StoredFile:
    """Keep an uploaded file of one of the kinds (``PDF | IMAGES``…). Refuses by content, whatever the name says."""
    arriving = _arriving_path()
    try:
        size, digest = _write(arriving, uploaded_file.chunks(), settings.UPLOAD_MAX_BYTES)
        content_type = str(cage.result("look", arriving, allowed=sorted(kinds)))
        return _keep(arriving, uploaded_file.name or "file", content_type, size, digest, by)
    finally:
        arriving.unlink(missing_ok=True)


def store_bytes(data: bytes, name: str, content_type: str, by: Actor) -> StoredFile:
    """Keep what we made ourselves."""
    arriving = _arriving_path()
    try:
        size, digest = _write(arriving, [data], None)
        return _keep(arriving, name, content_type, size, digest, by)
    finally:
        arriving.unlink(missing_ok=True)


def path_of(stored: StoredFile) -> Path:
    """Where the file lies, for reading."""
    return Path(private_storage().path(str(stored.file.name)))


def pages(stored: StoredFile) -> int | None:
    """How many pages a stored PDF has, counted in the cage; None where it cannot be told."""
    try:
        return int(cage.result("pages", path_of(stored)))
    except Refused:
        return None


def safe_name(name: str, content_type: str) -> str:
    """A name to offer for download: no folders, no marks that hide or turn text, the ending of what it really is."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = " ".join(_UNSAFE.sub(" ", name).split()).strip(". ") or "file"
    endings = EXTENSIONS.get(content_type, ())
    stem, dot, ending = name.rpartition(".")
    if dot and (not endings or f".{ending.lower()}" in endings):
        return f"{stem[:LONGEST_NAME].strip()}.{ending[:20]}"
    return f"{name[:LONGEST_NAME].strip()}{endings[0] if endings else ''}"


def sweep(older_than: dt.timedelta = ORPHAN_AGE) -> int:
    """Remove files that have no row: their transaction was undone, or the process died. How many were removed."""
    root = Path(private_storage().location)
    before = time.time() - older_than.total_seconds()  # compared with the disk's own clock, not the portal's
    removed = 0
    for folder in sorted(entry for entry in root.iterdir() if entry.is_dir()) if root.is_dir() else []:
        old = [entry for entry in folder.iterdir() if entry.is_file() and entry.stat().st_mtime < before]
        names = {f"{folder.name}/{entry.name}" for entry in old}
        wanted = set(StoredFile.objects.filter(file__in=names).values_list("file", flat=True))
        for entry in old:
            if f"{folder.name}/{entry.name}" not in wanted:
                entry.unlink(missing_ok=True)
                removed += 1
    return removed


def _arriving_path() -> Path:
    folder = Path(private_storage().location) / ARRIVING
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / os.urandom(20).hex()


def _write(path: Path, chunks: Iterable[bytes], most: int | None) -> tuple[int, str]:
    """Write to the disk and be sure of it; size and SHA-256."""
    size = 0
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as into:
        for chunk in chunks:
            size += len(chunk)
            if most is not None and size > most:
                raise cage.refuse("too_large", f"The file is larger than {most // 1024**2} MB, the most we take.")
            digest.update(chunk)
            into.write(chunk)
        into.flush()
        os.fsync(into.fileno())
    if size == 0:
        raise cage.refuse("empty", "The file is empty.")
    return size, digest.hexdigest()


def _keep(arriving: Path, name: str, content_type: str, size: int, digest: str, by: Actor) -> StoredFile:
    """Give the file its place, then its row; without the row, not the place either."""
    place = random_name(StoredFile(), name)
    final = Path(private_storage().path(place))
    final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    arriving.replace(final)
    try:
        _sync_folder(final.parent)
        return StoredFile.objects.create(
            file=place,
            original_name=safe_name(name, content_type),
            content_type=content_type,
            size=size,
            sha256=digest,
            created_by_label=by.label[:200],
        )
    except BaseException:
        final.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """The rename itself, forced to the disk; where folders cannot be synced, the file still is."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
