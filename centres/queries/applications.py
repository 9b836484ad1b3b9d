"""Applications: what they have and what they lack (A2, A3, A5, A9)."""

import datetime as dt

from centres import rules
from centres.models import (
    ActionRequired,
    Application,
)
from centres.queries.register import register_facts
from centres.queries.standing import standing_facts
from centres.states import ApplicationState
from foundation.errors import Problem


def application_facts(application: Application) -> rules.ApplicationFacts:
    """What the application has, for the rules of its submission."""
    centre = application.centre
    return rules.ApplicationFacts(
        standings=standing_facts(centre),
        register=register_facts(centre.ukprn),
        plan=application.version.assessment_plan,
        elements=list(application.elements.values_list("code", flat=True)),
        staffing=application.staffing,
        assessment=application.assessment,
        has_checklist=application.checklist_id is not None,
        declared_by=application.declared_by,
        declared_plan=application.declared_plan,
    )


def action_facts(application: Application) -> list[rules.ActionFacts]:
    rows = ActionRequired.objects.filter(application=application).values_list("text", "state")
    return [rules.ActionFacts(text, state) for text, state in rows]


def application_problems(application: Application, on: dt.date) -> list[Problem]:
    """What the centre still has to do before it can hand the application in, or hand it in again."""
    facts = application_facts(application)
    if application.state == ApplicationState.ACTIONS_REQUIRED:
        return rules.resubmission_problems(facts, action_facts(application), on)
    return rules.missing_for_submission(facts, on)
