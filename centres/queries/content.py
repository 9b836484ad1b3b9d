"""What an application says, section by section: one account of it for every page and paper that shows it (A2–A6)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from centres import rules
from centres.models import Application
from centres.queries.applications import application_problems
from foundation import clock
from foundation.errors import Problem
from foundation.models import StoredFile


@dataclass(frozen=True)
class AttachedFile:
    """A file of the application: what it is, what it is called, its fingerprint, and where it is downloaded."""

    label: str
    name: str
    sha256: str
    stored_id: int
    url: str


@dataclass(frozen=True)
class Line:
    """One answer: its question, and what was written or chosen, several values as several."""

    label: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShownRow:
    """A row of a table as a page draws it."""

    cells: tuple[tuple[str, str], ...]
    files: tuple[AttachedFile, ...]


@dataclass(frozen=True)
class Table:
    """Answers of a kind. ``files`` has, for each row, the files that belong to it."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    files: tuple[tuple[AttachedFile, ...], ...] = ()

    @property
    def shown(self) -> list[ShownRow]:
        """Row by row for a page: each value with its head, and the row's files."""
        files = self.files or ((),) * len(self.rows)
        pairs = zip(self.rows, files, strict=True)
        return [ShownRow(tuple(zip(self.heads, row, strict=True)), own) for row, own in pairs]


@dataclass(frozen=True)
class SectionContent:
    """A section of the application as it stands. ``url`` is where the centre writes it."""

    key: str
    title: str
    state: rules.SectionState
    url: str
    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    files: tuple[AttachedFile, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (any(line.values for line in self.lines) or any(table.rows for table in self.tables) or self.files)


@dataclass(frozen=True)
class _Said:
    lines: Sequence[Line] = ()
    tables: Sequence[Table] = ()
    files: Sequence[AttachedFile] = ()


def application_content(
    application: Application, problems: Sequence[Problem] | None = None
) -> tuple[SectionContent, ...]:
    """The whole application, in the order of ``rules.SECTIONS``.

    Read by "check your answers", by the paper of what was handed in and by the reviewer's screen. ``problems`` are
    those of the application where the caller has them already.
    """
    found = application_problems(application, clock.today()) if problems is None else problems
    states = rules.section_states(found)
    content = []
    for key, title in rules.SECTIONS.items():
        said = _SECTIONS[key](application)
        content.append(
            SectionContent(
                key=key,
                title=title,
                state=states[key],
                url=reverse("centres:section", kwargs={"pk": application.pk, "section": key}),
                lines=tuple(said.lines),
                tables=tuple(said.tables),
                files=tuple(said.files),
                problems=tuple(problem for problem in found if problem.where == key),
            )
        )
    return tuple(content)


def attached(label: str, stored: StoredFile, url: str) -> AttachedFile:
    return AttachedFile(label, stored.original_name, stored.sha256, stored.pk, url)


def written(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _elements(application: Application) -> _Said:
    return _Said([Line("Elements", tuple(str(package) for package in application.elements.all()))])


def _staffing(application: Application) -> _Said:
    return _Said([Line("Training and staffing resources", written(application.staffing))])


def _assessment(application: Application) -> _Said:
    return _Said([Line("Assessment and quality assurance", written(application.assessment))])


def _checklist(application: Application) -> _Said:
    if application.checklist is None:
        return _Said()
    url = reverse("centres:checklist", kwargs={"pk": application.pk})
    return _Said(files=[attached("Completed approval guidance checklist", application.checklist, url)])


def _declaration(application: Application) -> _Said:
    if not application.declared_by or application.declared_at is None:
        return _Said([Line("Declared by")])
    return _Said(
        [
            Line("Declared by", (f"{application.declared_by}, {application.declared_role}",)),
            Line("Read and fully understood", (application.declared_plan,)),
            Line("On", (f"{clock.london_date(application.declared_at):%-d %B %Y}",)),
        ]
    )


_SECTIONS: dict[str, Callable[[Application], _Said]] = {
    "elements": _elements,
    "staffing": _staffing,
    "assessment": _assessment,
    "checklist": _checklist,
    "declaration": _declaration,
}
