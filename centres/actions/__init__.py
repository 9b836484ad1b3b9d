"""The verbs of the centre's side, split by noun. Every write goes through one of them."""

from centres.actions.appeals import dismiss_appeal, lodge_appeal, uphold_appeal
from centres.actions.applications import (
    choose_elements,
    create_application,
    declare,
    resubmit,
    submit,
    upload_checklist,
    withdraw,
    write_assessment,
    write_resources,
)
from centres.actions.approvals import confirm_re_review, end_approval, look_at_approvals, take_re_review
from centres.actions.centres import create_centre, record_standing
from centres.actions.charges import NewCharge, charge, charge_many, reverse
from centres.actions.comments import comment_on_section, resolve_comment
from centres.actions.contacts import add_contact, change_contact, end_contact, write_invoice_details
from centres.actions.contract_ends import end_early, give_notice, look_at_contracts, withdraw_offer
from centres.actions.contract_templates import (
    begin_template,
    first_template,
    held_draft,
    next_number,
    publish_template,
)
from centres.actions.contracts import CONTRACT, issue_again, offer_ready, retry_document
from centres.actions.elements import approve, decline
from centres.actions.exports import export_charges
from centres.actions.fetching import ask_for_fetch, fetch_due
from centres.actions.ownership import (
    accept_transfer,
    appoint_owner,
    decline_transfer,
    propose_transfer,
    withdraw_transfer,
)
from centres.actions.policies import remove_policy, save_policy
from centres.actions.questions import answer_question, ask, ask_again, settle_question
from centres.actions.register import hold_register, import_register, take_over_name
from centres.actions.report import REPORT
from centres.actions.required import (
    answer_action,
    close_action,
    extend_action,
    look_at_actions,
    reopen_action,
    require_actions,
)
from centres.actions.review import (
    REVIEWED,
    Decision,
    allocate,
    decide,
    declare_interest,
    declare_no_interest,
    hand_over,
    take,
    take_up,
)
from centres.actions.risk import add_note, rate_risk
from centres.actions.sanctions import (
    add_to_plan,
    answer_plan_action,
    close_plan_action,
    impose_sanction,
    lift_sanction,
    reopen_plan_action,
)
from centres.actions.sealing import retry_seal, seal_due
from centres.actions.sections import SectionChanged, discard_draft, keep_draft
from centres.actions.sign_off import ask_sign_off, confirm_sign_off, return_sign_off
from centres.actions.signatories import authorise_signatory, revoke_signatory
from centres.actions.signing import Signature, countersign, send_back, send_signing_code, sign, upload_signed_copy
from centres.actions.signup import (
    accept_signup,
    ask_contact,
    expire_signups,
    find_signup,
    open_signup,
    sign_up,
    turn_down_signup,
)
from centres.actions.sites import add_site, change_site, close_site, make_main_site
from centres.actions.staff import declare_no_conflicts, remove_interest, remove_person, save_interest, save_person
from centres.actions.submissions import SUBMISSION, fingerprint_of

__all__ = [
    "CONTRACT",
    "REPORT",
    "REVIEWED",
    "SUBMISSION",
    "Decision",
    "NewCharge",
    "SectionChanged",
    "Signature",
    "accept_signup",
    "accept_transfer",
    "add_contact",
    "add_note",
    "add_site",
    "add_to_plan",
    "allocate",
    "answer_action",
    "answer_plan_action",
    "answer_question",
    "appoint_owner",
    "approve",
    "ask",
    "ask_again",
    "ask_contact",
    "ask_for_fetch",
    "ask_sign_off",
    "authorise_signatory",
    "begin_template",
    "change_contact",
    "change_site",
    "charge",
    "charge_many",
    "choose_elements",
    "close_action",
    "close_plan_action",
    "close_site",
    "comment_on_section",
    "confirm_re_review",
    "confirm_sign_off",
    "countersign",
    "create_application",
    "create_centre",
    "decide",
    "declare",
    "declare_interest",
    "declare_no_conflicts",
    "declare_no_interest",
    "decline",
    "decline_transfer",
    "discard_draft",
    "dismiss_appeal",
    "end_approval",
    "end_contact",
    "end_early",
    "expire_signups",
    "export_charges",
    "extend_action",
    "fetch_due",
    "find_signup",
    "fingerprint_of",
    "first_template",
    "give_notice",
    "hand_over",
    "held_draft",
    "hold_register",
    "import_register",
    "impose_sanction",
    "issue_again",
    "keep_draft",
    "lift_sanction",
    "lodge_appeal",
    "look_at_actions",
    "look_at_approvals",
    "look_at_contracts",
    "make_main_site",
    "next_number",
    "offer_ready",
    "open_signup",
    "propose_transfer",
    "publish_template",
    "rate_risk",
    "record_standing",
    "remove_interest",
    "remove_person",
    "remove_policy",
    "reopen_action",
    "reopen_plan_action",
    "require_actions",
    "resolve_comment",
    "resubmit",
    "retry_document",
    "retry_seal",
    "return_sign_off",
    "reverse",
    "revoke_signatory",
    "save_interest",
    "save_person",
    "save_policy",
    "seal_due",
    "send_back",
    "send_signing_code",
    "settle_question",
    "sign",
    "sign_up",
    "submit",
    "take",
    "take_over_name",
    "take_re_review",
    "take_up",
    "turn_down_signup",
    "uphold_appeal",
    "upload_checklist",
    "upload_signed_copy",
    "withdraw",
    "withdraw_offer",
    "withdraw_transfer",
    "write_assessment",
    "write_invoice_details",
    "write_resources",
]
