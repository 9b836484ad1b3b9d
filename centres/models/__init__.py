"""Centres: who they are, whether they may, what they agreed to and what they owe."""

from centres.models.applications import Application
from centres.models.centres import Centre, Standing
from centres.models.charges import Charge
from centres.models.chasing import ContractChase
from centres.models.contracts import Contract
from centres.models.fetches import RegisterFetch, RegisterSettings
from centres.models.ownership import Transfer
from centres.models.register import RegisterChange, RegisterImport, RegisterProvider, RegisterSpell
from centres.models.reviews import ActionRequired, ElementDecision
from centres.models.sanctions import PlanAction, Sanction
from centres.models.sight import OFFICE, REVIEWERS
from centres.models.sites import Contact, Site

__all__ = [
    "OFFICE",
    "REVIEWERS",
    "ActionRequired",
    "Application",
    "Centre",
    "Charge",
    "Contact",
    "Contract",
    "ContractChase",
    "ElementDecision",
    "PlanAction",
    "RegisterChange",
    "RegisterFetch",
    "RegisterImport",
    "RegisterProvider",
    "RegisterSettings",
    "RegisterSpell",
    "Sanction",
    "Site",
    "Standing",
    "Transfer",
]
