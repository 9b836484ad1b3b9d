"""The centre's side in Django admin: to look things up. Every change goes through the verbs of the pages."""

from centres.admin.applications import ActionLines, ApplicationAdmin, DecisionLines
from centres.admin.centres import CentreAdmin, StandingLines
from centres.admin.charges import ChargeAdmin
from centres.admin.contract_templates import ClauseLines, ContractTemplateAdmin
from centres.admin.contracts import ContractAdmin, SealAdmin, SigningAuthorityAdmin
from centres.admin.exports import ChargeExportAdmin
from centres.admin.plain import ReadOnlyLines
from centres.admin.register import (
    RegisterChangeAdmin,
    RegisterFetchAdmin,
    RegisterImportAdmin,
    RegisterProviderAdmin,
    RegisterSettingsAdmin,
)
from centres.admin.reviews import AppealAdmin, ElementApprovalAdmin, QuestionAdmin, ReReviewAdmin, SignOffAdmin
from centres.admin.sanctions import PlanLines, SanctionAdmin
from centres.admin.signups import SignupAdmin

__all__ = [
    "ActionLines",
    "AppealAdmin",
    "ApplicationAdmin",
    "CentreAdmin",
    "ChargeAdmin",
    "ChargeExportAdmin",
    "ClauseLines",
    "ContractAdmin",
    "ContractTemplateAdmin",
    "DecisionLines",
    "ElementApprovalAdmin",
    "PlanLines",
    "QuestionAdmin",
    "ReReviewAdmin",
    "ReadOnlyLines",
    "RegisterChangeAdmin",
    "RegisterFetchAdmin",
    "RegisterImportAdmin",
    "RegisterProviderAdmin",
    "RegisterSettingsAdmin",
    "SanctionAdmin",
    "SealAdmin",
    "SignOffAdmin",
    "SigningAuthorityAdmin",
    "SignupAdmin",
    "StandingLines",
]
