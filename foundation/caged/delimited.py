"""A table as text: its encoding, its delimiter and its records, found out and never guessed past a contradiction."""

import codecs
import csv
import io
import re
from collections import Counter

from foundation.caged.main import Refusal

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_RECORDS = 50
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def is_text(path: str) -> bool:
    """Whether the file decodes to text without control characters."""
    return read(path) is not None


def read(path: str) -> tuple[str, str] | None:
    """The file's text and its encoding, or None."""
    with open(path, "rb") as content:
        return decode(content.read())


def decode(data: bytes) -> tuple[str, str] | None:
    """The text and its encoding: by its mark, else UTF-16 without one, UTF-8, Windows-1252. None when it is no text."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _attempt(data, encoding)
    if data[:4096].count(0) > len(data[:4096]) // 4:
        zeros_second = data[1:4096:2].count(0) >= data[0:4096:2].count(0)
        return _attempt(data, "utf-16-le" if zeros_second else "utf-16-be")
    return _attempt(data, "utf-8") or _attempt(data, "cp1252")


def _attempt(data: bytes, encoding: str) -> tuple[str, str] | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else (text, encoding)


def sniff(text: str, name_hint: str) -> tuple[str, str]:
    """The delimiter, and the text without Excel's own ``sep=`` line.

    Each candidate splits the first records; the one under which most records agree on the largest width wins.
    """
    named = re.match(r"sep=(.)\r?\n?", text)
    if named and named.group(1) in DELIMITERS:
        return named.group(1), text[named.end() :]
    best, best_score = ",", (0.0, 0, 1)
    for delimiter in DELIMITERS:
        widths = _widths(text, delimiter)
        if not widths:
            continue
        width, agreeing = max(Counter(widths).items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        hinted = int(delimiter == "\t" and name_hint.lower().endswith((".tsv", ".tab")))
        score = (agreeing / len(widths) * (width > 1), hinted, width)
        if score > best_score:
            best, best_score = delimiter, score
    return best, text


def _widths(text: str, delimiter: str) -> list[int]:
    """Fields per record of the first records that are not blank; none when this delimiter makes the quotes wrong."""
    found: list[int] = []
    try:
        for record in csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=delimiter):
            if any(field.strip() for field in record):
                found.append(len(record))
            if len(found) >= SAMPLE_RECORDS:
                break
    except csv.Error:
        return []
    return found


def records(text: str, delimiter: str, longest: int) -> list[list[str]]:
    """Every record, blank ones too. A quote that is never closed or closed in mid-word is refused, with its row."""
    csv.field_size_limit(longest)
    found: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        found.extend(reader)
    except csv.Error as error:
        row = len(found) + 1
        if "field larger" in str(error):
            message = f"A cell in row {row} is longer than {longest:,} characters, or a quotation mark is never closed."
            raise Refusal("cell_too_long", message) from error
        raise Refusal(
            "unclosed_quote",
            f"The quotation marks in row {row} do not match, so the rows after it cannot be told apart.",
        ) from error
    return found
