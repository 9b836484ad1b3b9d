"""What the storeys above ``centres`` say on a centre's page."""

from django.db.models import Count
from django.urls import reverse

from accounts.models import User
from accounts.states import CENTRE_ROLES, Role
from apprentices.models import Registration
from centres.models import Centre
from centres.panels import Panel
from epa.models import EPA
from epa.states import EPAState

SEE_LEARNERS = frozenset({*CENTRE_ROLES, Role.EPA_TEAM, Role.ADMINISTRATOR})


def learners_by_stage(user: User, centre: Centre) -> Panel | None:
    """How many of the centre's learners are at which stage, from registration to the certificate."""
    if not user.roles & SEE_LEARNERS:
        return None
    registered = Registration.objects.visible_to(user).filter(apprentice__centre=centre)
    epas = EPA.objects.visible_to(user).filter(registration__apprentice__centre=centre)
    before = registered.filter(epa=None, package__kind="epa").count()
    counted = dict(epas.order_by().values_list("state").annotate(number=Count("pk")))
    figures = [("Registered, EPA not begun", before)] if before else []
    figures += [(state.label, counted[state.value]) for state in EPAState if counted.get(state.value)]
    return Panel(
        "Learners by stage",
        figures,
        f"{reverse('apprentices:list')}?centre={centre.pk}",
        "All learners",
        "No learner is registered yet.",
    )
