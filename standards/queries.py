"""Reads of the catalogue that more than one caller needs. The catalogue is for everyone who is signed in."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet

from standards.models import (
    AttainmentRule,
    Component,
    ComponentCriterion,
    GradeRow,
    Package,
    Price,
    StandardVersion,
)
from standards.rules import (
    AttainmentRuleSettings,
    ComponentSettings,
    CriterionSettings,
    VersionSettings,
    price_on,
)
from standards.rules.settings import in_force
from standards.states import PriceKind

SAME_NAME = (
    "assessment_service_version",
    "assessment_plan",
    "guidance",
    "opens_on",
    "closes_on",
    "min_programme_months",
    "min_off_the_job_percent",
    "booking_notice_days",
    "late_cancellation_days",
    "epa_months",
    "resit_months",
    "resit_best_grade",
    "result_working_days",
    "review_working_days",
)


def settings_of(version: StandardVersion) -> VersionSettings:
    """The version's settings as one value, for rules. Four queries; callers that loop keep the value."""
    rows = list(GradeRow.objects.filter(version=version))
    return VersionSettings(
        reference=version.standard.reference,
        version=version.code,
        name=version.standard.name,
        level=version.standard.level,
        lars_code=version.standard.lars_code,
        components=_components(version),
        attainment_rules=_attainment_rules(version),
        grade_table={row.key: row.overall for row in rows},
        grade_table_confirmed=bool(rows) and all(row.confirmed for row in rows),
        **{name: getattr(version, name) for name in SAME_NAME},
    )


def settings_by_version(versions: Iterable[StandardVersion]) -> dict[int, VersionSettings]:
    """Settings of several versions by primary key."""
    return {version.pk: settings_of(version) for version in versions}


def price(
    version: StandardVersion,
    kind: str,
    *,
    package: Package | None = None,
    component: Component | None = None,
    on: dt.date,
) -> Price | None:
    """The line of the price list in force on a day (D4, D5), or None.

    A resit is priced by its component; where the list has none for it, by the line that names no component.
    """
    lines = list(Price.objects.filter(version=version, kind=kind, package=package))
    own = price_on([line for line in lines if line.component_id == (component.pk if component else None)], on)
    if own is not None or component is None:
        return own
    return price_on([line for line in lines if line.component_id is None], on)


def price_list(version: StandardVersion, on: dt.date) -> list[Price]:
    """The lines in force on a day, packages first, each with its package and component."""
    order = list(PriceKind)
    lines = Price.objects.filter(version=version).select_related("package", "component")
    valid = [line for line in lines if in_force(line, on)]
    return sorted(
        valid,
        key=lambda line: (
            order.index(PriceKind(line.kind)),
            line.package.code if line.package else "",
            line.component.order if line.component else 0,
        ),
    )


def price_changes(version: StandardVersion, after: dt.date) -> list[Price]:
    """Lines that begin after a day: what will change."""
    later = Price.objects.filter(version=version, valid_from__gt=after).select_related("package", "component")
    return list(later.order_by("valid_from", "kind"))


def open_first(versions: QuerySet[StandardVersion], on: dt.date) -> list[StandardVersion]:
    """The given versions with their packages, those open on the day first."""
    rows = versions.select_related("standard").prefetch_related("packages")
    return sorted(rows, key=lambda version: (not is_open(version, on), version.short))


def is_open(version: StandardVersion, on: dt.date) -> bool:
    """Whether learners may be registered on a day."""
    return version.opens_on <= on and (version.closes_on is None or on <= version.closes_on)


def _components(version: StandardVersion) -> tuple[ComponentSettings, ...]:
    rows = Component.objects.filter(version=version).prefetch_related(
        Prefetch("criteria", ComponentCriterion.objects.order_by("order", "pk"))
    )
    return tuple(
        ComponentSettings(
            code=row.code,
            name=row.name,
            order=row.order,
            grades=tuple(row.grades),
            window_months=row.window_months,
            is_practical=row.is_practical,
            submission_name=row.submission_name,
            submission_days_before=row.submission_days_before,
            submission_within_months=row.submission_within_months,
            evidence_min=row.evidence_min,
            evidence_max=row.evidence_max,
            subject_agreed=row.subject_agreed,
            rework_months=row.rework_months,
            criteria=tuple(
                CriterionSettings(criterion.code, criterion.text, criterion.needed_for)
                for criterion in row.criteria.all()
            ),
        )
        for row in rows
    )


def _attainment_rules(version: StandardVersion) -> tuple[AttainmentRuleSettings, ...]:
    return tuple(
        AttainmentRuleSettings(rule.subject, rule.route, rule.minimum_level, rule.valid_from, rule.valid_to)
        for rule in AttainmentRule.objects.filter(version=version)
    )
