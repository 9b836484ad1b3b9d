"""Taking a catalogue file over into the tables: once, again without effect, and again after it was changed."""

import hashlib
import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from foundation import audit
from foundation.errors import NotAllowed, Problem, Refused, refuse_if
from foundation.workflow import SYSTEM, Actor
from standards.models import (
    ApprovalCriterion,
    AttainmentRule,
    Component,
    ComponentCriterion,
    GradeRow,
    Package,
    Price,
    ProgrammeGateway,
    RequiredPolicy,
    Standard,
    StandardVersion,
)
from standards.rules.catalogue import CatalogueRow, problems, rows_of

CATALOGUE = Path(__file__).resolve().parent / "catalogue"
# What storeys above make of a version that was taken over, unknown to this one: they add to it at start-up. Each is
# called in the same transaction, again without effect.
FOLLOWED_BY: list[Callable[[StandardVersion, Actor], object]] = []
# What may not change once something of another storey points at the row: it would rewrite what was agreed.
FIXED_WHEN_USED = {"price": {"amount"}, "component": {"grades"}, "package": {"kind"}}


@dataclass
class Loaded:
    """What loading a file did: the version, and the names of the rows made and changed ("price:package/…")."""

    version: StandardVersion
    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


def load_version(path: Path, by: Actor) -> Loaded:
    """Take a catalogue file over. A file already taken over changes nothing.

    A value is written when its row is new or when this file says something else than the file taken over before it:
    otherwise what an administrator changed meanwhile stays. Nothing is ever removed, and a price that has been charged
    is not rewritten: a new price is a further line. Raises Refused with all that is wrong, NotAllowed for people.
    """
    data, sha256 = _read(path)
    refuse_if(problems(data))
    with transaction.atomic():
        standard, version, is_new = _version(data)
        if not by.holds(SYSTEM, version):
            raise NotAllowed("Catalogue files are loaded by the command load_standards.")
        before = {} if is_new else _loaded_before(version)
        loaded = Loaded(version, created=["version:"] if is_new else [])
        if before.get("sha256") == sha256:
            return loaded
        rows = [
            CatalogueRow("standard", "", _standard_fields(data)),
            CatalogueRow("version", "", _version_fields(data)),
            *rows_of(data),
        ]
        _Writer(standard, version, before.get("rows", {}), loaded).write(rows)
        facts = {
            "file": path.name,
            "sha256": sha256,
            "created": len(loaded.created),
            "changed": loaded.changed,
            "rows": {row.name: row.fields for row in rows},
        }
        audit.record(version, "load", by=by, facts=facts)
        for follow in FOLLOWED_BY:
            follow(version, by)
    return loaded


def catalogue_files() -> list[Path]:
    """The files that come with the portal."""
    return sorted(CATALOGUE.glob("*.toml"))


def _read(path: Path) -> tuple[dict[str, Any], str]:
    content = path.read_bytes()
    try:
        return tomllib.loads(content.decode()), hashlib.sha256(content).hexdigest()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused([Problem("not_toml", "", f"{path.name} is not TOML: {error}", where="catalogue")]) from error


def _standard_fields(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data["standard"].items() if name != "reference"}


def _version_fields(data: Mapping[str, Any]) -> dict[str, Any]:
    settings = {name: value for name, value in data["version"].items() if name != "code"}
    return {
        "closes_on": None,
        "plan_url": "",
        "assessment_service_version": "",
        **settings,
        "contract_terms": data["contract_terms"],
        "checklist": data["checklist"]["lines"],
    }


def _version(data: Mapping[str, Any]) -> tuple[Standard, StandardVersion, bool]:
    """The standard and the version, made where they are missing; the standard's row is locked until the end."""
    Standard.objects.get_or_create(reference=data["standard"]["reference"], defaults=_standard_fields(data))
    standard = Standard.objects.select_for_update().get(reference=data["standard"]["reference"])
    version, is_new = StandardVersion.objects.get_or_create(
        standard=standard, code=data["version"]["code"], defaults=_version_fields(data)
    )
    return standard, version, is_new


def _loaded_before(version: StandardVersion) -> dict[str, Any]:
    last = audit.history(version).filter(verb="load").first()
    return last.facts if last else {}


def loaded_grade(row: GradeRow) -> str:
    """What the catalogue file taken over last says of a combination; empty where it says nothing."""
    said: Mapping[str, Any] = _loaded_before(row.version).get("rows", {}).get(f"grade_row:{row.key}", {})
    return str(said.get("overall", ""))


