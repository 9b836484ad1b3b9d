"""The verbs of the centre's side, split by noun. Every write goes through one of them."""

from centres.actions.applications import (
    choose_elements,
    create_application,
    declare,
    resubmit,
    submit,
    upload_checklist,
    withdraw,
    write_assessment,
    write_staffing,
)
from centres.actions.centres import create_centre, record_standing
from centres.actions.charges import NewCharge, charge, charge_many, reverse
from centres.actions.contacts import add_contact, change_contact, end_contact, write_invoice_details
from centres.actions.contract_ends import end_early, give_notice, look_at_contracts, withdraw_offer
from centres.actions.contracts import CONTRACT, issue_again, offer_ready, retry_document
from centres.actions.register import import_register
from centres.actions.review import (
    REVIEWED,
    Decision,
    answer_action,
    approve,
    close_action,
    decide,
    declare_no_interest,
    decline,
    hand_over,
    reopen_action,
    require_actions,
    take,
    take_up,
)
from centres.actions.signing import countersign, send_back, sign, upload_signed_copy
from centres.actions.sites import add_site, change_site, close_site, make_main_site

__all__ = [
    "CONTRACT",
    "REVIEWED",
    "Decision",
    "NewCharge",
    "add_contact",
    "add_site",
    "answer_action",
    "approve",
    "change_contact",
    "change_site",
    "charge",
    "charge_many",
    "choose_elements",
    "close_action",
    "close_site",
    "countersign",
    "create_application",
    "create_centre",
    "decide",
    "declare",
    "declare_no_interest",
    "decline",
    "end_contact",
    "end_early",
    "give_notice",
    "hand_over",
    "import_register",
    "issue_again",
    "look_at_contracts",
    "make_main_site",
    "offer_ready",
    "record_standing",
    "reopen_action",
    "require_actions",
    "resubmit",
    "retry_document",
    "reverse",
    "send_back",
    "sign",
    "submit",
    "take",
    "take_up",
    "upload_checklist",
    "upload_signed_copy",
    "withdraw",
    "withdraw_offer",
    "write_assessment",
    "write_invoice_details",
    "write_staffing",
]
