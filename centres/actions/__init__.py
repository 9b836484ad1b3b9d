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
from centres.actions.contracts import (
    countersign,
    end,
    offer_ready,
    retry_document,
    send_back,
    sign,
    upload_signed_copy,
)
from centres.actions.register import import_register
from centres.actions.review import (
    Decision,
    answer_action,
    approve,
    close_action,
    decide,
    decline,
    reopen_action,
    require_actions,
    take,
    take_up,
)

__all__ = [
    "Decision",
    "NewCharge",
    "answer_action",
    "approve",
    "charge",
    "charge_many",
    "choose_elements",
    "close_action",
    "countersign",
    "create_application",
    "create_centre",
    "decide",
    "declare",
    "decline",
    "end",
    "import_register",
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
    "write_assessment",
    "write_staffing",
]
