"""States that cannot be, as data.

Each storey that owns rows says in ``queries`` which of them stand in a state that no verb leads to; the roof gathers
and tells. A finding is a fault of the portal or of a hand in the database, never something a user did.
"""

from dataclasses import dataclass

from django.db import models


@dataclass(frozen=True)
class Finding:
    """One row that cannot be as it is: ``code`` names the kind for programs, ``words`` say it to an administrator,
    ``clause`` is the guidance behind what is at stake."""

    code: str
    clause: str
    subject: models.Model
    words: str

    @property
    def key(self) -> str:
        """What makes a finding the same one on the next look."""
        return f"{self.code}:{self.subject._meta.label_lower}:{self.subject.pk}"

    def __str__(self) -> str:
        return f"{self.subject._meta.label} {self.subject.pk} [{self.clause}] {self.words}"
