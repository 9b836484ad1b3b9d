"""The tables of steps, written out once more by hand: every state × every verb × every capacity."""

import pytest

from accounts.states import Role
from centres.states import (
    ACTION_STEPS,
    APPLICATION_STEPS,
    CONTRACT_STEPS,
    PLAN_STEPS,
    SANCTION_STEPS,
    SIGNATORY,
    TRANSFER_STEPS,
    ActionState,
    ApplicationState,
    ContractState,
    PlanState,
    SanctionState,
    TransferState,
)
from foundation.workflow import SYSTEM, Steps

OWNER, STAFF, EQA, EPA = Role.CENTRE_OWNER, Role.CENTRE_STAFF, Role.CENTRE_EQA, Role.EPA_TEAM
A, D, C = ApplicationState, ActionState, ContractState
S, P, T = SanctionState, PlanState, TransferState

APPLICATION = {
    (A.DRAFT, "submit"): (A.SUBMITTED, {OWNER, STAFF}),
    (A.DRAFT, "withdraw"): (A.WITHDRAWN, {OWNER, STAFF}),
    (A.SUBMITTED, "take"): (A.IN_REVIEW, {EQA}),
    (A.SUBMITTED, "withdraw"): (A.WITHDRAWN, {OWNER, STAFF}),
    (A.IN_REVIEW, "require_actions"): (A.ACTIONS_REQUIRED, {EQA}),
    (A.IN_REVIEW, "approve"): (A.APPROVED, {EQA}),
    (A.IN_REVIEW, "decline"): (A.DECLINED, {EQA}),
    (A.ACTIONS_REQUIRED, "resubmit"): (A.RESUBMITTED, {OWNER, STAFF}),
    (A.ACTIONS_REQUIRED, "withdraw"): (A.WITHDRAWN, {OWNER, STAFF}),
    (A.IN_REVIEW, "hand_over"): (A.IN_REVIEW, {EPA}),
    (A.ACTIONS_REQUIRED, "hand_over"): (A.ACTIONS_REQUIRED, {EPA}),
    (A.RESUBMITTED, "hand_over"): (A.RESUBMITTED, {EPA}),
    (A.RESUBMITTED, "take_up"): (A.IN_REVIEW, {EQA}),
}
ACTION = {
    (D.OPEN, "answer"): (D.ANSWERED, {OWNER, STAFF}),
    (D.ANSWERED, "answer_again"): (D.ANSWERED, {OWNER, STAFF}),
    (D.ANSWERED, "close"): (D.CLOSED, {EQA}),
    (D.ANSWERED, "reopen"): (D.OPEN, {EQA}),
}
CONTRACT = {
    (C.PREPARING, "offer"): (C.OFFERED, {SYSTEM}),
    (C.OFFERED, "sign"): (C.SIGNED, {OWNER, SIGNATORY}),
    (C.OFFERED, "upload_signed_copy"): (C.SIGNED, {OWNER, SIGNATORY}),
    (C.OFFERED, "expire"): (C.EXPIRED, {SYSTEM}),
    (C.SIGNED, "countersign"): (C.AGREED, {EPA}),
    (C.SIGNED, "send_back"): (C.OFFERED, {EPA}),
    **{(state, "withdraw"): (C.WITHDRAWN, {EPA}) for state in (C.PREPARING, C.OFFERED, C.SIGNED)},
    **{(state, "replace"): (C.WITHDRAWN, {SYSTEM}) for state in (C.PREPARING, C.OFFERED, C.SIGNED)},
    (C.AGREED, "come_into_force"): (C.IN_FORCE, {SYSTEM}),
    (C.AGREED, "supersede"): (C.SUPERSEDED, {SYSTEM}),
    (C.IN_FORCE, "supersede"): (C.SUPERSEDED, {SYSTEM}),
    (C.IN_FORCE, "give_notice"): (C.ENDING, {OWNER, EPA}),
    (C.IN_FORCE, "end_early"): (C.ENDING, {EPA}),
    (C.ENDING, "end_early"): (C.ENDING, {EPA}),
    (C.ENDING, "close"): (C.ENDED, {SYSTEM}),
}
SANCTION = {(S.IN_FORCE, "lift"): (S.LIFTED, {EPA, Role.ADMINISTRATOR})}
PLAN = {
    (P.OPEN, "answer"): (P.ANSWERED, {OWNER, STAFF}),
    (P.ANSWERED, "answer_again"): (P.ANSWERED, {OWNER, STAFF}),
    (P.ANSWERED, "close"): (P.CLOSED, {EQA, EPA}),
    (P.ANSWERED, "reopen"): (P.OPEN, {EQA, EPA}),
    (P.OPEN, "close"): (P.CLOSED, {EQA, EPA}),
}
READER = Role.CENTRE_READER
TRANSFER = {
    (T.PROPOSED, "accept"): (T.ACCEPTED, {OWNER, STAFF, READER}),
    (T.PROPOSED, "decline"): (T.DECLINED, {OWNER, STAFF, READER}),
    (T.PROPOSED, "withdraw"): (T.WITHDRAWN, {OWNER, EPA}),
}
TABLES = [
    pytest.param(ApplicationState, APPLICATION_STEPS, APPLICATION, id="application"),
    pytest.param(ActionState, ACTION_STEPS, ACTION, id="action"),
    pytest.param(ContractState, CONTRACT_STEPS, CONTRACT, id="contract"),
    pytest.param(SanctionState, SANCTION_STEPS, SANCTION, id="sanction"),
    pytest.param(TransferState, TRANSFER_STEPS, TRANSFER, id="transfer"),
    pytest.param(PlanState, PLAN_STEPS, PLAN, id="plan"),
]


@pytest.mark.parametrize(("states", "steps", "expected"), TABLES)
def test_every_step_there_is_and_none_beside(states, steps: Steps, expected):
    found = {}
    for state in states:
        for verb in steps.verbs():
            step = steps.find(state, verb)
            if step is not None:
                found[state, verb] = (states(step.target), {str(capacity) for capacity in step.who})
    assert found == {key: (target, {str(one) for one in who}) for key, (target, who) in expected.items()}


@pytest.mark.clause("A7")
def test_only_an_approval_leads_to_approved_and_only_the_job_offers():
    assert {step.verb for step in APPLICATION_STEPS.rows if step.target == A.APPROVED} == {"approve"}
    assert {step.who for step in CONTRACT_STEPS.rows if step.target == C.OFFERED and step.source == C.PREPARING} == {
        (SYSTEM,)
    }


@pytest.mark.clause("A8")
def test_only_countersigning_leads_into_force():
    into = {state: [] for state in (C.AGREED, C.IN_FORCE)}
    for step in CONTRACT_STEPS.rows:
        if step.target in into:
            into[step.target].append((step.source, step.verb))
    assert into == {C.AGREED: [(C.SIGNED, "countersign")], C.IN_FORCE: [(C.AGREED, "come_into_force")]}


@pytest.mark.parametrize("state", [A.APPROVED, A.DECLINED, A.WITHDRAWN])
def test_what_is_decided_stays_decided(state):
    assert [step for step in APPLICATION_STEPS.rows if step.source == state] == []
