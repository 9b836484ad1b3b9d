"""Forms parse and clean; the rules decide."""

from centres.forms.applications import (
    SECTION_FORMS,
    ApplicationFilter,
    AssessmentForm,
    BeginForm,
    ChecklistForm,
    DeclarationForm,
    ElementsForm,
    NoConflictsForm,
    ResourcesForm,
    SectionCommentForm,
    SharedForm,
    with_text,
)
from centres.forms.centres import CentreFilter, OpenCentreForm
from centres.forms.charges import AllChargesFilter, ChargeFilter, CreditForm, ExportForm
from centres.forms.contracts import ContractFilter, EndForm, SignedCopyForm, SignForm
from centres.forms.filters import DayFilter, centres_seen, search_in
from centres.forms.ownership import AnswerTransferForm, AppointForm, ProposeForm
from centres.forms.plain import ConfirmForm, ReasonForm
from centres.forms.register import ChangeFilter, OnTheDayForm, ProviderFilter, RegisterForm
from centres.forms.reviews import (
    ActionForm,
    ActionFormSet,
    AnswerForm,
    BaseActionFormSet,
    CommentForm,
    DeclareForm,
    HandOverForm,
    ReviewForm,
    TakeForm,
    action_proposals,
)
from centres.forms.signup import AskContactForm, FindForm, SignupFilter, SignupForm
from centres.forms.sites import CloseSiteForm, ContactForm, InvoiceForm, NewContactForm, NewSiteForm, SiteForm
from centres.forms.staff import InterestForm, PersonForm, PolicyForm
from centres.forms.standing import PlanActionForm, PlanSettleForm, SanctionForm, StandingForm

__all__ = [
    "SECTION_FORMS",
    "ActionForm",
    "ActionFormSet",
    "AllChargesFilter",
    "AnswerForm",
    "AnswerTransferForm",
    "ApplicationFilter",
    "AppointForm",
    "AskContactForm",
    "AssessmentForm",
    "BaseActionFormSet",
    "BeginForm",
    "CentreFilter",
    "ChangeFilter",
    "ChargeFilter",
    "ChecklistForm",
    "CloseSiteForm",
    "CommentForm",
    "ConfirmForm",
    "ContactForm",
    "ContractFilter",
    "CreditForm",
    "DayFilter",
    "DeclarationForm",
    "DeclareForm",
    "ElementsForm",
    "EndForm",
    "ExportForm",
    "FindForm",
    "HandOverForm",
    "InterestForm",
    "InvoiceForm",
    "NewContactForm",
    "NewSiteForm",
    "NoConflictsForm",
    "OnTheDayForm",
    "OpenCentreForm",
    "PersonForm",
    "PlanActionForm",
    "PlanSettleForm",
    "PolicyForm",
    "ProposeForm",
    "ProviderFilter",
    "ReasonForm",
    "RegisterForm",
    "ResourcesForm",
    "ReviewForm",
    "SanctionForm",
    "SectionCommentForm",
    "SharedForm",
    "SignForm",
    "SignedCopyForm",
    "SignupFilter",
    "SignupForm",
    "SiteForm",
    "StandingForm",
    "TakeForm",
    "action_proposals",
    "centres_seen",
    "search_in",
    "with_text",
]
