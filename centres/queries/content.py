"""What an application says, section by section: one account of it for every page and paper that shows it (A2–A6)."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from centres import rules
from centres.models import Application, Submission
from centres.queries.applications import application_facts, application_problems
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
    those of the application where the caller has them already; with an empty list every section is done.
    """
    begun: set[str] = set()
    if problems is None:
        facts = application_facts(application)
        problems, begun = application_problems(application, clock.today(), facts), rules.begun_sections(facts)
    states = rules.section_states(problems, begun)
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
                problems=tuple(problem for problem in problems if problem.where == key),
            )
        )
    return tuple(content)


def files_of(application: Application) -> set[int]:
    """The stored files that the application has, or had when it was handed in."""
    found = {application.checklist_id} if application.checklist_id else set()
    found |= set(application.people.exclude(cv=None).values_list("cv", flat=True))
    found |= set(application.policies.values_list("stored", flat=True))
    for content in application.submissions.values_list("content", flat=True):
        for section in content:
            rows = [file for table in section["tables"] for files in table["files"] for file in files]
            found |= {file["stored_id"] for file in [*section["files"], *rows]}
    return found


def attached(application: Application, label: str, stored: StoredFile) -> AttachedFile:
    url = reverse("centres:application_file", kwargs={"pk": application.pk, "stored": stored.pk})
    return AttachedFile(label, stored.original_name, stored.sha256, stored.pk, url)


def written(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _day(day: dt.date | None) -> str:
    return f"{day:%-d %B %Y}" if day else ""


def _elements(application: Application) -> _Said:
    return _Said([Line("Elements", tuple(str(package) for package in application.elements.all()))])


def _people(application: Application) -> _Said:
    heads = ("Name", "Roles", "Elements", "Qualifications", "Occupational competence", "Last CPD", "CPD")
    rows, files = [], []
    for person in application.people.select_related("cv").prefetch_related("elements"):
        elements = ", ".join(package.code for package in person.elements.all())
        told = (person.qualification, person.competence, _day(person.cpd_on), person.cpd)
        rows.append((person.name, person.role_words, elements, *told))
        files.append((attached(application, "CV", person.cv),) if person.cv else ())
    return _Said(tables=[Table("Trainers, assessors and IQAs", heads, tuple(rows), tuple(files))])


def _resources(application: Application) -> _Said:
    texts = {row.package_id: row.text for row in application.resources.all()}
    lines = [
        Line(f"Training resources for {package.code}", written(texts.get(package.pk, "")))
        for package in application.elements.all()
    ]
    sites = tuple(
        f"{site.name}: {site.in_one_line}" if site.in_one_line else site.name for site in application.sites.all()
    )
    numbers = Line("Learner numbers, staffing and cover", written(application.staffing))
    return _Said([numbers, *lines, Line("Sites", sites)])


def _assessment(application: Application) -> _Said:
    return _Said([Line("Assessment and IQA arrangements", written(application.assessment))])


def _policies(application: Application) -> _Said:
    rows, files = [], []
    for row in application.policies.select_related("policy", "stored"):
        rows.append((str(row.policy), _day(row.issued_on), _day(row.expires_on)))
        files.append((attached(application, "Policy", row.stored),))
    return _Said(tables=[Table("Policies", ("Policy", "Issued on", "Expires on"), tuple(rows), tuple(files))])


def _checklist(application: Application) -> _Said:
    if application.checklist is None:
        return _Said()
    return _Said(files=[attached(application, "Completed approval guidance checklist", application.checklist)])


def _interest(application: Application) -> _Said:
    if application.no_conflicts:
        return _Said([Line("Conflicts of interest", ("The centre declares that there are none.",))])
    rows = tuple((row.person, row.nature, row.managed) for row in application.interests.all())
    return _Said(tables=[Table("Conflicts of interest", ("Person", "Nature", "How it is managed"), rows)])


def _declaration(application: Application) -> _Said:
    if not application.declared_by or application.declared_at is None:
        return _Said([Line("Declared by")])
    return _Said(
        [
            Line("Declared by", (f"{application.declared_by}, {application.declared_role}",)),
            Line("Assessment plan read and fully understood", (application.declared_plan,)),
            Line("Requirements read and fully understood", written(application.declared_guidance)),
            Line("Declared on", (_day(clock.london_date(application.declared_at)),)),
        ]
    )


_SECTIONS: dict[str, Callable[[Application], _Said]] = {
    "elements": _elements,
    "people": _people,
    "resources": _resources,
    "assessment": _assessment,
    "policies": _policies,
    "checklist": _checklist,
    "interest": _interest,
    "declaration": _declaration,
}


def frozen_content(submission: Submission) -> tuple[SectionContent, ...]:
    """What was handed in, in the shape of ``application_content``."""
    return tuple(
        SectionContent(
            key=section["key"],
            title=section["title"],
            state=rules.SectionState.DONE,
            url="",
            lines=tuple(Line(line["label"], tuple(line["values"])) for line in section["lines"]),
            tables=tuple(
                Table(
                    table["caption"],
                    tuple(table["heads"]),
                    tuple(tuple(row) for row in table["rows"]),
                    tuple(tuple(AttachedFile(**file) for file in files) for files in table["files"]),
                )
                for table in section["tables"]
            ),
            files=tuple(AttachedFile(**file) for file in section["files"]),
        )
        for section in submission.content
    )
