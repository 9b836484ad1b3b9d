"""The rules of the centre's side. Pure: values and days come in, data or lists of ``Problem`` go out."""

from centres.rules.applications import (
    SECTIONS,
    ApplicationFacts,
    SectionState,
    missing_for_submission,
    resubmission_problems,
    section_states,
    writable_problems,
)
from centres.rules.charges import reversal_problems
from centres.rules.contracts import end_problems, signature_problems
from centres.rules.gate import APPLICATION_NEXT, ContractFacts, GateFacts, registration_problems
from centres.rules.register import Change, ParsedRegister, ProviderRow, compare, parse_register, shrink_problems
from centres.rules.review import (
    ActionFacts,
    Cell,
    NewAction,
    ReviewFacts,
    Successor,
    action_problems,
    approval_problems,
    decision_problems,
    handing_over_problems,
    interest_problems,
    undeclared_problems,
)
from centres.rules.standing import (
    RegisterFacts,
    StandingFacts,
    both_facts_problems,
    register_problems,
    standing_on,
    standing_problems,
)

__all__ = [
    "APPLICATION_NEXT",
    "SECTIONS",
    "ActionFacts",
    "ApplicationFacts",
    "Cell",
    "Change",
    "ContractFacts",
    "GateFacts",
    "NewAction",
    "ParsedRegister",
    "ProviderRow",
    "RegisterFacts",
    "ReviewFacts",
    "SectionState",
    "StandingFacts",
    "Successor",
    "action_problems",
    "approval_problems",
    "both_facts_problems",
    "compare",
    "decision_problems",
    "end_problems",
    "handing_over_problems",
    "interest_problems",
    "missing_for_submission",
    "parse_register",
    "register_problems",
    "registration_problems",
    "resubmission_problems",
    "reversal_problems",
    "section_states",
    "shrink_problems",
    "signature_problems",
    "standing_on",
    "standing_problems",
    "undeclared_problems",
    "writable_problems",
]
