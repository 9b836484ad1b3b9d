"""What changed between two times that an application was handed in (A9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Content = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Change:
    """One answer that is not what it was: empty before when it came in, empty after when it is gone."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class SectionChange:
    """The changes of one section."""

    key: str
    title: str
    changes: tuple[Change, ...]


def content_changes(before: Content, after: Content) -> list[SectionChange]:
    """Section by section, what is not as it was (A9). Sections that are alike are left out.

    A row of a table is the same row when its first value is the same.
    """
    old = {section["key"]: section for section in before}
    new = {section["key"]: section for section in after}
    found = []
    for key in [*new, *(key for key in old if key not in new)]:
        was, now = _answers(old.get(key, {})), _answers(new.get(key, {}))
        labels = [*now, *(label for label in was if label not in now)]
        changes = tuple(
            Change(label, was.get(label, ""), now.get(label, ""))
            for label in labels
            if was.get(label, "") != now.get(label, "")
        )
        if changes:
            found.append(SectionChange(key, (new.get(key) or old[key])["title"], changes))
    return found


def _answers(section: Mapping[str, Any]) -> dict[str, str]:
    """Every answer of a section as text, by what it answers; those of the same name are counted."""
    answers: dict[str, str] = {}
    for line in section.get("lines", ()):
        _put(answers, line["label"], "\n".join(line["values"]))
    for table in section.get("tables", ()):
        for number, row in enumerate(table["rows"]):
            pairs = zip(table["heads"][1:], row[1:], strict=True)
            told = [f"{head}: {value}" for head, value in pairs if value]
            files = table["files"][number] if table["files"] else ()
            told += [_of_file(file) for file in files]
            _put(answers, f"{table['heads'][0]}: {row[0]}", "\n".join(told))
    for file in section.get("files", ()):
        _put(answers, file["label"], _of_file(file))
    return answers


def _of_file(file: Mapping[str, Any]) -> str:
    """A file that was replaced by another of the same name is another file."""
    return f"{file['label']}: {file['name']} (SHA-256 {file['sha256'][:12]})"


def _put(answers: dict[str, str], label: str, value: str) -> None:
    name, number = label, 2
    while name in answers:
        name, number = f"{label} ({number})", number + 1
    answers[name] = value
