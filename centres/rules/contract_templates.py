"""The text of an EPA contract: paragraphs, simple lists, and fields from a closed list (A7, A10)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from foundation.errors import Problem

WHERE = "contract_template"
# What may stand in braces, and what is put there when the contract is issued.
FIELDS = {
    "centre_name": "Name of the centre",
    "centre_number": "IMI’s number of the centre",
    "ukprn": "UKPRN of the centre",
    "application": "Number of the application that was approved",
    "standard": "Name, level and reference of the standard with its version",
    "version": "The version alone, such as ST0071/AP01",
    "assessment_plan": "Title of the assessment plan",
    "guidance": "Title of IMI’s guidance",
    "elements": "The approved elements: a list where it stands alone, else one sentence",
    "price_list": "The prices in force on the day of issue: a list where it stands alone, else one sentence",
    "issued_on": "Day of issue",
    "start": "First day on which the contract can be in force",
    "review_date": "Day on which both sides look at the contract again",
    "notice_days": "Days between notice and the last day",
    "sign_days": "Days for which the offer stands",
    "booking_notice_days": "Days between the booking and the assessment",
    "late_cancellation_days": "Days before the assessment within which a cancellation is late",
    "result_working_days": "Working days until the result",
}
_FIELD = re.compile(r"\{([^{}]*)\}")
_ITEM = "- "
Values = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class ClauseText:
    """A clause as its author wrote it."""

    heading: str
    text: str


@dataclass(frozen=True)
class Block:
    """A paragraph (one line), or a simple list."""

    lines: tuple[str, ...]
    is_list: bool = False


def clause_problems(place: str, clause: ClauseText) -> list[Problem]:
    """What is wrong with one clause (A7); ``place`` says which it is."""
    named = f"{place}, “{clause.heading.strip()}”" if clause.heading.strip() else place
    problems = []
    for field, text in (("heading", clause.heading), ("text", clause.text)):
        if not text.strip():
            problems.append(Problem("empty_clause", "A7", f"{named}: the {field} is missing.", WHERE, field))
        unknown = [name for name in dict.fromkeys(_FIELD.findall(text)) if name not in FIELDS]
        problems += [
            Problem("unknown_field", "A7", f"{named}: {{{name}}} is not one of the fields.", WHERE, field)
            for name in unknown
        ]
        spare = re.search(r"[{}]", _FIELD.sub("", text))
        if spare:
            message = f"{named}: a brace “{spare.group()}” has no partner; braces stand around a field’s name only."
            problems.append(Problem("unbalanced_brace", "A7", message, WHERE, field))
    return problems


def template_problems(clauses: Sequence[ClauseText]) -> list[Problem]:
    """What keeps a template from being published (A7)."""
    if not clauses:
        return [Problem("no_clauses", "A7", "A contract template has at least one clause.", WHERE)]
    return [
        problem
        for number, clause in enumerate(clauses, start=1)
        for problem in clause_problems(f"Clause {number}", clause)
    ]


def published_problems(version: str, *, published: bool) -> list[Problem]:
    """A contract is issued on a published template only (A7)."""
    if published:
        return []
    message = (
        f"There is no published contract template for {version}: an administrator writes and publishes one in the "
        "administration, under “Contract templates”."
    )
    return [Problem("no_contract_template", "A7", message, WHERE)]


def beginning_draft_problems(version: str, *, draft: bool) -> list[Problem]:
    """One draft at a time (A7): two would each lose the other's words."""
    if not draft:
        return []
    message = f"There is a draft for {version} already: publish it or delete it first."
    return [Problem("draft_exists", "A7", message, WHERE)]


def blocks_of(text: str) -> list[Block]:
    """Paragraphs are parted by an empty line; a line that begins with “- ” is an item of a list."""
    blocks: list[Block] = []
    for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        fresh = True
        for line in filter(None, (each.strip() for each in part.split("\n"))):
            item = line.startswith(_ITEM)
            content = line.removeprefix(_ITEM).strip() if item else line
            if not fresh and blocks[-1].is_list == item:
                last = blocks.pop().lines
                blocks.append(Block((*last, content) if item else (f"{last[0]} {content}",), item))
            else:
                blocks.append(Block((content,), item))
            fresh = False
    return blocks


def filled(clauses: Sequence[ClauseText], values: Values) -> list[dict[str, Any]]:
    """The clauses as the contract says them: heading, and blocks with ``text`` or ``list`` (A7). Plain JSON.

    The text is taken apart before the values come in: what a value says is never read as a field or a list.
    """
    return [
        {
            "heading": _inline(clause.heading, values),
            "blocks": [_filled_block(block, values) for block in blocks_of(clause.text)],
        }
        for clause in clauses
    ]


def _filled_block(block: Block, values: Values) -> dict[str, Any]:
    if not block.is_list and not isinstance(_alone(block.lines[0], values), list):
        return {"text": _inline(block.lines[0], values)}
    items: list[str] = []
    for line in block.lines:
        whole = _alone(line, values)
        items += whole if isinstance(whole, list) else [_inline(line, values)]
    return {"list": items}


def _alone(line: str, values: Values) -> str | list[str]:
    """The value of a field that is the whole line."""
    found = _FIELD.fullmatch(line)
    return values[found.group(1)] if found else line


def _inline(text: str, values: Values) -> str:
    def value(match: re.Match[str]) -> str:
        found = values[match.group(1)]
        return "; ".join(found) if isinstance(found, list) else found

    return _FIELD.sub(value, text)
