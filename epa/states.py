"""The states of an end-point assessment, each beside its table of steps."""

from django.db.models import TextChoices

from accounts.states import Role
from foundation.workflow import SYSTEM, Steps

CENTRE = (Role.CENTRE_OWNER, Role.CENTRE_STAFF)
TEAM = (Role.EPA_TEAM,)


class EPAState(TextChoices):
    """The whole of one apprentice's EPA. Pass and fail are not states: they are in the result, and confidential."""

    PREPARING = "preparing", "Before the gateway"
    IN_PERIOD = "in_period", "In the EPA period"
    RESULT_DUE = "result_due", "Assessed, result due"
    RESIT_OPEN = "resit_open", "Resit or retake open"
    PASSED = "passed", "Passed"
    CLOSED = "closed", "Closed without a pass"
    WITHDRAWN = "withdrawn", "Withdrawn"


EPA_STEPS = Steps(
    (EPAState.PREPARING, "start", EPAState.IN_PERIOD, TEAM),
    (EPAState.IN_PERIOD, "complete", EPAState.RESULT_DUE, (Role.INDEPENDENT_ASSESSOR, SYSTEM)),
    (EPAState.RESIT_OPEN, "complete", EPAState.RESULT_DUE, (Role.INDEPENDENT_ASSESSOR, SYSTEM)),
    (EPAState.RESULT_DUE, "release_pass", EPAState.PASSED, TEAM),
    (EPAState.RESULT_DUE, "release_fail", EPAState.RESIT_OPEN, TEAM),
    (EPAState.RESIT_OPEN, "close", EPAState.CLOSED, (SYSTEM, Role.EPA_TEAM)),
    (EPAState.PREPARING, "withdraw", EPAState.WITHDRAWN, (*CENTRE, Role.EPA_TEAM)),
    (EPAState.IN_PERIOD, "withdraw", EPAState.WITHDRAWN, (*CENTRE, Role.EPA_TEAM)),
)


class GatewayState(TextChoices):
    COLLECTING = "collecting", "Evidence and signatures being collected"
    SUBMITTED = "submitted", "Submitted to the EPA team"
    RETURNED = "returned", "Returned to the centre"
    ACCEPTED = "accepted", "Accepted"


GATEWAY_STEPS = Steps(
    (GatewayState.COLLECTING, "submit", GatewayState.SUBMITTED, CENTRE),
    (GatewayState.SUBMITTED, "return", GatewayState.RETURNED, TEAM),
    (GatewayState.RETURNED, "submit", GatewayState.SUBMITTED, CENTRE),
    (GatewayState.SUBMITTED, "accept", GatewayState.ACCEPTED, TEAM),
)


class Party(TextChoices):
    """The three who agree that the apprentice is ready (B5)."""

    EMPLOYER = "employer", "Employer"
    PROVIDER = "provider", "Training provider"
    APPRENTICE = "apprentice", "Apprentice"


class SubjectState(TextChoices):
    PROPOSED = "proposed", "Proposed"
    AGREED = "agreed", "Agreed by IMI"
    REFUSED = "refused", "Not agreed by IMI"


SUBJECT_STEPS = Steps(
    (SubjectState.PROPOSED, "agree", SubjectState.AGREED, TEAM),
    (SubjectState.PROPOSED, "refuse", SubjectState.REFUSED, TEAM),
    (SubjectState.REFUSED, "propose_again", SubjectState.PROPOSED, CENTRE),
)


class BookingState(TextChoices):
    REQUESTED = "requested", "Requested"
    CONFIRMED = "confirmed", "Confirmed"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"
    DECLINED = "declined", "Declined"


BOOKING_STEPS = Steps(
    (BookingState.REQUESTED, "confirm", BookingState.CONFIRMED, TEAM),
    (BookingState.REQUESTED, "decline", BookingState.DECLINED, TEAM),
    (BookingState.REQUESTED, "cancel", BookingState.CANCELLED, (*CENTRE, Role.EPA_TEAM)),
    (BookingState.CONFIRMED, "reschedule", BookingState.CONFIRMED, TEAM),
    (BookingState.CONFIRMED, "cancel", BookingState.CANCELLED, (*CENTRE, Role.EPA_TEAM)),
    (BookingState.CONFIRMED, "complete", BookingState.COMPLETED, (Role.INDEPENDENT_ASSESSOR, SYSTEM)),
)


class ExceptionKind(TextChoices):
    """The exceptional circumstances the guidance names (E5)."""

    ILLNESS = "illness", "Sudden illness needing urgent medical attention"
    BEREAVEMENT = "bereavement", "Death of a close family member"
    OTHER = "other", "Other exceptional circumstances"


class ExceptionState(TextChoices):
    CLAIMED = "claimed", "Claimed"
    GRANTED = "granted", "Granted"
    REFUSED = "refused", "Refused"


EXCEPTION_STEPS = Steps(
    (ExceptionState.CLAIMED, "grant", ExceptionState.GRANTED, TEAM),
    (ExceptionState.CLAIMED, "refuse", ExceptionState.REFUSED, TEAM),
)


class AttemptKind(TextChoices):
    FIRST = "first", "First attempt"
    RESIT = "resit", "Resit (no further learning)"
    RETAKE = "retake", "Retake (further learning)"


class AttemptState(TextChoices):
    PLANNED = "planned", "To be arranged"
    ARRANGED = "arranged", "Arranged"
    ASSESSED = "assessed", "Assessed"
    RELEASED = "released", "Result released"
    CANCELLED = "cancelled", "Cancelled"


ATTEMPT_STEPS = Steps(
    (AttemptState.PLANNED, "arrange", AttemptState.ARRANGED, TEAM),
    (AttemptState.ARRANGED, "rearrange", AttemptState.ARRANGED, TEAM),
    (AttemptState.ARRANGED, "unarrange", AttemptState.PLANNED, (*CENTRE, Role.EPA_TEAM, SYSTEM)),
    (AttemptState.ARRANGED, "assess", AttemptState.ASSESSED, (Role.INDEPENDENT_ASSESSOR,)),
    (AttemptState.ASSESSED, "release", AttemptState.RELEASED, TEAM),
    (AttemptState.PLANNED, "cancel", AttemptState.CANCELLED, (*CENTRE, Role.EPA_TEAM, SYSTEM)),
    (AttemptState.ARRANGED, "cancel", AttemptState.CANCELLED, (*CENTRE, Role.EPA_TEAM, SYSTEM)),
)


class DeadlineKind(TextChoices):
    SUBMISSION = "submission", "Submission due"
    WINDOW = "window", "Component held by"
    PERIOD_END = "period_end", "EPA period ends"
    RESULT = "result", "Result due"
    RESIT = "resit", "Resits and retakes by"
    REWORK = "rework", "Reworked submission due"
