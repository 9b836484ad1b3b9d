"""Messages of the centre's side: one function per message, each says who gets it."""

from centres.notices.applications import (
    actions_required,
    application_approved,
    application_declined,
    application_handed_over,
    application_resubmitted,
    application_submitted,
    of_application,
)
from centres.notices.contracts import (
    OWNER,
    contract_chased,
    contract_countersigned,
    contract_ended,
    contract_ends,
    contract_expired,
    contract_in_force,
    contract_offered,
    contract_sent_back,
    contract_signed,
    contract_withdrawn,
    signatory_authorised,
    signing_code,
)
from centres.notices.letters import to_centre
from centres.notices.ownership import owner_appointed, transfer_accepted, transfer_declined, transfer_proposed
from centres.notices.register import register_changed, register_fetch_failed, register_old
from centres.notices.signup import contact_asked, signup_asked, signup_opened, signup_turned_down
from centres.notices.standing import plan_answered, plan_changed, sanction_imposed, sanction_lifted, standing_changed

__all__ = [
    "OWNER",
    "actions_required",
    "application_approved",
    "application_declined",
    "application_handed_over",
    "application_resubmitted",
    "application_submitted",
    "contact_asked",
    "contract_chased",
    "contract_countersigned",
    "contract_ended",
    "contract_ends",
    "contract_expired",
    "contract_in_force",
    "contract_offered",
    "contract_sent_back",
    "contract_signed",
    "contract_withdrawn",
    "of_application",
    "owner_appointed",
    "plan_answered",
    "plan_changed",
    "register_changed",
    "register_fetch_failed",
    "register_old",
    "sanction_imposed",
    "sanction_lifted",
    "signatory_authorised",
    "signing_code",
    "signup_asked",
    "signup_opened",
    "signup_turned_down",
    "standing_changed",
    "to_centre",
    "transfer_accepted",
    "transfer_declined",
    "transfer_proposed",
]
