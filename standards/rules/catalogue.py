"""A catalogue file: its shape, everything that can be wrong with it, and the rows of tables that it stands for.

``data`` below is the file as ``tomllib`` gives it. Pure: nothing here knows whether a row exists already.
"""

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from foundation.errors import Problem
from standards.rules.settings import LEVELS, grade_combinations, grade_key
from standards.states import GRADE_ORDER, Grade, PackageKind, PriceKind, Route, Subject

REQUIRED = True
Shape = Mapping[str, tuple[type, bool]]

STANDARD: Shape = {
    "reference": (str, REQUIRED),
    "name": (str, REQUIRED),
    "level": (int, REQUIRED),
    "lars_code": (int, REQUIRED),
}
SETTINGS = (
    "min_programme_months",
    "min_off_the_job_percent",
    "booking_notice_days",
    "late_cancellation_days",
    "epa_months",
    "resit_months",
    "result_working_days",
    "review_working_days",
    "contract_sign_days",
    "contract_review_months",
    "contract_notice_days",
    "policy_warning_days",
)
# Our own figures for the desktop review (A6, A9): what a file leaves out is as the portal has it by itself.
REVIEW_SETTINGS = (
    "interest_months",
    "action_reminder_days",
    "action_chase_days",
    "appeal_working_days",
    "re_review_months_low",
    "re_review_months_medium",
    "re_review_months_high",
    "re_review_notice_days",
)
VERSION: Shape = {
    "code": (str, REQUIRED),
    "assessment_service_version": (str, False),
    "assessment_plan": (str, REQUIRED),
    "plan_url": (str, False),
    "guidance": (str, REQUIRED),
    "opens_on": (dt.date, REQUIRED),
    "closes_on": (dt.date, False),
    "resit_best_grade": (str, REQUIRED),
    "contract_chase_days": (list, REQUIRED),
    **dict.fromkeys(SETTINGS, (int, REQUIRED)),
    **dict.fromkeys(REVIEW_SETTINGS, (int, False)),
    "sign_off_from": (str, False),
    "approvals_expire": (bool, False),
}
SINGLE: Mapping[str, Shape] = {
    "standard": STANDARD,
    "version": VERSION,
    "grade_table": {"confirmed": (bool, REQUIRED), "any_fail": (str, False), "rows": (list, REQUIRED)},
    "checklist": {"lines": (list, REQUIRED)},
}
LISTS: Mapping[str, Shape] = {
    "packages": {"code": (str, REQUIRED), "name": (str, REQUIRED), "kind": (str, REQUIRED)},
    "programme_gateways": {"code": (str, REQUIRED), "name": (str, REQUIRED)},
    "approval_criteria": {"code": (str, REQUIRED), "text": (str, REQUIRED)},
    "policies": {"code": (str, REQUIRED), "name": (str, REQUIRED), "about": (str, False)},
    "attainment_rules": {
        "subject": (str, REQUIRED),
        "route": (str, REQUIRED),
        "minimum_level": (str, REQUIRED),
        "valid_from": (dt.date, REQUIRED),
        "valid_to": (dt.date, False),
    },
    "components": {
        "code": (str, REQUIRED),
        "name": (str, REQUIRED),
        "grades": (list, REQUIRED),
        "window_months": (int, REQUIRED),
        "is_practical": (bool, False),
        "submission_name": (str, False),
        "submission_days_before": (int, False),
        "submission_within_months": (int, False),
        "evidence_min": (int, False),
        "evidence_max": (int, False),
        "subject_agreed": (bool, False),
        "rework_months": (int, False),
        "criteria": (list, REQUIRED),
    },
    "prices": {
        "kind": (str, REQUIRED),
        "package": (str, False),
        "component": (str, False),
        "amount": (str, REQUIRED),
        "valid_from": (dt.date, REQUIRED),
        "valid_to": (dt.date, False),
        "example": (bool, False),
    },
    "contract_terms": {"heading": (str, REQUIRED), "text": (str, REQUIRED)},
}
MAY_BE_ABSENT = {"programme_gateways", "policies"}
CRITERION: Shape = {"code": (str, REQUIRED), "text": (str, REQUIRED), "needed_for": (str, REQUIRED)}


