"""A document is numbered and frozen when ordered, rendered once whatever happens, and handed out harmlessly."""

import base64
import datetime as dt
import io
import re
import threading
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import close_old_connections, connection, transaction
from django.http import FileResponse, Http404

from accounts.actors import System
from foundation import clock, documents, files, references, work
from foundation.models import Document, StoredFile
from tests import builders
from tests.foundation import hostile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("private_files", "templates")]

PLAIN = """<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{{ document.title }}</title></head>
<body><h1>{{ document.title }}</h1><p>{{ document.number }} of {{ document.ordered_on }} for {{ name }}: {{ fee }}</p>
</body></html>"""
WITH = '<!doctype html><html lang="en"><head><title>x</title>%s</head><body><h1>x</h1>%s</body></html>'
DOT = f"data:image/png;base64,{base64.b64encode(hostile.png()).decode()}"
TEMPLATES = {
    "documents/plain.html": PLAIN,
    "documents/broken.html": "{% if %}",
    "documents/outside.html": WITH % ("", '<img src="http://127.0.0.1:9/x.png" alt="x">'),
    "documents/disk.html": WITH % ("", '<img src="file:///etc/passwd" alt="x">'),
    "documents/climbing.html": WITH % ("", '<img src="/static/%2e%2e/%2e%2e/etc/passwd" alt="x">'),
    "documents/style.html": WITH % ('<link rel="stylesheet" href="https://example.org/x.css">', ""),
    "documents/imported.html": WITH % ("<style>@import url('http://127.0.0.1:9/x.css');</style>", ""),
    "documents/absent.html": WITH % ('<link rel="stylesheet" href="/static/not-there.css">', ""),
    "documents/attached.html": WITH % ('<link rel="attachment" href="file:///etc/passwd">', ""),
    "documents/inline.html": WITH % ("", f'<img alt="x" src="{DOT}">'),
    "documents/static.html": WITH
    % ('<link rel="stylesheet" href="/static/sheet.css">', '<img src="/static/dot.svg" alt="x">'),
}


@pytest.fixture
def templates(settings, tmp_path: Path) -> None:
    """The templates above, and two static files, in directories of this test's own."""
    folder = tmp_path / "templates"
    for name, text in TEMPLATES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    first, *rest = settings.TEMPLATES
    settings.TEMPLATES = [{**first, "DIRS": [folder, *first["DIRS"]]}, *rest]
    static = tmp_path / "static"
    static.mkdir()
    (static / "sheet.css").write_text("h1 { color: #123456 }")
    (static / "dot.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    )
    settings.STATICFILES_DIRS = [static, *settings.STATICFILES_DIRS]


@pytest.fixture
def subject():
    return builders.provider()


def order(subject, template: str = "plain", *, kind: str = "letter", **context) -> Document:
    context = {"name": "Zoë O’Brien-Ŵyn", "fee": "£1,250.00", **context}
    return documents.order(
        kind=kind,
        series="LET-26",
        title="A letter",
        template=f"documents/{template}.html",
        context=context,
        about=subject,
    )


def text_of(data: bytes) -> str:
    """The text of a PDF, by the maps from glyphs to letters that its fonts carry."""
    with pikepdf.open(io.BytesIO(data)) as document:
        found = []
        for page in document.pages:
            fonts = {str(name): letters_of(font) for name, font in page.Resources.Font.items()}
            letters: dict[str, str] = {}
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    letters = fonts[str(operands[0])]
                elif str(operator) in {"Tj", "TJ"}:
                    parts = operands[0] if str(operator) == "TJ" else [operands[0]]
                    codes = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String)).hex()
                    found.append(
                        "".join(letters.get(codes[place : place + 4], "") for place in range(0, len(codes), 4))
                    )
                elif str(operator) in {"ET", "Tm"}:
                    found.append(" ")
        return re.sub(r"\s+", " ", "".join(found))


def letters_of(font) -> dict[str, str]:
    maps = bytes(font.ToUnicode.read_bytes()).decode("ascii")
    pairs = re.findall(r"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>", maps)
    return {glyph.lower(): bytes.fromhex(letters).decode("utf-16-be") for glyph, letters in pairs}


