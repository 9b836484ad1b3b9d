"""What the risk of an application is judged from (A6)."""

from centres import rules
from centres.models import ActionRequired, Application, Contract, Sanction, Site, Standing
from centres.states import StandingKind


def risk_facts(application: Application) -> rules.RiskFacts:
    """What is on record about the centre and this application."""
    centre = application.centre
    sanctions = Standing.objects.filter(centre=centre, kind__in=[StandingKind.SUSPENDED, StandingKind.WITHDRAWN])
    return rules.RiskFacts(
        new_centre=not Contract.objects.filter(centre=centre, in_force_from__isnull=False).exists(),
        actions=ActionRequired.objects.filter(application=application).count(),
        sanctions=sanctions.count() + Sanction.objects.filter(centre=centre).count(),
        sites=Site.objects.filter(centre=centre, active_to=None).count(),
    )


def risk_proposal(application: Application) -> rules.Proposal:
    """The rating that the facts propose, with its grounds."""
    return rules.proposed_risk(risk_facts(application))
