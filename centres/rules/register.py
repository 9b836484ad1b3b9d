"""The government's register of apprenticeship training providers, read from its CSV (A1).

Three layouts are known: the file of today (February 2023 on, headers with or without spaces), the one before it (2019
to February 2023) and the register's internal extract. What is not understood for certain refuses the file as a whole: a
provider that is dropped because its row could not be read would lose its right to register apprentices.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from centres.states import RegisterChangeKind
from foundation.errors import Problem

CURRENT, OLDER, INTERNAL = "2023 onwards", "2019 to 2023", "internal extract"
MOST_BYTES = 20 * 1024 * 1024
MOST_PROBLEMS = 20
TYPES = {kind.casefold(): kind for kind in ("Main provider", "Employer provider", "Supporting provider")}
NOT_STARTING = "not currently starting new apprentices"
NO_WORDS = frozenset({"", "false", "no", "n", "0"})

# Key of ours → the headers it goes by, lower case and without anything but letters.
HEADERS: dict[str, tuple[str, ...]] = {
    "ukprn": ("ukprn",),
    "name": ("name", "organisationname"),
    "type": ("applicationtype", "providertype"),
    "start": ("startdate",),
    "stopped": ("status", "providernotcurrentlystartingnewapprentices"),
    "determined": ("applicationdetermineddate",),
    "end": ("enddate",),
}
NEEDED = {
    "ukprn": "Ukprn",
    "name": "Name",
    "type": "ApplicationType",
    "start": "StartDate",
    "stopped": "Status",
    "determined": "ApplicationDeterminedDate",
}
_DATE = re.compile(r"(\d{2})[/-](\d{2})[/-](\d{4})|(\d{4})[/-](\d{2})[/-](\d{2})")


@dataclass(frozen=True)
class ProviderRow:
    """A provider as the file has it; ``not_starting``: it takes on no new apprentices for now."""

    ukprn: int
    name: str
    provider_type: str
    start_on: dt.date | None
    not_starting: bool
    determined_on: dt.date | None


@dataclass(frozen=True)
class ParsedRegister:
    """What the file says. With ``problems`` there are no providers: it is taken over whole or not at all.

    ``row_count`` rows = providers + ``ignored_count`` (assessment organisations, other types, repeats, removed ones).
    """

    layout: str = ""
    providers: Mapping[int, ProviderRow] = field(default_factory=dict)
    row_count: int = 0
    ignored_count: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Change:
    """A difference between two states of the register, for one provider."""

    ukprn: int
    name: str
    kind: RegisterChangeKind
    before: str = ""
    after: str = ""


def parse_register(data: bytes, today: dt.date) -> ParsedRegister:
    """Read the register's CSV (A1). ``today`` decides whether an end date of the internal extract has come."""
    text, problem = _text(data)
    if problem is not None:
        return ParsedRegister(problems=(problem,))
    try:
        lines = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if any(map(str.strip, row))]
    except csv.Error:
        return ParsedRegister(problems=(_truncated(),))
    places, layout, missing = _columns(lines[0])
    if missing:
        return ParsedRegister(problems=(missing,))
    if len(lines) > 1 and len(lines[-1]) < len(lines[0]):
        return ParsedRegister(problems=(_truncated(),))
    return _providers(lines, places, layout, today)


def compare(before: Mapping[int, ProviderRow], after: Mapping[int, ProviderRow]) -> list[Change]:
    """The differences by UKPRN (A1): joined, left, renamed, of another type, stopped or resumed starting."""
    return [
        change
        for ukprn in sorted(before.keys() | after.keys())
        for change in _changes(before.get(ukprn), after.get(ukprn))
    ]


def shrink_problems(last_count: int, count: int, min_share: float) -> list[Problem]:
    """A file with far fewer providers than the last one was cut short on its way: refused (A1)."""
    if count >= last_count * min_share:
        return []
    return [
        Problem(
            "register_shrank",
            "A1",
            f"This file has {count} providers, the register we have has {last_count}. A register does not shrink like "
            "that in one go, so the file was probably cut short. Download it again.",
            "file",
            "file",
        )
    ]


def joined_on(start_on: dt.date | None, left_on: dt.date | None, today: dt.date) -> dt.date:
    """Since when a provider that an import brings has been on the register (A1): its own start where the file gives
    one. Of one that has been away only a start after it left counts: an earlier one says nothing about its return."""
    if start_on is None or (left_on is not None and start_on < left_on):
        return today
    return min(start_on, today)


def _text(data: bytes) -> tuple[str, Problem | None]:
    if not data.strip():
        return "", _file("register_empty", "The file is empty. Download the register again.")
    if len(data) > MOST_BYTES:
        return "", _file("register_too_large", "The file is far larger than the register. Check which file it is.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        return "", _file(
            "register_encoding",
            "The file is not plain text in UTF-8. Upload it as downloaded, not as saved by a spreadsheet program.",
        )
    if text.lstrip().startswith("<"):
        return "", _file(
            "register_html",
            "This is a web page, not the register: the government’s site shows a page while the file is unavailable. "
            "Try the download again later.",
        )
    return text, None


