"""What a cell means: pure functions from a cell to a value or a problem. Nothing is guessed.

Each returns ``(value, problem)``, of which at most one is not None; a blank cell gives ``(None, None)``, and whether it
may be blank is the caller's to say.
"""

import datetime as dt
import re
import unicodedata
from typing import TypeVar

from foundation.errors import Problem
from foundation.sheets.table import Cell

Value = TypeVar("Value")
Parsed = tuple[Value | None, Problem | None]

# Characters that take no room or turn the direction of text: they make two equal names differ and a name lie.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb]")
_JOINERS = re.compile("(?<=[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f])\u200d(?=[\U0001f000-\U0001faff\u2600-\u27bf])")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SPACE = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_DAY_FIRST = re.compile(r"(\d{1,2})\s*([/.\-])\s*(\d{1,2})\s*\2\s*(\d+)")
_YEAR_FIRST = re.compile(r"(\d{4})([/.\-])(\d{1,2})\2(\d{1,2})")
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s\-]*([a-z]{3,9})\.?,?[\s\-]*(\d+)", re.IGNORECASE)
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$")
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d*)?[eE][+-]?\d+")
_WHOLE = re.compile(r"(\d+)\.0+")
LAST_SERIAL = 2_958_465  # 31 Dec 9999
YEARS = range(1900, 2101)


def parse_text(cell: Cell) -> Parsed[str]:
    """Text in one form (NFC), without invisible marks, spaces at the ends, or kinds of space that look alike."""
    if cell is None:
        return None, None
    if isinstance(cell, bool):
        return ("TRUE" if cell else "FALSE"), None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell)), None
    if not isinstance(cell, str):
        return str(cell), None
    lines = (_SPACE.sub(" ", line).strip() for line in clean(cell).splitlines())
    return "\n".join(lines).strip() or None, None


def clean(text: str) -> str:
    """Without what cannot be seen: marks, controls and byte order; a joined emoji stays joined."""
    text = _JOINERS.sub("\ue000", unicodedata.normalize("NFC", text))
    return _CONTROL.sub("", _INVISIBLE.sub("", text)).replace("\ue000", "\u200d")


def parse_digits(cell: Cell, length: int | None = None) -> Parsed[str]:
    """An identifier of digits, as text. A number is taken only when whole; scientific notation has lost its digits."""
    if cell is None:
        return None, None
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        return _no("not_digits", "This must be digits.")
    if isinstance(cell, float):
        if not cell.is_integer() or abs(cell) >= 2**53:
            return _no("destroyed", f"“{cell}” is not a whole number: digits have been lost. Type it again as text.")
        cell = int(cell)
    text = str(cell) if isinstance(cell, int) else _digits_text(cell)
    if not text:
        return None, None
    if _SCIENTIFIC.fullmatch(text):
        return _no(
            "destroyed", f"“{text}” is a number in scientific form: its digits have been lost. Type it again as text."
        )
    if not re.fullmatch(r"[0-9]+", text):
        return _no("not_digits", f"“{text[:40]}” must be digits only.")
    if length is not None and len(text) != length:
        return _no(
            "wrong_length",
            f"“{text[:40]}” has {len(text)} digit{'' if len(text) == 1 else 's'}; it must have {length}.",
        )
    return text, None


def _digits_text(cell: str) -> str:
    """Plain digits of any width of letter; without spaces between, Excel's apostrophe before, or ``.0`` behind."""
    text = _SPACE.sub("", unicodedata.normalize("NFKC", clean(cell))).strip()
    text = text.removeprefix("'").removeprefix("’")
    whole = _WHOLE.fullmatch(text)
    return whole.group(1) if whole else text


def parse_date(cell: Cell, *, date1904: bool = False) -> Parsed[dt.date]:
    """A day: a date cell, a bare Excel number, 28/02/2001 (day first, always), 2001-02-28 or 28 Feb 2001."""
    if cell is None:
        return None, None
    if isinstance(cell, dt.datetime):
        return cell.date(), None
    if isinstance(cell, dt.date):
        return cell, None
    if isinstance(cell, bool):
        return _no("not_a_date", "This is not a date.")
    if isinstance(cell, (int, float)):
        return _from_serial(cell, date1904)
    text = _TIME.sub("", _SPACE.sub(" ", unicodedata.normalize("NFKC", clean(cell))).strip())
    return _from_text(text) if text else (None, None)


def _from_serial(number: float, date1904: bool) -> Parsed[dt.date]:
    """Excel counts days from 1 Jan 1900 as 1 and believes in 29 Feb 1900 (60); or from 1 Jan 1904 as 0."""
    days = int(number) if number == number and abs(number) < 1e9 else 0
    if days in YEARS and number == days:
        return _no("not_a_date", f"“{days}” is a year; give the whole date as day/month/year.")
    if date1904 and 0 < days <= LAST_SERIAL - 1462:
        return dt.date(1904, 1, 1) + dt.timedelta(days), None
    if date1904 or days < 1 or days == 60 or days > LAST_SERIAL:
        return _no("not_a_date", f"“{number:g}” is not a date.")
    return dt.date(1899, 12, 31) + dt.timedelta(days - (days > 60)), None


def _from_text(text: str) -> Parsed[dt.date]:
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(text, found[1], found[3], found[4])
    if found := _DAY_FIRST.fullmatch(text):
        return _day(text, found[4], found[3], found[1])
    if found := _NAMED.fullmatch(text):
        name = found[2].lower()
        months = [
            place for place, month in enumerate(_MONTHS, 1) if month.startswith(name) or (name == "sept" and place == 9)
        ]
        if len(months) == 1:
            return _day(text, found[3], str(months[0]), found[1])
    return _no("not_a_date", f"“{text[:40]}” is not a date; write it as day/month/year, such as 28/02/2001.")


def _day(text: str, year: str, month: str, day: str) -> Parsed[dt.date]:
    if len(year) != 4:
        return _no("short_year", f"“{text}” must have a year of four digits.")
    if int(month) > 12 >= int(day):
        return _no("not_a_date", f"“{text}” has no month {int(month)}; write dates as day/month/year.")
    try:
        return dt.date(int(year), int(month), int(day)), None
    except ValueError:
        return _no("no_such_day", f"“{text}”: there is no such day.")


def _no(code: str, message: str) -> tuple[None, Problem]:
    return None, Problem(code, "", message)
