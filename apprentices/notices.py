"""Messages about uploads: to whoever uploaded the sheet. None names a learner."""

from decimal import Decimal

from accounts import letters
from apprentices.models import Upload
from foundation.addresses import full


def _post(upload: Upload, kind: str, **context: object) -> None:
    facts = {"upload": upload, "link": full("apprentices:upload", pk=upload.pk), **context}
    letters.to_person(kind, upload.uploaded_by, facts, upload, f"{kind}:{upload.pk}")


def upload_checked(upload: Upload) -> None:
    """The sheet has been checked and waits for confirmation."""
    _post(upload, "apprentices.upload_checked")


def upload_unreadable(upload: Upload) -> None:
    """The sheet could not be read."""
    _post(upload, "apprentices.upload_unreadable")


def upload_registered(upload: Upload, total: Decimal) -> None:
    """The summary of what was registered and charged."""
    _post(upload, "apprentices.upload_registered", total=total)
