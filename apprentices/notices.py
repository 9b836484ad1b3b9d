"""Messages about uploads: to whoever uploaded the sheet. None names a learner."""

from decimal import Decimal

from django.conf import settings
from django.urls import reverse

from apprentices.models import Upload
from foundation import outbox


def _post(upload: Upload, name: str, **context: object) -> None:
    link = settings.BASE_URL + reverse("apprentices:upload", kwargs={"pk": upload.pk})
    outbox.post(
        f"apprentices.{name}",
        to=upload.uploaded_by.email,
        template=f"apprentices/{name}",
        context={"upload": upload, "link": link, **context},
        user=upload.uploaded_by,
        about=upload,
        once_key=f"apprentices.{name}:{upload.pk}",
    )


def upload_checked(upload: Upload) -> None:
    """The sheet has been checked and waits for confirmation."""
    _post(upload, "upload_checked")


def upload_unreadable(upload: Upload) -> None:
    """The sheet could not be read."""
    _post(upload, "upload_unreadable")


def upload_registered(upload: Upload, total: Decimal) -> None:
    """The summary of what was registered and charged."""
    _post(upload, "upload_registered", total=total)
