"""What a file really is, by its content, and whether a file of that kind is harmless."""

from collections.abc import Iterator
from typing import Any

from foundation.caged import archive, delimited
from foundation.caged.main import Refusal

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
CSV = "text/csv"

NAMES = {
    PDF: "PDF",
    PNG: "PNG image",
    JPEG: "JPEG image",
    DOCX: "Word document (.docx)",
    XLSX: "Excel workbook (.xlsx)",
    XLS: "Excel 97–2003 workbook (.xls)",
    ODS: "OpenDocument spreadsheet (.ods)",
    CSV: "table as text (.csv)",
}
_FAMILIES = {"xlsx": XLSX, "docx": DOCX, "ods": ODS, "zip": "application/zip"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def run(path: str, *, allowed: list[str]) -> Iterator[tuple[str, Any]]:
    """The job "look": the content type, when it is one of the allowed and the file passes the looks of its kind."""
    kind = identify(path)
    if kind not in allowed:
        raise Refusal("wrong_type", f"This is {describe(kind)}. Send {_choice(allowed)}.")
    if kind == PDF:
        from foundation.caged import pdf  # its library is slow to load

        pdf.look(path)
    elif kind in {PNG, JPEG}:
        from foundation.caged import image  # its library is slow to load

        image.look(path)
    elif kind in {XLSX, DOCX, ODS}:
        with archive.open_checked(path) as opened:
            archive.look_at_xml(opened)
    yield "done", kind


def identify(path: str) -> str:
    """The content type by content alone. Refuses what is empty, locked or carries macros; names the rest as it can."""
    with open(path, "rb") as content:
        head = content.read(8192)
    if not head:
        raise Refusal("empty", "The file is empty.")
    if head.startswith(b"PK"):
        with archive.open_checked(path) as opened:
            return _FAMILIES[archive.family(opened)]
    if head.startswith(_OLE):
        return _look_at_ole(path)
    if head.startswith(b"%PDF-"):
        return PDF
    return _look_at_text(path, head) or _guess(head)


def _guess(head: bytes) -> str:
    import filetype  # imported here: the reading of a sheet comes by without it, and it is slow to load

    return str(filetype.guess_mime(head) or "application/octet-stream")


def _look_at_ole(path: str) -> str:
    """The old Office container: its directory names its streams in UTF-16."""
    with open(path, "rb") as content:
        data = content.read()

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise Refusal("password", "The file is protected by a password. Remove the password and send it again.")
    if holds("_VBA_PROJECT") or holds("VBA_PROJECT_CUR"):
        raise Refusal("macros", "The file contains macros. Save it without them (as .xlsx) and send it again.")
    return XLS if holds("Workbook") or holds("Book") else "application/x-ole-storage"


def _look_at_text(path: str, head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").replace(b"\x00", b"")[:200].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<script", b"<body")):
        return "text/html"
    if start.startswith(b"<"):
        return "text/xml"
    if start.startswith(b"{\\rtf"):
        return "application/rtf"
    return CSV if delimited.is_text(path) else ""


_OTHERS = {
    "text/html": "a web page",
    "text/xml": "an XML file",
    "application/rtf": "a rich text file",
    "application/zip": "a zip archive",
    "application/octet-stream": "no kind of file that we know",
    "application/x-msdownload": "a program",
    "application/x-ole-storage": "an old Office file (.doc, .ppt or .msg)",
}


def describe(kind: str) -> str:
    """A kind of file in words, with its article."""
    if kind in NAMES:
        return f"{'an' if NAMES[kind][0] in 'EO' else 'a'} {NAMES[kind]}"
    return _OTHERS.get(kind, f"a file of the type {kind}")


def _choice(allowed: list[str]) -> str:
    names = [describe(kind) for kind in NAMES if kind in allowed]
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
