"""Numbered documents: ordered as a row with frozen facts, rendered to PDF by a worker, downloaded through a view.

What a document says is settled when it is ordered. Rendering is a look at the row and can be done again: two workers, a
worker killed in the middle or a later version of the program give one document with one number.
"""

import json
import logging
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.http import FileResponse, Http404
from django.template.loader import render_to_string

from foundation import clock, files, outbox, references, work
from foundation.models import Document, StoredFile

log = logging.getLogger(__name__)
logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)  # seven lines a document

PDF = "application/pdf"
# An address that no name server knows: what the fetcher below does not serve is nowhere.
HOME = "https://portal.invalid"
_fonts: Any = None


@dataclass(frozen=True)
class _Printer:
    """The actor behind a rendered file."""

    user_id: int | None = None
    label: str = "documents"

    def holds(self, capacity: str, subject: models.Model) -> bool:  # noqa: ARG002 - the protocol of an actor
        return False


def order(
    *, kind: str, series: str, title: str, template: str, context: Mapping[str, Any], about: models.Model
) -> Document:
    """Order a document with the series' next number. Call it inside the verb's transaction.

    The context is frozen as JSON: dates, decimals and the like become text, so give them as they shall be printed. The
    template gets it, and ``document`` with the number, title and day of order.
    """
    frozen = json.loads(json.dumps(dict(context), cls=DjangoJSONEncoder))
    row = Document.objects.create(
        number=references.next_number(series),
        kind=kind,
        title=title,
        template=template,
        context=frozen,
        about_type=about._meta.label_lower,
        about_id=about.pk,
    )
    outbox.wake("foundation.render_documents")
    return row


def for_subject(subject: models.Model) -> models.QuerySet[Document]:
    """The documents about a row, newest first. The caller has already been allowed to see the subject."""
    rows = Document.objects.filter(about_type=subject._meta.label_lower, about_id=subject.pk)
    return rows.select_related("stored").order_by("-ordered_at", "-pk")


def render_due(limit: int = 10, *, kind: str = "") -> int:
    """Render ordered documents, of one kind where somebody waits for it; how many were taken.

    One that fails comes back later, then waits for a person.
    """
    taken = 0
    for row in work.one_by_one(Document.objects.filter(kind=kind) if kind else Document.objects.all(), limit):
        taken += 1
        try:
            _finish(row, render(row))
        except SoftTimeLimitExceeded:  # the task has to end; the lease runs out and another worker takes it up
            raise
        except Exception as error:
            log.exception("document %s was not rendered", row.number)
            work.put_back(row, f"{type(error).__name__}: {error}"[:300])
    return taken


def render(row: Document) -> bytes:
    """The document as PDF/UA. The same row gives the same bytes."""
    import weasyprint  # imported here: only workers print, and it is slow to load

    facts = {"number": row.number, "title": row.title, "ordered_on": f"{clock.london_date(row.ordered_at):%-d %B %Y}"}
    html = render_to_string(row.template, {**row.context, "document": facts})
    page = weasyprint.HTML(string=html, base_url=f"{HOME}{settings.STATIC_URL}", url_fetcher=fetcher())
    try:
        data = page.write_pdf(pdf_variant="pdf/ua-1", font_config=_font_configuration())
    except weasyprint.urls.FatalURLFetchingError as error:  # no Exception there, so that the renderer cannot swallow it
        raise RefusedAddress(str(error)) from error
    return bytes(data)


class RefusedAddress(Exception):
    """A document asked for something that is not one of our static files."""


def fetcher() -> Any:
    """What a document may draw in: our own static files and data written into it. Anything else stops the rendering."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # as in render()

    class StaticFiles(URLFetcher):
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            if url.startswith("data:image/"):
                return super().fetch(url, headers)
            path = static_path(url)
            if path is None:
                raise FatalURLFetchingError(f"not one of our static files: {url[:200]}")
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return StaticFiles(allowed_protocols={"data"}, allow_redirects=False)


def static_path(url: str) -> Path | None:
    """The static file that an address inside a document means, or None."""
    parts = urlsplit(url)
    base = f"{HOME}{settings.STATIC_URL}"
    if not url.startswith(base) or ".." in unquote(parts.path).split("/"):
        return None
    name = unquote(parts.path).removeprefix(settings.STATIC_URL)
    try:
        collected = Path(staticfiles_storage.path(name))
        found = str(collected) if collected.is_file() else finders.find(name)
    except (SuspiciousFileOperation, ValueError):
        return None
    return Path(found) if isinstance(found, str) and Path(found).is_file() else None


def respond(stored_file: StoredFile | None, *, inline: bool = False, framed: bool = False) -> FileResponse:
    """A download. The view has already decided that this person may have the file; one that is missing is 404.

    A file is saved, not shown, unless ``inline`` is asked for one that cannot act: a PDF or an image. ``framed`` lets
    a page of ours show it beside others.
    """
    if stored_file is None:
        raise Http404("There is no such file.")
    try:
        content = files.path_of(stored_file).open("rb")
    except FileNotFoundError as error:
        log.error("stored file %s is not on the disk", stored_file.pk)  # noqa: TRY400 - the trace says no more
        raise Http404("The file is not there.") from error
    shown = inline and stored_file.content_type in files.PDF | files.IMAGES
    response = FileResponse(
        content,
        as_attachment=not shown,
        filename=files.safe_name(stored_file.original_name, stored_file.content_type),
        content_type=stored_file.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    around = "'self'" if framed else "'none'"
    # Browsers do not show a PDF in a sandbox at all; without scripts, frames and addresses it has nothing to reach.
    shown_pdf = shown and stored_file.content_type == PDF
    response["Content-Security-Policy"] = (
        f"default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors {around}"
        if shown_pdf
        else f"default-src 'none'; sandbox; frame-ancestors {around}"
    )
    if framed:
        response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _finish(row: Document, data: bytes) -> None:
    """File and verdict together, or neither: a worker that lost its lease leaves no second file."""
    with transaction.atomic():
        stored = files.store_bytes(data, f"{row.number}.pdf", PDF, _Printer())
        kept = work.finish(row, stored=stored)
        if not kept:
            transaction.set_rollback(True)
    if not kept:
        files.path_of(stored).unlink(missing_ok=True)


def _font_configuration() -> Any:
    """One for the life of the process: making it is a tenth of a document's time."""
    global _fonts
    if _fonts is None:
        from weasyprint.text.fonts import FontConfiguration  # as in render()

        _fonts = FontConfiguration()
    return _fonts