class _Writer:
    """Writes the file's rows, comparing each with what the file before it said."""

    def __init__(self, standard: Standard, version: StandardVersion, before: Mapping[str, Any], loaded: Loaded) -> None:
        self.standard, self.version, self.before, self.loaded = standard, version, before, loaded
        self.packages: dict[str, Package] = {}
        self.components: dict[str, Component] = {}
        self.problems: list[Problem] = []

    def write(self, rows: list[CatalogueRow]) -> None:
        """All rows or none: the problems of all of them are raised together."""
        for row in rows:
            self._write(row)
        refuse_if(self.problems)

    def _write(self, row: CatalogueRow) -> None:
        model, lookup = self._place(row)
        values = self._values(row)
        existing = model._default_manager.filter(**lookup).first()
        if existing is None:
            existing = model._default_manager.create(**lookup, **values)
            self.loaded.created.append(row.name)
        else:
            self._change(row, existing, values)
        if isinstance(existing, Package):
            self._keep_package(existing)
        elif isinstance(existing, Component):
            self.components[existing.code] = existing

    def _change(self, row: CatalogueRow, existing: models.Model, values: Mapping[str, Any]) -> None:
        said = self.before.get(row.name, {})
        plain = json.loads(json.dumps(row.fields, cls=DjangoJSONEncoder))
        fresh = [name for name in values if plain[name] != said.get(name, _NOTHING)]
        differs = [name for name in fresh if getattr(existing, name) != values[name]]
        fixed = sorted(FIXED_WHEN_USED.get(row.table, set()) & set(differs))
        if fixed and is_used(existing):
            message = (
                f"{row.name}: “{fixed[0]}” is in use and cannot change; add a line from a later day or a new version."
            )
            self.problems.append(Problem("in_use", "", message, where="catalogue", field=row.table))
        elif differs:
            for name in differs:
                setattr(existing, name, values[name])
            existing.save(update_fields=differs)
            self.loaded.changed.append(row.name)

    def _keep_package(self, package: Package) -> None:
        if package.version_id != self.version.pk:
            message = f"The package {package.code} belongs to {package.version.short} already."
            self.problems.append(Problem("package_taken", "", message, where="catalogue", field="packages"))
        self.packages[package.code] = package

    def _values(self, row: CatalogueRow) -> dict[str, Any]:
        """The row's fields without those that name it, as the table holds them."""
        values = {name: value for name, value in row.fields.items() if name not in _NAMING.get(row.table, ())}
        if "amount" in values:
            values["amount"] = Decimal(values["amount"])
        return values

    def _place(self, row: CatalogueRow) -> tuple[type[models.Model], dict[str, Any]]:
        """The model and what names the row in it."""
        fields, version = row.fields, self.version
        match row.table:
            case "standard":
                return Standard, {"pk": self.standard.pk}
            case "version":
                return StandardVersion, {"pk": version.pk}
            case "package":
                if Package.objects.filter(code=row.key).exists():
                    return Package, {"code": row.key}
                return Package, {"code": row.key, "version": version}
            case "criterion":
                of, _, code = row.key.partition("/")
                return ComponentCriterion, {"component": self.components[of], "code": code}
            case "attainment_rule":
                return AttainmentRule, {"version": version, **{name: fields[name] for name in _NAMING[row.table]}}
            case "price":
                package, component = self.packages.get(fields["package"]), self.components.get(fields["component"])
                named = {"kind": fields["kind"], "valid_from": fields["valid_from"]}
                return Price, {"version": version, "package": package, "component": component, **named}
            case "grade_row":
                return GradeRow, {"version": version, "key": row.key}
            case _:
                return _BY_CODE[row.table], {"version": version, "code": row.key}


_NOTHING = object()
_BY_CODE: dict[str, type[models.Model]] = {
    "programme_gateway": ProgrammeGateway,
    "approval_criterion": ApprovalCriterion,
    "required_policy": RequiredPolicy,
    "component": Component,
}
_NAMING = {
    "attainment_rule": ("subject", "route", "valid_from"),
    "price": ("kind", "package", "component", "valid_from"),
}


def is_used(row: models.Model) -> bool:
    """Whether a row of another storey points at this one (a registration, a charge, an attempt)."""
    for relation in row._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):  # a one-to-one is one too; a many-to-many has its own
            continue
        model = relation.related_model
        outside = model._meta.app_label != row._meta.app_label
        if outside and model._default_manager.filter(**{relation.field.name: row.pk}).exists():
            return True
    return False
