"""The contract templates of a version of a standard (A7)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from centres import rules
from centres.models import ContractTemplate
from centres.queries.contracts import prices_in_force
from centres.rules import ClauseText
from centres.states import TemplateState
from foundation import clock, workingdays
from foundation.errors import Problem
from standards.models import Package, StandardVersion


def published_template(version: StandardVersion) -> ContractTemplate | None:
    """The one that contracts are made of today."""
    return ContractTemplate.objects.filter(version=version, state=TemplateState.PUBLISHED).first()


def contract_template_problems(version: StandardVersion) -> list[Problem]:
    """Whether a contract can be issued for the version (A7)."""
    return rules.published_problems(version.short, published=published_template(version) is not None)


def clause_texts(template: ContractTemplate) -> list[ClauseText]:
    return [ClauseText(row.heading, row.text) for row in template.clauses.all()]


def price_lines(version: StandardVersion, packages: Sequence[Package], on: dt.date) -> list[dict[str, Any]]:
    """The prices in force on a day, as a contract prints them."""
    return [
        {
            "label": price.get_kind_display(),
            "for": str(price.package or price.component or ""),
            "amount": f"{price.amount:.2f}",
            "valid_from": printed(price.valid_from),
            "valid_to": printed(price.valid_to) if price.valid_to else "",
            "example": price.example,
        }
        for price in prices_in_force(version, packages, on)
    ]


def printed(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def with_terms(facts: Mapping[str, Any], template: ContractTemplate) -> dict[str, Any]:
    """The facts of a contract with the template's clauses filled in from them (A7, A10)."""
    values = _values(facts, template.version)
    return {
        **facts,
        "template": {"number": template.number, "version": template.version.short},
        "terms": rules.filled(clause_texts(template), values),
    }


def _values(facts: Mapping[str, Any], version: StandardVersion) -> dict[str, str | list[str]]:
    """What stands for each field; the same facts as in the tables of the document."""
    centre = facts["centre"]
    return {
        "centre_name": centre["name"],
        "centre_number": centre["number"],
        "ukprn": str(centre["ukprn"]),
        "application": facts["application"],
        "standard": facts["standard"],
        "version": facts["version"],
        "assessment_plan": facts["plan"],
        "guidance": facts["guidance"],
        "elements": [f"{element['code']} {element['name']}" for element in facts["elements"]],
        "price_list": [_price(line) for line in facts["prices"]] or ["no price is in force"],
        "issued_on": facts["issued_on"],
        "start": facts["starts_on"],
        "review_date": facts["review_on"],
        "notice_days": str(facts["notice_days"]),
        "sign_days": str(facts["sign_days"]),
        "booking_notice_days": str(version.booking_notice_days),
        "late_cancellation_days": str(version.late_cancellation_days),
        "result_working_days": str(version.result_working_days),
    }


def _price(line: Mapping[str, Any]) -> str:
    of = f", {line['for']}" if line["for"] else ""
    return f"{line['label']}{of}: £{line['amount']}"


def example_contract(template: ContractTemplate) -> dict[str, Any]:
    """What a contract made of the template today would say to a made-up centre."""
    version, today = template.version, clock.today()
    packages = list(version.packages.all())
    centre = {"name": "Example College", "number": "CEN-00000", "ukprn": 10000000, "town": "Anytown"}
    facts = {
        "issued_on": printed(today),
        "edition": 1,
        "amends": "",
        "starts_on": printed(today),
        "review_on": printed(workingdays.add_months(today, version.contract_review_months)),
        "notice_days": version.contract_notice_days,
        "sign_days": version.contract_sign_days,
        "application": "APP-EXAMPLE",
        "centre": {**centre, "contact": "Alex Example"},
        "standard": str(version),
        "version": version.short,
        "plan": version.assessment_plan,
        "guidance": version.guidance,
        "elements": [{"code": package.code, "name": package.name} for package in packages],
        "prices": price_lines(version, packages, today),
    }
    return with_terms(facts, template)
