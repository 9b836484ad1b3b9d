"""Reads that more than one caller needs. They decide about a centre or an application that the caller may see."""

from centres.queries.applications import (
    action_facts,
    application_facts,
    application_problems,
    beginning_problems,
    carried_source,
    changes_between,
    comment_counts,
    elements_approved,
    section_rows,
)
from centres.queries.charges import account_total
from centres.queries.content import (
    AttachedFile,
    Line,
    SectionContent,
    Table,
    application_content,
    files_of,
    frozen_content,
)
from centres.queries.contracts import (
    a1_problems,
    approved_packages,
    contracts_coming_into_force,
    contracts_in_print,
    contracts_over,
    contracts_to_chase,
    contracts_to_offer,
    offers_over,
    prices_in_force,
    successor_problems,
)
from centres.queries.fetches import last_confirmed, register_settings
from centres.queries.gate import Panel, gate_facts, gate_panels, gate_places, gates, registration_problems
from centres.queries.people import holders, people
from centres.queries.register import RegisterAnswer, register_answer, register_facts, register_timeline
from centres.queries.reviews import approval_problems, cells, handing_over_problems, interest_problems
from centres.queries.standing import both_facts_problems, facts_of, nothing_registers_problems, standing_facts

__all__ = [
    "AttachedFile",
    "Line",
    "Panel",
    "RegisterAnswer",
    "SectionContent",
    "Table",
    "a1_problems",
    "account_total",
    "action_facts",
    "application_content",
    "application_facts",
    "application_problems",
    "approval_problems",
    "approved_packages",
    "beginning_problems",
    "both_facts_problems",
    "carried_source",
    "cells",
    "changes_between",
    "comment_counts",
    "contracts_coming_into_force",
    "contracts_in_print",
    "contracts_over",
    "contracts_to_chase",
    "contracts_to_offer",
    "elements_approved",
    "facts_of",
    "files_of",
    "frozen_content",
    "gate_facts",
    "gate_panels",
    "gate_places",
    "gates",
    "handing_over_problems",
    "holders",
    "interest_problems",
    "last_confirmed",
    "nothing_registers_problems",
    "offers_over",
    "people",
    "prices_in_force",
    "register_answer",
    "register_facts",
    "register_settings",
    "register_timeline",
    "registration_problems",
    "section_rows",
    "standing_facts",
    "successor_problems",
]
