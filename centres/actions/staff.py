"""The people a centre applies with, and the conflicts of interest it declares (A6)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models, transaction

from centres import rules
from centres.actions.sections import SectionChanged, mark_saved, open_for_writing, write
from centres.models import Application, ApplicationInterest, ApplicationPerson
from foundation import audit, clock
from foundation.errors import Problem, Refused, refuse_if
from foundation.models import StoredFile
from foundation.workflow import Actor
from standards.models import Package

NOUNS: dict[type[models.Model], str] = {ApplicationPerson: "person", ApplicationInterest: "interest"}


@transaction.atomic
def save_person(
    *,
    application: Application,
    name: str,
    roles: Sequence[str],
    elements: Iterable[Package],
    qualification: str,
    competence: str,
    by: Actor,
    cpd_on: dt.date | None = None,
    cpd: str = "",
    cv: StoredFile | None = None,
    person: ApplicationPerson | None = None,
    version: int | None = None,
) -> ApplicationPerson:
    """Add somebody to the application, or change them (A6 i). Without ``cv`` the one that is there stays."""
    told: dict[str, Any] = {
        "name": name,
        "roles": roles,
        "qualification": qualification,
        "competence": competence,
        "cpd_on": cpd_on,
    }
    refuse_if(rules.person_problems(**told, on=clock.today()))
    covered = list(elements)
    if any(package.version_id != application.version_id for package in covered):
        message = "An element of another standard cannot be part of this application."
        raise Refused([Problem("other_version", "A3", message, "people", "elements")])
    fields: dict[str, Any] = {
        "name": name.strip(),
        "roles": [str(role) for role in roles],
        "qualification": qualification.strip(),
        "competence": competence.strip(),
        "cpd_on": cpd_on,
        "cpd": cpd.strip(),
    }
    if cv is not None:
        fields["cv"] = cv
    row = _save(ApplicationPerson, application, "people", person, version, by, fields)
    row.elements.set(covered)
    return row


@transaction.atomic
def remove_person(*, person: ApplicationPerson, by: Actor) -> None:
    """Take somebody off the application; what was handed in before keeps them."""
    _remove(person, "people", by, {"name": person.name})


@transaction.atomic
def declare_no_conflicts(*, application: Application, none: bool, by: Actor, version: int | None = None) -> Application:
    """The centre has no conflict of interest, or takes that back (A6). Refused while one is listed."""
    if none and application.interests.exists():
        message = "Conflicts of interest are listed below; remove them first if there is none."
        raise Refused([Problem("conflicts_listed", "A6", message, "interest", "none")])
    return write(application, "interest", by, {"none": none}, version=version, no_conflicts=none)


@transaction.atomic
def save_interest(
    *,
    application: Application,
    person: str,
    nature: str,
    managed: str,
    by: Actor,
    interest: ApplicationInterest | None = None,
    version: int | None = None,
) -> ApplicationInterest:
    """List a conflict of interest with how it is managed, or change it (A6); "none" is not so any more."""
    refuse_if(rules.listed_conflict_problems(person=person, nature=nature, managed=managed))
    fields = {"person": person.strip(), "nature": nature.strip(), "managed": managed.strip()}
    row = _save(ApplicationInterest, application, "interest", interest, version, by, fields)
    Application.objects.filter(pk=application.pk, no_conflicts=True).update(no_conflicts=False)
    return row


@transaction.atomic
def remove_interest(*, interest: ApplicationInterest, by: Actor) -> None:
    """Take a conflict of interest off the list."""
    _remove(interest, "interest", by, {"person": interest.person})


def _save(
    model: type[Any],
    application: Application,
    key: str,
    known: Any,
    version: int | None,
    by: Actor,
    fields: dict[str, Any],
) -> Any:
    """Write a row of a section, unless it has another version than whoever saves it has seen."""
    held = open_for_writing(application, by)
    row = model(application=held, version=0)
    if known is not None:
        row = held_row(model, held, known.pk)
        if rules.is_stale(version, row.version):
            raise SectionChanged(row, row.version, row.saved_by_label, row.saved_at)
    for name, value in fields.items():
        setattr(row, name, value)
    row.version += 1
    row.saved_by_label, row.saved_at = by.label[:200], clock.now()
    row.save()
    mark_saved(held, key, by)
    verb = "change" if known is not None else "add"
    audit.record(held, f"{verb}_{NOUNS[model]}", by=by, facts={"who": fields.get("name") or fields["person"]})
    return row


def held_row(model: type[Any], application: Application, pk: int) -> Any:
    """The row as it is now. WrongState when a colleague has removed it meanwhile."""
    row = model.objects.filter(application=application, pk=pk).first()
    if row is None:
        raise _gone()
    return row


def _gone() -> Refused:
    message = "A colleague has removed this meanwhile. Add it again if it belongs there."
    return Refused([Problem("removed_meanwhile", "", message, "application")])


def _remove(row: models.Model, key: str, by: Actor, facts: dict[str, Any]) -> None:
    held = open_for_writing(row.application, by)  # type: ignore[attr-defined]
    kept = held_row(type(row), held, row.pk)
    kept.delete()
    mark_saved(held, key, by)
    audit.record(held, f"remove_{NOUNS[type(row)]}", by=by, facts=facts)