def _columns(header: Sequence[str]) -> tuple[dict[str, int], str, Problem | None]:
    """Key → place, the layout's name, and what is wrong with the header if anything."""
    names = [re.sub(r"[^a-z]", "", cell.casefold()) for cell in header]
    places = {key: names.index(name) for key, known in HEADERS.items() for name in known if name in names}
    absent = [shown for key, shown in NEEDED.items() if key not in places]
    if absent:
        message = f"The file has no column {', '.join(absent)}. Is it the register of training providers?"
        return places, "", _file("register_columns", message)
    if len(names) != len(set(names)):
        return places, "", _file("register_columns", "The file has two columns of the same name.")
    layout = INTERNAL if "end" in places else OLDER if "providertype" in names else CURRENT
    return places, layout, None


def _providers(
    lines: Sequence[Sequence[str]], places: Mapping[str, int], layout: str, today: dt.date
) -> ParsedRegister:
    found: dict[int, ProviderRow] = {}
    problems: list[Problem] = []
    ignored = 0
    for number, cells in enumerate(lines[1:], start=2):
        if len(cells) != len(lines[0]):
            problems.append(_row(number, "it has not as many columns as the header"))
            continue
        row = {key: " ".join(cells[place].split()) for key, place in places.items()}
        if row["type"].casefold() not in TYPES or _ended(row.get("end", ""), today):
            ignored += 1  # an assessment organisation, a type that trains nobody, a removed provider
            continue
        wrong = list(_wrong(row, layout))
        problems += [_row(number, words) for words in wrong]
        if wrong:
            continue
        provider = _provider(row)
        if found.setdefault(provider.ukprn, provider) != provider:
            problems.append(_row(number, f"the provider {provider.ukprn} stands in the file twice, differently"))
        elif found[provider.ukprn] is not provider:
            ignored += 1  # the same row again
    if problems:
        return ParsedRegister(layout, problems=tuple(problems[:MOST_PROBLEMS]))
    if not found:
        return ParsedRegister(layout, problems=(_file("register_empty", "There is no training provider in the file."),))
    return ParsedRegister(layout, found, len(lines) - 1, ignored)


def _wrong(row: Mapping[str, str], layout: str) -> Iterator[str]:
    if not re.fullmatch(r"[1-9]\d{7}", row["ukprn"], re.ASCII):
        yield f"the UKPRN “{row['ukprn'][:20]}” is not a number of eight digits"
    if not row["name"] or len(row["name"]) > 300:
        yield "the name is missing or too long"
    for key in ("start", "determined"):
        if row[key] and _date(row[key]) is None:
            yield f"“{row[key][:20]}” is not a date"
    if layout == CURRENT and row["stopped"].casefold() not in {"", "active", NOT_STARTING}:
        yield f"the status “{row['stopped'][:60]}” is not known"


def _provider(row: Mapping[str, str]) -> ProviderRow:
    return ProviderRow(
        ukprn=int(row["ukprn"]),
        name=row["name"],
        provider_type=TYPES[row["type"].casefold()],
        start_on=_date(row["start"]),
        not_starting=row["stopped"].casefold() not in NO_WORDS | {"active"},
        determined_on=_date(row["determined"]),
    )


def _date(text: str) -> dt.date | None:
    """dd/MM/yyyy, dd-MM-yyyy, or yyyy/MM/dd of the internal extract; a time of day after it is left out."""
    match = _DATE.fullmatch(text.partition(" ")[0])
    if match is None:
        return None
    day, month, year = match[1] or match[6], match[2] or match[5], match[3] or match[4]
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _ended(text: str, today: dt.date) -> bool:
    end = _date(text)
    return end is not None and end <= today


def _changes(before: ProviderRow | None, after: ProviderRow | None) -> Iterator[Change]:
    if after is None:
        if before is not None:
            yield Change(before.ukprn, before.name, RegisterChangeKind.LEFT)
        return
    if before is None:
        yield Change(after.ukprn, after.name, RegisterChangeKind.JOINED)
        return
    if before.name != after.name:
        yield Change(after.ukprn, after.name, RegisterChangeKind.RENAMED, before.name, after.name)
    if before.provider_type != after.provider_type:
        yield Change(
            after.ukprn, after.name, RegisterChangeKind.TYPE_CHANGED, before.provider_type, after.provider_type
        )
    if before.not_starting != after.not_starting:
        kind = RegisterChangeKind.STOPPED_STARTING if after.not_starting else RegisterChangeKind.RESUMED_STARTING
        yield Change(after.ukprn, after.name, kind)


def _file(code: str, message: str) -> Problem:
    return Problem(code, "A1", message, "file", "file")


def _row(number: int, words: str) -> Problem:
    return Problem("register_row", "A1", f"Row {number}: {words}.", "file", "file")


def _truncated() -> Problem:
    return _file("register_truncated", "The last line of the file is incomplete: it was cut short. Download it again.")