@dataclass(frozen=True)
class CatalogueRow:
    """A row that the file stands for: its table, what names it within the version, and its other fields."""

    table: str
    key: str
    fields: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.table}:{self.key}"


def problems(data: Mapping[str, Any]) -> list[Problem]:
    """Everything wrong with a catalogue file. What the values mean is looked at once the shape is right."""
    found = list(_shape_problems(data))
    if found:
        return found
    return [
        *_twice(data),
        *_setting_problems(data),
        *_component_problems(data),
        *_grade_table_problems(data),
        *_attainment_problems(data),
        *_price_problems(data),
    ]


def rows_of(data: Mapping[str, Any]) -> list[CatalogueRow]:
    """The rows in the order in which they can be written (what is pointed at comes first).

    A standard has any number of programme gateways, none too (A4).
    """
    rows = [
        CatalogueRow("package", row["code"], {"name": row["name"], "kind": row["kind"]}) for row in data["packages"]
    ]
    for table, section in (("programme_gateway", "programme_gateways"), ("approval_criterion", "approval_criteria")):
        for order, row in enumerate(data.get(section, []), 1):
            rows.append(CatalogueRow(table, row["code"], {**_without(row, "code"), "order": order}))
    for order, row in enumerate(data.get("policies", []), 1):
        fields = {"about": "", **_without(row, "code"), "order": order}
        rows.append(CatalogueRow("required_policy", row["code"], fields))
    for rule in data["attainment_rules"]:
        key = f"{rule['subject']}/{rule['route']}/{rule['valid_from']:%Y-%m-%d}"
        rows.append(CatalogueRow("attainment_rule", key, {"valid_to": None, **rule}))
    for order, component in enumerate(data["components"], 1):
        defaults = {name: None for name, (kind, needed) in LISTS["components"].items() if kind is int and not needed}
        fields = {"is_practical": False, "submission_name": "", "subject_agreed": False, **defaults}
        rows.append(
            CatalogueRow(
                "component", component["code"], {**fields, **_without(component, "code", "criteria"), "order": order}
            )
        )
        for place, criterion in enumerate(component["criteria"], 1):
            key = f"{component['code']}/{criterion['code']}"
            rows.append(CatalogueRow("criterion", key, {**_without(criterion, "code"), "order": place}))
    confirmed = data["grade_table"]["confirmed"]
    rows += [
        CatalogueRow("grade_row", key, {"overall": overall, "confirmed": confirmed})
        for key, overall in grade_rows(data).items()
    ]
    for price in data["prices"]:
        key = f"{_price_line(price)}/{price['valid_from']:%Y-%m-%d}"
        rows.append(
            CatalogueRow("price", key, {"package": "", "component": "", "valid_to": None, "example": False, **price})
        )
    return rows


def grade_rows(data: Mapping[str, Any]) -> dict[str, str]:
    """The whole grade table by key: what ``any_fail`` stands for, and the rows written out."""
    table = data["grade_table"]
    whole = {}
    if "any_fail" in table:
        for grades in grade_combinations(_grades(data)):
            if Grade.FAIL in grades.values():
                whole[grade_key(grades)] = table["any_fail"]
    for row in table["rows"]:
        whole[grade_key(_without(row, "overall"))] = row["overall"]
    return whole


def _without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _grades(data: Mapping[str, Any]) -> dict[str, list[str]]:
    return {component["code"]: component["grades"] for component in data["components"]}


def _problem(code: str, message: str, field: str) -> Problem:
    return Problem(code, "", message, where="catalogue", field=field)


def _shape_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    for section in data.keys() - SINGLE.keys() - LISTS.keys():
        yield _problem("unknown_section", f"“{section}” is no section of a catalogue file.", section)
    for section, shape in SINGLE.items():
        if not isinstance(data.get(section), dict):
            yield _problem("missing_section", f"The section [{section}] is missing.", section)
        else:
            yield from _entry_problems(data[section], shape, section)
    for section, shape in LISTS.items():
        rows = data.get(section, [])
        if not isinstance(rows, list) or (not rows and section not in MAY_BE_ABSENT):
            yield _problem("missing_section", f"There is no entry [[{section}]].", section)
            continue
        for number, row in enumerate(rows, 1):
            yield from _entry_problems(row, shape, f"{section} {number}")
            if section == "components" and isinstance(row, dict):
                for place, criterion in enumerate(row.get("criteria", []), 1):
                    yield from _entry_problems(criterion, CRITERION, f"{section} {number} criteria {place}")


