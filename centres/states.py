"""The states of the centre's side, each beside its table of steps: (from, verb, to, who)."""

from django.db.models import TextChoices

from accounts.states import LINK, Role
from foundation.workflow import SYSTEM, Steps

CENTRE = (Role.CENTRE_OWNER, Role.CENTRE_STAFF)
# Who gives an application to another reviewer: those who allocate assessors too.
ALLOCATING = (Role.EPA_TEAM,)


class ApplicationState(TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    IN_REVIEW = "in_review", "In review"
    ACTIONS_REQUIRED = "actions_required", "Actions required"
    RESUBMITTED = "resubmitted", "Resubmitted"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


# It is the reviewer's turn, and the day by which the review is due counts (A6).
WITH_THE_REVIEWER = (ApplicationState.SUBMITTED, ApplicationState.IN_REVIEW, ApplicationState.RESUBMITTED)
APPLICATION_STEPS = Steps(
    (ApplicationState.DRAFT, "submit", ApplicationState.SUBMITTED, CENTRE),
    (ApplicationState.SUBMITTED, "take", ApplicationState.IN_REVIEW, (Role.CENTRE_EQA,)),
    (ApplicationState.SUBMITTED, "allocate", ApplicationState.IN_REVIEW, ALLOCATING),
    (ApplicationState.IN_REVIEW, "require_actions", ApplicationState.ACTIONS_REQUIRED, (Role.CENTRE_EQA,)),
    (ApplicationState.ACTIONS_REQUIRED, "resubmit", ApplicationState.RESUBMITTED, CENTRE),
    (ApplicationState.RESUBMITTED, "take_up", ApplicationState.IN_REVIEW, (Role.CENTRE_EQA,)),
    (ApplicationState.IN_REVIEW, "approve", ApplicationState.APPROVED, (Role.CENTRE_EQA,)),
    (ApplicationState.IN_REVIEW, "decline", ApplicationState.DECLINED, (Role.CENTRE_EQA,)),
    # The last of its elements is declined, and others have been approved before.
    (ApplicationState.IN_REVIEW, "conclude", ApplicationState.APPROVED, (Role.CENTRE_EQA,)),
    # An appeal is upheld: what was declined goes to another reviewer.
    (ApplicationState.DECLINED, "reopen", ApplicationState.IN_REVIEW, (Role.EPA_TEAM,)),
    (ApplicationState.APPROVED, "reopen", ApplicationState.IN_REVIEW, (Role.EPA_TEAM,)),
    (ApplicationState.IN_REVIEW, "hand_over", ApplicationState.IN_REVIEW, ALLOCATING),
    (ApplicationState.ACTIONS_REQUIRED, "hand_over", ApplicationState.ACTIONS_REQUIRED, ALLOCATING),
    (ApplicationState.RESUBMITTED, "hand_over", ApplicationState.RESUBMITTED, ALLOCATING),
    (ApplicationState.DRAFT, "withdraw", ApplicationState.WITHDRAWN, CENTRE),
    (ApplicationState.SUBMITTED, "withdraw", ApplicationState.WITHDRAWN, CENTRE),
    (ApplicationState.ACTIONS_REQUIRED, "withdraw", ApplicationState.WITHDRAWN, CENTRE),
)


class PersonRole(TextChoices):
    """What somebody does for an element (A6 i)."""

    TRAINER = "trainer", "Trainer"
    ASSESSOR = "assessor", "Assessor"
    IQA = "iqa", "IQA"


class ActionState(TextChoices):
    OPEN = "open", "Open"
    ANSWERED = "answered", "Answered"
    CLOSED = "closed", "Closed"


ACTION_STEPS = Steps(
    (ActionState.OPEN, "answer", ActionState.ANSWERED, CENTRE),
    (ActionState.ANSWERED, "answer_again", ActionState.ANSWERED, CENTRE),
    (ActionState.ANSWERED, "close", ActionState.CLOSED, (Role.CENTRE_EQA,)),
    (ActionState.ANSWERED, "reopen", ActionState.OPEN, (Role.CENTRE_EQA,)),
)


class Verdict(TextChoices):
    """The Centre EQA's answer to one criterion for one element (A6)."""

    MET = "met", "Met"
    NOT_MET = "not_met", "Not met"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class ContractState(TextChoices):
    PREPARING = "preparing", "Being prepared"
    OFFERED = "offered", "Offered"
    SIGNED = "signed", "Signed by the centre"
    AGREED = "agreed", "Signed by both, not yet in force"
    IN_FORCE = "in_force", "In force"
    ENDING = "ending", "In force, ending"
    ENDED = "ended", "Ended"
    SUPERSEDED = "superseded", "Replaced by a later version"
    WITHDRAWN = "withdrawn", "Withdrawn by IMI"
    EXPIRED = "expired", "Expired unsigned"


# A person whom the centre's owner has authorised to sign for it (A8); held through ``queries.signing_for``.
SIGNATORY = "signatory"
SIGNING = (Role.CENTRE_OWNER, SIGNATORY)
# On its way to both signatures: it opens no gate yet.
UNSETTLED = (ContractState.PREPARING, ContractState.OFFERED, ContractState.SIGNED)
# Both have signed and its last day is not known or not reached: what a further version amends.
STANDING_CONTRACT = (ContractState.AGREED, ContractState.IN_FORCE)
CONTRACT_STEPS = Steps(
    (ContractState.PREPARING, "offer", ContractState.OFFERED, (SYSTEM,)),
    (ContractState.OFFERED, "sign", ContractState.SIGNED, SIGNING),
    (ContractState.OFFERED, "upload_signed_copy", ContractState.SIGNED, SIGNING),
    (ContractState.OFFERED, "expire", ContractState.EXPIRED, (SYSTEM,)),
    (ContractState.SIGNED, "countersign", ContractState.AGREED, (Role.EPA_TEAM,)),
    (ContractState.SIGNED, "send_back", ContractState.OFFERED, (Role.EPA_TEAM,)),
    (ContractState.PREPARING, "withdraw", ContractState.WITHDRAWN, (Role.EPA_TEAM,)),
    (ContractState.OFFERED, "withdraw", ContractState.WITHDRAWN, (Role.EPA_TEAM,)),
    (ContractState.SIGNED, "withdraw", ContractState.WITHDRAWN, (Role.EPA_TEAM,)),
    # A version that another one takes the place of, before it was signed by both or while it is in force.
    (ContractState.PREPARING, "replace", ContractState.WITHDRAWN, (SYSTEM,)),
    (ContractState.OFFERED, "replace", ContractState.WITHDRAWN, (SYSTEM,)),
    (ContractState.SIGNED, "replace", ContractState.WITHDRAWN, (SYSTEM,)),
    (ContractState.AGREED, "come_into_force", ContractState.IN_FORCE, (SYSTEM,)),
    (ContractState.AGREED, "supersede", ContractState.SUPERSEDED, (SYSTEM,)),
    (ContractState.IN_FORCE, "supersede", ContractState.SUPERSEDED, (SYSTEM,)),
    (ContractState.IN_FORCE, "give_notice", ContractState.ENDING, (Role.CENTRE_OWNER, Role.EPA_TEAM)),
    (ContractState.IN_FORCE, "end_early", ContractState.ENDING, (Role.EPA_TEAM,)),
    (ContractState.ENDING, "end_early", ContractState.ENDING, (Role.EPA_TEAM,)),
    (ContractState.ENDING, "close", ContractState.ENDED, (SYSTEM,)),
)


class TemplateState(TextChoices):
    """How far the text of a contract template is (A7)."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    REPLACED = "replaced", "Replaced"


TEMPLATE_WRITERS = (Role.ADMINISTRATOR, SYSTEM)
TEMPLATE_STEPS = Steps(
    (TemplateState.DRAFT, "publish", TemplateState.PUBLISHED, TEMPLATE_WRITERS),
    (TemplateState.PUBLISHED, "replace", TemplateState.REPLACED, TEMPLATE_WRITERS),
)


class EndCause(TextChoices):
    """Why a contract ends before its notice is up (A8)."""

    AGREEMENT = "agreement", "Both sides agreed on an earlier day"
    APPROVAL_LOST = "approval_lost", "The centre lost its IMI approval"
    REGISTER_LEFT = "register_left", "The centre left the register of apprenticeship training providers"
    BREACH = "breach", "A serious breach of the contract"
    CLOSED = "closed", "The centre has closed"
    STANDARD_CLOSED = "standard_closed", "The standard is no longer offered"


class StandingKind(TextChoices):
    """IMI's own dated decisions about a centre (A1)."""

    APPROVED = "approved", "IMI Approved"
    SUSPENDED = "suspended", "Suspended by IMI"
    WITHDRAWN = "withdrawn", "IMI approval withdrawn"


class SanctionLevel(TextChoices):
    """How heavy a sanction is, in the levels that awarding organisations use; each comes with an action plan (A1)."""

    ACTION_PLAN = "level_1", "Level 1: action plan"
    NO_EXTENSION = "level_2", "Level 2: no new approvals"
    NO_REGISTRATION = "level_3", "Level 3: no new registrations"
    ELEMENTS_WITHDRAWN = "level_4", "Level 4: approval of named elements withdrawn"
    CENTRE_WITHDRAWN = "level_5", "Level 5: approval of the centre withdrawn"


class GatedStep(TextChoices):
    """What a centre’s standing can bar, and, last, what goes on whatever its standing is."""

    APPLY = "apply", "Begin an application"
    SUBMIT = "submit", "Hand an application in"
    APPROVE = "approve", "Have an application approved"
    ISSUE = "issue", "Be issued with a contract"
    COUNTERSIGN = "countersign", "Have a contract countersigned"
    REGISTER = "register", "Register apprentices"
    BOOK = "book", "Book assessments for those registered"
    ASSESS = "assess", "Be assessed and get results"
    CERTIFY = "certify", "Claim records of achievement and certificates"


# Neither fact of A1 holds: no decision of IMI yet; not, or no longer, on the register.
NOT_APPROVED, OFF_REGISTER = "not_approved", "off_register"
BARRED = {
    NOT_APPROVED: "Not IMI Approved yet",
    **dict(StandingKind.choices),
    **dict(SanctionLevel.choices),
    OFF_REGISTER: "Not on the register of training providers",
}
_NOTHING: frozenset[GatedStep] = frozenset()
_NOTHING_APPROVED = frozenset(
    {GatedStep.APPLY, GatedStep.SUBMIT, GatedStep.APPROVE, GatedStep.ISSUE, GatedStep.COUNTERSIGN}
)
_NOTHING_NEW = _NOTHING_APPROVED | {GatedStep.REGISTER}
# The one table of what bars what (A1). Running assessments go on: no row has the last three steps.
BLOCKS: dict[str, frozenset[GatedStep]] = {
    NOT_APPROVED: _NOTHING_NEW - {GatedStep.APPLY},
    StandingKind.APPROVED: _NOTHING,
    StandingKind.SUSPENDED: _NOTHING_NEW,
    StandingKind.WITHDRAWN: _NOTHING_NEW,
    SanctionLevel.ACTION_PLAN: _NOTHING,
    SanctionLevel.NO_EXTENSION: _NOTHING_APPROVED,
    SanctionLevel.NO_REGISTRATION: _NOTHING_NEW,
    SanctionLevel.ELEMENTS_WITHDRAWN: _NOTHING_NEW,
    SanctionLevel.CENTRE_WITHDRAWN: _NOTHING_NEW,
    OFF_REGISTER: _NOTHING_NEW - {GatedStep.APPLY},
}


class SanctionState(TextChoices):
    IN_FORCE = "in_force", "In force"
    LIFTED = "lifted", "Lifted"


SANCTION_STEPS = Steps(
    (SanctionState.IN_FORCE, "lift", SanctionState.LIFTED, (Role.EPA_TEAM, Role.ADMINISTRATOR)),
)


class PlanState(TextChoices):
    OPEN = "open", "Open"
    ANSWERED = "answered", "Answered"
    CLOSED = "closed", "Closed"


WATCHING = (Role.CENTRE_EQA, Role.EPA_TEAM)  # who looks at what a centre answers to its action plan
PLAN_STEPS = Steps(
    (PlanState.OPEN, "answer", PlanState.ANSWERED, CENTRE),
    (PlanState.ANSWERED, "answer_again", PlanState.ANSWERED, CENTRE),
    (PlanState.ANSWERED, "close", PlanState.CLOSED, WATCHING),
    (PlanState.ANSWERED, "reopen", PlanState.OPEN, WATCHING),
    (PlanState.OPEN, "close", PlanState.CLOSED, WATCHING),
)


class TransferState(TextChoices):
    PROPOSED = "proposed", "Proposed"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


SUCCESSOR = (Role.CENTRE_OWNER, Role.CENTRE_STAFF, Role.CENTRE_READER)  # the verb asks that it is the one named
TRANSFER_STEPS = Steps(
    (TransferState.PROPOSED, "accept", TransferState.ACCEPTED, SUCCESSOR),
    (TransferState.PROPOSED, "decline", TransferState.DECLINED, SUCCESSOR),
    (TransferState.PROPOSED, "withdraw", TransferState.WITHDRAWN, (Role.CENTRE_OWNER, Role.EPA_TEAM)),
)


class SiteUse(TextChoices):
    """What is done at a site."""

    TEACHING = "teaching", "Teaching and training"
    WORKSHOP = "workshop", "Workshop or practical training"
    ASSESSMENT = "assessment", "The centre’s own assessment"
    EPA = "epa", "End-point assessment"
    OFFICE = "office", "Administration and records"


class ContactRole(TextChoices):
    """What a centre’s contact is there for."""

    PORTAL = "portal", "Portal contact"
    HEAD = "head", "Head of centre"
    QUALITY = "quality", "Quality contact"
    EPA = "epa", "Exams and EPA contact"
    FINANCE = "finance", "Finance contact"
    SAFEGUARDING = "safeguarding", "Safeguarding contact"


class RegisterChangeKind(TextChoices):
    JOINED = "joined", "Joined the register"
    LEFT = "left", "Left the register"
    RENAMED = "renamed", "Changed name"
    TYPE_CHANGED = "type_changed", "Changed provider type"
    STOPPED_STARTING = "stopped_starting", "Stopped starting new apprentices"
    RESUMED_STARTING = "resumed_starting", "Starts new apprentices again"


class SignupState(TextChoices):
    ASKED = "asked", "Waiting for the link to be opened"
    OPENED = "opened", "Opened, to be checked"
    ACCEPTED = "accepted", "Accepted"
    TURNED_DOWN = "turned_down", "Turned down"
    OVERTAKEN = "overtaken", "Overtaken"
    EXPIRED = "expired", "Expired"


# Overtaken: the provider became a centre by another way before the link was opened (A1).
SIGNUP_STEPS = Steps(
    (SignupState.ASKED, "open", SignupState.OPENED, (LINK,)),
    (SignupState.ASKED, "overtake", SignupState.OVERTAKEN, (SYSTEM,)),
    (SignupState.ASKED, "expire", SignupState.EXPIRED, (SYSTEM,)),
    (SignupState.OPENED, "accept", SignupState.ACCEPTED, (Role.EPA_TEAM, Role.ADMINISTRATOR)),
    (SignupState.OPENED, "turn_down", SignupState.TURNED_DOWN, (Role.EPA_TEAM, Role.ADMINISTRATOR)),
)


class FetchOutcome(TextChoices):
    """What a fetch of the register brought."""

    TAKEN_OVER = "taken_over", "Taken over"
    UNCHANGED = "unchanged", "Unchanged"
    REFUSED = "refused", "Refused"
    UNREACHABLE = "unreachable", "Not reached"


class ChargeKind(TextChoices):
    REGISTRATION = "registration", "Registration"
    CANCELLATION = "cancellation", "Late cancellation of an EPA"
    RESIT = "resit", "Resit or retake"
    REVERSAL = "reversal", "Credit note"


class QuestionState(TextChoices):
    ASKED = "asked", "Asked"
    ANSWERED = "answered", "Answered"
    SETTLED = "settled", "Settled"


QUESTION_STEPS = Steps(
    (QuestionState.ASKED, "answer", QuestionState.ANSWERED, CENTRE),
    (QuestionState.ANSWERED, "answer_again", QuestionState.ANSWERED, CENTRE),
    (QuestionState.ANSWERED, "ask_again", QuestionState.ASKED, (Role.CENTRE_EQA,)),
    (QuestionState.ANSWERED, "settle", QuestionState.SETTLED, (Role.CENTRE_EQA,)),
    (QuestionState.ASKED, "settle", QuestionState.SETTLED, (Role.CENTRE_EQA,)),
)


class SignOffState(TextChoices):
    """A second person's look at an approval before it is made (A6)."""

    ASKED = "asked", "Waits for a second person"
    CONFIRMED = "confirmed", "Confirmed"
    RETURNED = "returned", "Returned to the reviewer"
    LAPSED = "lapsed", "Lapsed: the review went on"


# Who may be the second person: another Centre EQA, or a lead of the EPA team.
SECOND = (Role.CENTRE_EQA, Role.EPA_TEAM)
SIGN_OFF_STEPS = Steps(
    (SignOffState.ASKED, "confirm", SignOffState.CONFIRMED, SECOND),
    (SignOffState.ASKED, "return_it", SignOffState.RETURNED, SECOND),
    (SignOffState.ASKED, "lapse", SignOffState.LAPSED, (Role.CENTRE_EQA,)),
    (SignOffState.CONFIRMED, "lapse", SignOffState.LAPSED, (Role.CENTRE_EQA,)),
)


class ElementState(TextChoices):
    """How far one element of an application has come (A3): decided one by one."""

    PENDING = "pending", "Not decided yet"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"


ELEMENT_STEPS = Steps(
    (ElementState.PENDING, "approve_element", ElementState.APPROVED, (Role.CENTRE_EQA,)),
    (ElementState.PENDING, "decline_element", ElementState.DECLINED, (Role.CENTRE_EQA,)),
    (ElementState.DECLINED, "return_element", ElementState.PENDING, (Role.EPA_TEAM,)),
)


class AppealState(TextChoices):
    LODGED = "lodged", "Lodged"
    UPHELD = "upheld", "Upheld"
    DISMISSED = "dismissed", "Dismissed"


APPEAL_STEPS = Steps(
    (AppealState.LODGED, "uphold", AppealState.UPHELD, (Role.EPA_TEAM,)),
    (AppealState.LODGED, "dismiss", AppealState.DISMISSED, (Role.EPA_TEAM,)),
)


class ReReviewState(TextChoices):
    """The look again at an approved element, by date and by risk (A6)."""

    OPEN = "open", "To be taken"
    TAKEN = "taken", "Being reviewed again"
    CONFIRMED = "confirmed", "Approval goes on"
    ENDED = "ended", "Approval ended"


RE_REVIEW_STEPS = Steps(
    (ReReviewState.OPEN, "take", ReReviewState.TAKEN, (Role.CENTRE_EQA,)),
    (ReReviewState.TAKEN, "confirm", ReReviewState.CONFIRMED, (Role.CENTRE_EQA,)),
    (ReReviewState.TAKEN, "end_approval", ReReviewState.ENDED, (Role.CENTRE_EQA,)),
)
