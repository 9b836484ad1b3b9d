"""Centres: who they are, whether they may, what they agreed to and what they owe."""

from centres.models.appeals import Appeal
from centres.models.applications import Application, ApplicationElement
from centres.models.approvals import ElementApproval, ReReview
from centres.models.centres import Centre, Standing
from centres.models.charges import Charge
from centres.models.chasing import ContractChase
from centres.models.contract_templates import ContractClause, ContractTemplate
from centres.models.contracts import Contract
from centres.models.exports import ChargeExport, ExportedCharge
from centres.models.fetches import RegisterFetch, RegisterSettings
from centres.models.ownership import Transfer
from centres.models.policies import ApplicationPolicy
from centres.models.questions import Question
from centres.models.register import RegisterChange, RegisterImport, RegisterProvider, RegisterSpell
from centres.models.reviews import ActionRequired, ElementDecision, ReviewNote, RiskRating
from centres.models.sanctions import PlanAction, Sanction
from centres.models.sections import ApplicationSection, ElementResources, SectionComment, SectionDraft
from centres.models.sight import OFFICE, REVIEWERS
from centres.models.sign_offs import SignOff
from centres.models.signing import Seal, SigningAuthority, SigningCode
from centres.models.signups import Signup
from centres.models.sites import Contact, Site
from centres.models.staff import ApplicationInterest, ApplicationPerson
from centres.models.submissions import Submission

__all__ = [
    "OFFICE",
    "REVIEWERS",
    "ActionRequired",
    "Appeal",
    "Application",
    "ApplicationElement",
    "ApplicationInterest",
    "ApplicationPerson",
    "ApplicationPolicy",
    "ApplicationSection",
    "Centre",
    "Charge",
    "ChargeExport",
    "Contact",
    "Contract",
    "ContractChase",
    "ContractClause",
    "ContractTemplate",
    "ElementApproval",
    "ElementDecision",
    "ElementResources",
    "ExportedCharge",
    "PlanAction",
    "Question",
    "ReReview",
    "RegisterChange",
    "RegisterFetch",
    "RegisterImport",
    "RegisterProvider",
    "RegisterSettings",
    "RegisterSpell",
    "ReviewNote",
    "RiskRating",
    "Sanction",
    "Seal",
    "SectionComment",
    "SectionDraft",
    "SignOff",
    "SigningAuthority",
    "SigningCode",
    "Signup",
    "Site",
    "Standing",
    "Submission",
    "Transfer",
]
