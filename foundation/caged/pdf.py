"""A PDF that does nothing by itself: no scripts, no launched programs, no files inside, no lock."""

from collections.abc import Iterator
from typing import Any

import pikepdf

from foundation.caged.main import Refusal

MAX_PAGES = 1_000
MAX_OBJECTS = 500_000
MAX_DEPTH = 50
_ACTIONS = {
    "/Launch": "starts a program",
    "/JavaScript": "runs a script",
    "/ImportData": "draws in data",
    "/SubmitForm": "sends data away",
}
_KEYS = {
    "/JS": "runs a script",
    "/JavaScript": "runs a script",
    "/EmbeddedFiles": "has other files inside",
    "/EF": "has other files inside",
    "/RichMedia": "plays media",
    "/XFA": "is a form of the XFA kind",
}


def look(path: str) -> None:
    """Refuse a PDF that cannot be opened or could act."""
    try:
        with pikepdf.open(path) as document:
            _look_inside(document)
    except pikepdf.PasswordError as error:
        raise Refusal(
            "password", "The PDF is protected by a password. Remove the password and send it again."
        ) from error
    except pikepdf.PdfError as error:
        raise Refusal("damaged", "The PDF is damaged and cannot be opened. Make it again and send it again.") from error


def _look_inside(document: pikepdf.Pdf) -> None:
    if document.is_encrypted:
        raise Refusal("password", "The PDF is locked. Save it without restrictions and send it again.")
    pages = len(document.pages)
    if pages == 0:
        raise Refusal("empty", "The PDF has no pages.")
    if pages > MAX_PAGES:
        raise Refusal("too_large", f"The PDF has {pages:,} pages; we can take up to {MAX_PAGES:,}.")
    count = 0
    for thing in document.objects:
        for dictionary in _dictionaries(thing, 0):
            count += 1
            if count > MAX_OBJECTS:
                raise Refusal("too_large", "The PDF has too many parts.")
            _look_at(dictionary)


def _dictionaries(thing: Any, depth: int) -> Iterator[Any]:
    """The dictionaries written inside one object; references to other objects are met on their own."""
    if depth > MAX_DEPTH:
        raise Refusal("damaged", "The PDF is nested too deeply.")
    if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        yield thing
        for value in thing.values() if isinstance(thing, pikepdf.Dictionary) else thing.stream_dict.values():
            if _inline(value):
                yield from _dictionaries(value, depth + 1)
    elif isinstance(thing, pikepdf.Array):
        for value in thing:
            if _inline(value):
                yield from _dictionaries(value, depth + 1)


def _inline(value: Any) -> bool:
    return isinstance(value, (pikepdf.Dictionary, pikepdf.Array)) and not value.is_indirect


def _look_at(dictionary: Any) -> None:
    keys = set(dictionary.keys())
    does = next((_KEYS[key] for key in _KEYS if key in keys), "") or _ACTIONS.get(str(dictionary.get("/S", "")), "")
    if does:
        raise Refusal("active_pdf", f"This PDF {does} when it is opened. Print it to a new PDF and send that.")


def run(path: str) -> Iterator[tuple[str, Any]]:
    """The job that counts a PDF's pages."""
    try:
        with pikepdf.open(path) as document:
            yield "done", len(document.pages)
    except pikepdf.PdfError as error:
        raise Refusal("damaged", "The PDF is damaged and cannot be opened. Make it again and send it again.") from error