def test_ordering_numbers_freezes_and_wakes(subject, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        row = order(subject, fee=Decimal("1250.00"), day=dt.date(2026, 2, 3))
    row.refresh_from_db()
    assert references.is_valid(row.number)
    assert row.number.startswith("LET-26-")
    assert (row.context["fee"], row.context["day"]) == ("1250.00", "2026-02-03")
    assert (row.about_type, row.about_id) == ("accounts.organisation", subject.pk)
    assert (row.stored, row.done_at, row.attempts) == (None, None, 0)
    assert [callback.wakes for callback in callbacks] == ["foundation.render_documents"]


def test_an_order_that_is_undone_leaves_no_document(subject) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        order(subject)
        raise RuntimeError
    assert not Document.objects.exists()


def test_what_is_not_data_cannot_be_ordered(subject) -> None:
    with pytest.raises(TypeError):
        order(subject, who=subject)
    assert not Document.objects.exists()


def test_rendering_gives_an_accessible_pdf_with_the_frozen_facts(subject, at) -> None:
    at(dt.date(2026, 3, 4))
    row = order(subject)
    assert documents.render_due() == 1
    row.refresh_from_db()
    assert row.stored is not None
    assert (row.stored.original_name, row.stored.content_type) == (f"{row.number}.pdf", "application/pdf")
    assert (row.lease, row.last_error) == (None, "")
    data = files.path_of(row.stored).read_bytes()
    text = text_of(data)
    assert f"{row.number} of 4 March 2026 for Zoë O’Brien-Ŵyn: £1,250.00" in text
    with pikepdf.open(io.BytesIO(data)) as document:
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        assert str(document.Root.Lang) == "en-GB"
        assert document.Root.MarkInfo.Marked
        assert str(document.docinfo["/Title"]) == "A letter"
        assert "/StructTreeRoot" in document.Root


def test_what_we_print_passes_our_own_look_at_uploads(subject) -> None:
    order(subject)
    documents.render_due()
    from django.core.files.uploadedfile import SimpleUploadedFile

    data = files.path_of(StoredFile.objects.get()).read_bytes()
    assert files.store(SimpleUploadedFile("a.pdf", data), by=System("a test"), kinds=files.PDF).size == len(data)


def test_the_same_row_gives_the_same_bytes(subject, at) -> None:
    row = order(subject)
    at(dt.date(2026, 3, 4))
    first = documents.render(row)
    at(dt.date(2027, 3, 4))
    assert documents.render(row) == first


def test_text_of_people_is_text_in_a_document(subject) -> None:
    row = order(subject, name="<img src=http://127.0.0.1:9/x>{{ 7|add:7 }}")
    assert "<img src=http://127.0.0.1:9/x>{{ 7|add:7 }}" in text_of(documents.render(row)).replace("/ x>", "/x>")


def test_the_houses_own_frame_prints_with_its_own_font(subject) -> None:
    row = order(subject, "base", check_url="https://portal.example.org/check/LET")
    data = documents.render(row)
    text = text_of(data)
    assert row.number in text
    assert "A letter" in text
    with pikepdf.open(io.BytesIO(data)) as document:
        fonts = {str(font.BaseFont) for page in document.pages for font in page.Resources.Font.values()}
    assert fonts
    assert all(re.match(r"/[A-Z]{6}\+", font) for font in fonts)  # embedded and cut down to the letters used


@pytest.mark.parametrize("template", ["outside", "disk", "climbing", "style", "imported", "absent", "attached"])
def test_a_document_draws_in_nothing_but_our_static_files(subject, template: str) -> None:
    row = order(subject, template)
    assert documents.render_due() == 1
    row.refresh_from_db()
    assert row.stored is None
    assert row.last_error.startswith("RefusedAddress: not one of our static files: ")
    assert row.attempts == 1
    assert row.not_before > clock.now()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("template", ["inline", "static"])
def test_our_static_files_and_data_in_the_document_are_drawn_in(subject, template: str) -> None:
    row = order(subject, template)
    documents.render_due()
    row.refresh_from_db()
    assert row.stored is not None


@pytest.mark.parametrize(
    "url",
    [
        "https://portal.invalid/static/",
        "https://portal.invalid/media/sheet.css",
        "https://portal.invalid.example.org/static/sheet.css",
        "https://portal.invalid@example.org/static/sheet.css",
        "http://portal.invalid/static/sheet.css",
        "https://portal.invalid/static/../settings.py",
        "https://portal.invalid/static/%2e%2e/settings.py",
        "https://portal.invalid/static//etc/passwd",
        "https://portal.invalid/static/nothing.css",
        "file:///etc/passwd",
        "sheet.css",
        "",
    ],
)
def test_addresses_that_are_no_static_file(url: str) -> None:
    assert documents.static_path(url) is None


def test_the_address_of_a_static_file() -> None:
    found = documents.static_path("https://portal.invalid/static/sheet.css")
    assert found is not None
    assert found.name == "sheet.css"


def test_a_broken_template_comes_back_later_and_is_then_set_aside(subject, at) -> None:
    broken, good = order(subject, "broken"), order(subject)
    assert documents.render_due() == 2
    broken.refresh_from_db()
    good.refresh_from_db()
    assert good.stored is not None
    assert broken.last_error.startswith("TemplateSyntaxError")
    assert documents.render_due() == 0
    Document.objects.filter(pk=broken.pk).update(attempts=work.MAX_ATTEMPTS - 1)
    at(clock.now() + dt.timedelta(days=1))
    assert documents.render_due() == 1
    broken.refresh_from_db()
    assert broken.set_aside_at is not None
    assert documents.render_due() == 0
    work.release(broken)
    Document.objects.filter(pk=broken.pk).update(template="documents/plain.html")
    assert documents.render_due() == 1
    broken.refresh_from_db()
    assert broken.stored is not None


def test_a_disk_that_is_full_puts_the_document_back(
    subject, private_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = order(subject)

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", full)
        documents.render_due()
    row.refresh_from_db()
    assert (row.stored, row.done_at) == (None, None)
    assert "No space left" in row.last_error
    assert [path for path in private_files.rglob("*") if path.is_file()] == []


def test_a_worker_that_lost_its_lease_leaves_no_second_file(
    subject, private_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = order(subject)
    render = documents.render

    def slow(mine: Document) -> bytes:
        data = render(mine)
        Document.objects.filter(pk=mine.pk).update(lease_until=clock.now() - dt.timedelta(seconds=1))
        monkeypatch.setattr(documents, "render", render)
        assert documents.render_due() == 1  # another worker takes it up and finishes
        return data

    monkeypatch.setattr(documents, "render", slow)
    assert documents.render_due() == 1
    row.refresh_from_db()
    assert row.attempts == 2
    stored = StoredFile.objects.get()
    assert row.stored == stored
    assert [path for path in private_files.rglob("*") if path.is_file()] == [files.path_of(stored)]


def test_a_worker_killed_in_the_middle_costs_its_lease_only(subject, at, monkeypatch: pytest.MonkeyPatch) -> None:
    row = order(subject)

    def killed(_row: Document) -> bytes:
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(documents, "render", killed)
        documents.render_due()
    assert documents.render_due() == 0
    at(clock.now() + work.LEASE + dt.timedelta(seconds=1))
    assert documents.render_due() == 1
    row.refresh_from_db()
    assert (row.attempts, row.stored is not None) == (2, True)


def test_a_task_whose_time_is_up_ends(subject, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no failure of the document: nothing is written against it, and its lease runs out."""
    row = order(subject)

    def slow(_row: Document) -> bytes:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(documents, "render", slow)
    with pytest.raises(SoftTimeLimitExceeded):
        documents.render_due()
    row.refresh_from_db()
    assert (row.last_error, row.not_before, row.lease is not None) == ("", None, True)


def test_rendering_takes_no_more_than_asked(subject) -> None:
    for _ in range(3):
        order(subject)
    assert [documents.render_due(limit=2), documents.render_due(limit=2), documents.render_due(limit=2)] == [2, 1, 0]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_render_each_document_once(subject, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [order(subject) for _ in range(6)]
    barrier = threading.Barrier(2)
    rendered: list[int] = []
    monkeypatch.setattr(documents, "render", lambda row: rendered.append(row.pk) or b"%PDF-")

    def worker() -> None:
        try:
            barrier.wait(timeout=10)
            while documents.render_due(limit=2):
                pass
        finally:
            close_old_connections()
            connection.close()

    workers = [threading.Thread(target=worker) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(timeout=60)
    assert sorted(rendered) == [row.pk for row in rows]
    assert StoredFile.objects.count() == 6
    assert not Document.objects.filter(stored=None).exists()


def test_documents_about_a_row_newest_first(subject, at) -> None:
    at(dt.date(2026, 1, 1))
    first = order(subject)
    at(dt.date(2026, 1, 2))
    second = order(subject)
    order(builders.provider())
    assert list(documents.for_subject(subject)) == [second, first]


def kept(data: bytes, name: str, content_type: str) -> StoredFile:
    return files.store_bytes(data, name, content_type, System("a test"))


def body(response: FileResponse) -> bytes:
    return b"".join(response.streaming_content)


def test_a_download_is_saved_under_its_name_and_can_do_nothing() -> None:
    response = documents.respond(kept(b"data", "Plan für “Zoë”.pdf", "application/pdf"))
    assert body(response) == b"data"
    assert (
        response["Content-Disposition"]
        == "attachment; filename*=utf-8''Plan%20f%C3%BCr%20%E2%80%9CZo%C3%AB%E2%80%9D.pdf"
    )
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == "4"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"


@pytest.mark.parametrize(
    ("content_type", "disposition"),
    [
        ("application/pdf", "inline"),
        ("image/png", "inline"),
        ("text/csv", "attachment"),
        ("text/html", "attachment"),
        ("image/svg+xml", "attachment"),
    ],
)
def test_only_what_cannot_act_is_shown_in_place(content_type: str, disposition: str) -> None:
    response = documents.respond(kept(b"data", "a", content_type), inline=True)
    assert response["Content-Disposition"].startswith(disposition)
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert ("sandbox" in response["Content-Security-Policy"]) is (content_type != "application/pdf")


def test_a_file_that_is_gone_or_was_never_made_is_404() -> None:
    stored = kept(b"data", "a.pdf", "application/pdf")
    files.path_of(stored).unlink()
    for missing in (stored, None):
        with pytest.raises(Http404):
            documents.respond(missing)


@pytest.mark.slow
def test_one_configuration_of_fonts_serves_the_process(subject) -> None:
    documents.render(order(subject))
    first = documents._font_configuration()
    documents.render(order(subject))
    assert documents._font_configuration() is first


def test_what_somebody_waits_for_is_made_before_the_others(subject) -> None:
    other, wanted = order(subject), order(subject, kind="wanted")
    assert documents.render_due(kind="wanted") == 1
    other.refresh_from_db()
    wanted.refresh_from_db()
    assert (other.stored, wanted.stored is None) == (None, False)