def _entry_problems(row: Any, shape: Shape, where: str) -> Iterator[Problem]:
    if not isinstance(row, dict):
        yield _problem("wrong_kind", f"{where}: must be a table of names and values.", where)
        return
    for name in row.keys() - shape.keys():
        yield _problem("unknown_name", f"{where}: “{name}” means nothing here.", where)
    for name, (kind, needed) in shape.items():
        if name not in row:
            if needed:
                yield _problem("missing_name", f"{where}: “{name}” is missing.", where)
        elif type(row[name]) is not kind:  # exactly: a bool is an int, and a date with a time is a date
            yield _problem("wrong_kind", f"{where}: “{name}” must be {_KINDS[kind]}.", where)


_KINDS = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    dt.date: "a date such as 2019-09-01",
    list: "a list",
}


def _twice(data: Mapping[str, Any]) -> Iterator[Problem]:
    for section in ("packages", "programme_gateways", "approval_criteria", "policies", "components"):
        codes = [row["code"] for row in data.get(section, [])]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            yield _problem("twice", f"{section}: the code “{code}” stands twice.", section)
    for component in data["components"]:
        codes = [row["code"] for row in component["criteria"]]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            yield _problem("twice", f"{component['code']}: the criterion “{code}” stands twice.", "components")


def _setting_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    version = data["version"]
    for name in SETTINGS:
        if version[name] < 0:
            yield _problem("negative", f"version: “{name}” must not be negative.", "version")
    chase = version["contract_chase_days"]
    if any(type(day) is not int or not 0 < day <= version["contract_sign_days"] for day in chase):
        message = "version: “contract_chase_days” are whole numbers of days within “contract_sign_days”."
        yield _problem("chase_days", message, "version")
    if version["resit_best_grade"] not in Grade.values:
        yield _problem("unknown_grade", f"version: “{version['resit_best_grade']}” is no grade.", "version")
    if version.get("closes_on") and version["closes_on"] < version["opens_on"]:
        yield _problem("backwards", "version: it closes before it opens.", "version")
    for package in data["packages"]:
        if package["kind"] not in PackageKind.values:
            yield _problem("unknown_kind", f"packages: “{package['kind']}” is no kind of package.", "packages")


def _component_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    practical = [component["code"] for component in data["components"] if component.get("is_practical")]
    if len(practical) != 1:
        message = (
            f"components: exactly one is the practical to which a booking's notice counts; here {len(practical)} are."
        )
        yield Problem("practical", "E2", message, where="catalogue", field="components")
    for component in data["components"]:
        code, grades = component["code"], component["grades"]
        unknown = [grade for grade in grades if grade not in Grade.values]
        if unknown:
            yield _problem("unknown_grade", f"{code}: “{unknown[0]}” is no grade.", "components")
        elif [GRADE_ORDER[Grade(grade)] for grade in grades] != sorted({GRADE_ORDER[Grade(grade)] for grade in grades}):
            yield _problem("grade_order", f"{code}: the grades stand once each, lowest first.", "components")
        elif not {Grade.FAIL, Grade.PASS} <= set(grades):
            yield _problem("grade_missing", f"{code}: the grades have at least fail and pass.", "components")
        for criterion in component["criteria"]:
            if criterion["needed_for"] not in grades:
                message = f"{criterion['code']}: {code} cannot be given “{criterion['needed_for']}”."
                yield _problem("unknown_grade", message, "components")
        yield from _submission_problems(component)


def _submission_problems(component: Mapping[str, Any]) -> Iterator[Problem]:
    code = component["code"]
    terms = [
        name
        for name in ("submission_days_before", "submission_within_months", "evidence_min", "rework_months")
        if name in component
    ]
    if terms and not component.get("submission_name"):
        yield _problem("nothing_submitted", f"{code}: “{terms[0]}” needs a submission_name.", "components")
    low, high = component.get("evidence_min"), component.get("evidence_max")
    if (low is None) != (high is None) or (low is not None and low > high):
        yield _problem(
            "evidence_range", f"{code}: evidence_min and evidence_max stand together, the smaller first.", "components"
        )


