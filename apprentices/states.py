"""The states of learners' registrations and uploads, each beside its table of steps."""

from django.db.models import TextChoices

from accounts.states import Role
from foundation.workflow import SYSTEM, Steps

CENTRE = (Role.CENTRE_OWNER, Role.CENTRE_STAFF)


class RegistrationState(TextChoices):
    ACTIVE = "active", "Registered"
    COMPLETED = "completed", "Completed"
    WITHDRAWN = "withdrawn", "Withdrawn"


REGISTRATION_STEPS = Steps(
    (RegistrationState.ACTIVE, "withdraw", RegistrationState.WITHDRAWN, (*CENTRE, Role.EPA_TEAM)),
    (RegistrationState.ACTIVE, "complete", RegistrationState.COMPLETED, (SYSTEM,)),
)


class UploadState(TextChoices):
    CHECKING = "checking", "Being checked"
    UNREADABLE = "unreadable", "Could not be read"
    CHECKED = "checked", "Checked"
    REGISTERED = "registered", "Registered"
    DISCARDED = "discarded", "Discarded"


UPLOAD_STEPS = Steps(
    (UploadState.CHECKING, "finish_check", UploadState.CHECKED, (SYSTEM,)),
    (UploadState.CHECKING, "refuse", UploadState.UNREADABLE, (SYSTEM,)),
    (UploadState.CHECKED, "confirm", UploadState.REGISTERED, CENTRE),
    (UploadState.CHECKED, "discard", UploadState.DISCARDED, CENTRE),
    (UploadState.UNREADABLE, "discard", UploadState.DISCARDED, CENTRE),
)
