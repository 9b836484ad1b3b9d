"""What is wrong, as data; and the few ways a verb can refuse."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that is missing or wrong.

    ``code`` names it for programs, ``clause`` the guidance behind it (may be empty), ``message`` says it to a person,
    ``where`` names the place to mend it: a key that the app's ``places`` turn into an address ("documents"),
    ``field`` the form field or sheet column it is about, ``warning`` that it asks rather than stops.
    """

    code: str
    clause: str
    message: str
    where: str = ""
    field: str = ""
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.message} [{self.clause}]" if self.clause else self.message

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "clause": self.clause,
            "message": self.message,
            "where": self.where,
            "field": self.field,
            "warning": self.warning,
        }


class PortalError(Exception):
    """The ways a verb refuses. Anything else that is raised is a fault of ours."""


@dataclass
class Refused(PortalError):
    """A rule says no. Carries every problem, so that all can be shown at once. Shown as 422 or in the form."""

    problems: list[Problem] = field(default_factory=list)

    def __str__(self) -> str:
        return " ".join(str(problem) for problem in self.problems)


class NotAllowed(PortalError):
    """This person may see the thing but not do this to it. Shown as 403."""


class Changed(PortalError):
    """The thing is not as whoever decided has seen it. ``about`` is it, so that the page can lead to it."""

    def __init__(self, message: str, *, about: Any = None) -> None:
        super().__init__(message)
        self.about = about


class WrongState(Changed):
    """The thing is not at the point where this step exists. Shown as 409."""


class Conflict(Changed):
    """Someone else got there first. Shown as 409, with what it is now."""


def refuse_if(problems: Iterable[Problem]) -> None:
    """Raise ``Refused`` when any of the problems stops (is not a warning)."""
    stopping = [problem for problem in problems if not problem.warning]
    if stopping:
        raise Refused(stopping)
