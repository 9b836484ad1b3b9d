"""The tables of steps, written out once more by hand: every state × every verb × every capacity."""

import pytest

from accounts.states import Role
from centres.states import (
    ACTION_STEPS,
    APPEAL_STEPS,
    APPLICATION_STEPS,
    CONTRACT_STEPS,
    ELEMENT_STEPS,
    PLAN_STEPS,
    QUESTION_STEPS,
    RE_REVIEW_STEPS,
    SANCTION_STEPS,
    SIGN_OFF_STEPS,
    SIGNATORY,
    TEMPLATE_STEPS,
    TRANSFER_STEPS,
    ActionState,
    AppealState,
    ApplicationState,
    ContractState,
    ElementState,
    PlanState,
    QuestionState,
    ReReviewState,
    SanctionState,
    SignOffState,
    TemplateState,
    TransferState,
)
from foundation.workflow import SYSTEM, Steps

OWNER, STAFF, EQA, EPA = Role.CENTRE_OWNER, Role.CENTRE_STAFF, Role.CENTRE_EQA, Role.EPA_TEAM
A, D, C = ApplicationState, ActionState, ContractState
S, P, T = SanctionState, PlanState, TransferState
Q, N = QuestionState, SignOffState

APPLICATION = {
    (A.DRAFT, "submit"): (A.SUBMITTED, {OWNER, STAFF}),
    (A.DRAFT, "withdraw"): (A.WITHDRAWN, {OWNER, STAFF}),
    (A.SUBMITTED, "take"): (A.IN_REVIEW, {EQA}),
    (A.SUBMITTED, "allocate"): (A.IN_REVIEW, {EPA}),
    (A.SUBMITTED, "withdraw"): (A.WITHDRAWN, {OWNER, STAFF}),
    (A.IN_REVIEW, "require_actions"): (A.ACTIONS_REQUIRED, {EQA}),
    (A.IN_REVIEW, "approve"): (A.APPROVED, {EQA}),
    (A.IN_REVIEW, "decline"): (A.DECLINED, {EQA}),
    (A.IN_REVIEW, "conclude"): (A.APPROVED, {EQA}),
    (A.DECLINED, "reopen"): (A.IN_REVIEW, {EPA}),
    (A.APPROVED, "reopen"): (A.IN_REVIEW, {EPA}),
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
QUESTION = {
    (Q.ASKED, "answer"): (Q.ANSWERED, {OWNER, STAFF}),
    (Q.ANSWERED, "answer_again"): (Q.ANSWERED, {OWNER, STAFF}),
    (Q.ANSWERED, "ask_again"): (Q.ASKED, {EQA}),
    (Q.ANSWERED, "settle"): (Q.SETTLED, {EQA}),
    (Q.ASKED, "settle"): (Q.SETTLED, {EQA}),
}
SIGN_OFF = {
    (N.ASKED, "confirm"): (N.CONFIRMED, {EQA, EPA}),
    (N.ASKED, "return_it"): (N.RETURNED, {EQA, EPA}),
    (N.ASKED, "lapse"): (N.LAPSED, {EQA}),
    (N.CONFIRMED, "lapse"): (N.LAPSED, {EQA}),
}
E, X, R = ElementState, AppealState, ReReviewState
ELEMENT = {
    (E.PENDING, "approve_element"): (E.APPROVED, {EQA}),
    (E.PENDING, "decline_element"): (E.DECLINED, {EQA}),
    (E.DECLINED, "return_element"): (E.PENDING, {EPA}),
}
APPEAL = {(X.LODGED, "uphold"): (X.UPHELD, {EPA}), (X.LODGED, "dismiss"): (X.DISMISSED, {EPA})}
RE_REVIEW = {
    (R.OPEN, "take"): (R.TAKEN, {EQA}),
    (R.TAKEN, "confirm"): (R.CONFIRMED, {EQA}),
    (R.TAKEN, "end_approval"): (R.ENDED, {EQA}),
}
TEMPLATE = {
    (TemplateState.DRAFT, "publish"): (TemplateState.PUBLISHED, {Role.ADMINISTRATOR, SYSTEM}),
    (TemplateState.PUBLISHED, "replace"): (TemplateState.REPLACED, {Role.ADMINISTRATOR, SYSTEM}),
}
TABLES = [
    pytest.param(TemplateState, TEMPLATE_STEPS, TEMPLATE, id="template"),
    pytest.param(ElementState, ELEMENT_STEPS, ELEMENT, id="element"),
    pytest.param(AppealState, APPEAL_STEPS, APPEAL, id="appeal"),
    pytest.param(ReReviewState, RE_REVIEW_STEPS, RE_REVIEW, id="re-review"),
    pytest.param(ApplicationState, APPLICATION_STEPS, APPLICATION, id="application"),
    pytest.param(ActionState, ACTION_STEPS, ACTION, id="action"),
    pytest.param(QuestionState, QUESTION_STEPS, QUESTION, id="question"),
    pytest.param(SignOffState, SIGN_OFF_STEPS, SIGN_OFF, id="sign-off"),
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
    assert {step.verb for step in APPLICATION_STEPS.rows if step.target == A.APPROVED} == {"approve", "conclude"}
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
def test_what_is_decided_stays_decided_but_for_an_appeal(state):
    out = [step.verb for step in APPLICATION_STEPS.rows if step.source == state]
    assert out == ([] if state == A.WITHDRAWN else ["reopen"])