def _grade_table_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    table, components = data["grade_table"], _grades(data)
    seen: set[str] = set()
    overalls = [row.get("overall") for row in table["rows"]] + ([table["any_fail"]] if "any_fail" in table else [])
    for overall in overalls:
        if overall not in Grade.values:
            yield _problem("unknown_grade", f"grade_table: “{overall}” is no overall grade.", "grade_table")
    complete = {grade_key(grades) for grades in grade_combinations(components)}
    for row in table["rows"]:
        key = grade_key(_without(row, "overall"))
        if key not in complete:
            yield _problem(
                "unknown_row", f"grade_table: “{key}” is no combination of the components' grades.", "grade_table"
            )
        elif key in seen:
            yield _problem("twice", f"grade_table: “{key}” stands twice.", "grade_table")
        seen.add(key)
    for key in sorted(complete - grade_rows(data).keys()):
        yield _problem("missing_row", f"grade_table: there is no row for “{key}”.", "grade_table")


def _attainment_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    for rule in data["attainment_rules"]:
        for name, known in (("subject", Subject.values), ("route", Route.values), ("minimum_level", ("", *LEVELS))):
            if rule[name] not in known:
                yield _problem(
                    "unknown_word",
                    f"attainment_rules: “{rule[name]}” is no {name.replace('_', ' ')}.",
                    "attainment_rules",
                )
    yield from _overlaps(
        data["attainment_rules"], "attainment_rules", lambda rule: f"{rule['subject']}/{rule['route']}"
    )


def _price_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    packages = {package["code"] for package in data["packages"]}
    components = {component["code"] for component in data["components"]}
    for price in data["prices"]:
        line = _price_line(price)
        if price["kind"] not in PriceKind.values:
            yield _problem("unknown_kind", f"prices: “{price['kind']}” is no kind of price.", "prices")
        if (price["kind"] == PriceKind.PACKAGE) != ("package" in price):
            yield _problem(
                "package_price", f"prices: “{line}”: the price of a package names it, and no other does.", "prices"
            )
        if "component" in price and price["kind"] != PriceKind.RESIT:
            yield _problem("component_price", f"prices: “{line}”: only a resit's price names a component.", "prices")
        if price.get("package", "") not in {"", *packages} or price.get("component", "") not in {"", *components}:
            yield _problem(
                "unknown_code", f"prices: “{line}” names a package or component that the file does not have.", "prices"
            )
        if not _is_amount(price["amount"]):
            yield _problem("amount", f"prices: “{line}”: “{price['amount']}” is no amount such as “640.00”.", "prices")
    for code in sorted(packages - {price.get("package") for price in data["prices"]}):
        yield Problem("no_price", "D4", f"prices: the package {code} has no price.", where="catalogue", field="prices")
    yield from _overlaps(data["prices"], "prices", _price_line)


def _price_line(price: Mapping[str, Any]) -> str:
    return "/".join(part for part in (price["kind"], price.get("package", ""), price.get("component", "")) if part)


def _is_amount(text: str) -> bool:
    try:
        amount = Decimal(text)
        return amount.is_finite() and amount >= 0 and amount == amount.quantize(Decimal("0.01"))
    except InvalidOperation:
        return False


def _overlaps(rows: list[dict[str, Any]], section: str, line_of: Any) -> Iterator[Problem]:
    """Lines of one kind whose days overlap, or that end before they begin."""
    ordered = sorted(rows, key=lambda row: (line_of(row), row["valid_from"]))
    for row in ordered:
        if row.get("valid_to") and row["valid_to"] < row["valid_from"]:
            yield _problem("backwards", f"{section}: “{line_of(row)}” ends before it begins.", section)
    for _, same in itertools.groupby(ordered, key=line_of):
        for earlier, later in itertools.pairwise(same):
            if earlier.get("valid_to") is None or earlier["valid_to"] >= later["valid_from"]:
                message = (
                    f"{section}: “{line_of(later)}” from {later['valid_from']:%d %b %Y} overlaps the line before it."
                )
                yield _problem("overlap", message, section)
