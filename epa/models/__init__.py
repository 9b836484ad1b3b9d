"""The tables of the end-point assessment, by noun."""

from epa.models.assessment import EPA, AssessorProfile, Attempt, CriterionResult, Deadline, Result, Submission
from epa.models.booking import Booking, ExceptionalClaim
from epa.models.gateway import Gateway, PortfolioPiece, ProjectSubject, Signature

__all__ = [
    "EPA",
    "AssessorProfile",
    "Attempt",
    "Booking",
    "CriterionResult",
    "Deadline",
    "ExceptionalClaim",
    "Gateway",
    "PortfolioPiece",
    "ProjectSubject",
    "Result",
    "Signature",
    "Submission",
]
