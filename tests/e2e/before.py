"""What exists before the story: the tables, the catalogue, the assessment organisation and its own people.

Run by the stage as ``python -m tests.e2e.before`` in the environment of the portal's processes.
"""

import os

import django

PASSWORD = "correct horse battery staple"
PEOPLE = {
    "administrator": ("Ada Byron-King", "ada@imi.example"),
    "epa_team": ("Erica Plant", "erica@imi.example"),
    "centre_eqa": ("Edwin Quartermain", "edwin@imi.example"),
    "independent_assessor": ("Ann Assessor", "ann@imi.example"),
}


def set_up() -> None:
    """Migrate, load the catalogue, let IMI's people in by invitation, as the demonstration does."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_standards", verbosity=0)
    call_command("seal_key", keep=True, verbosity=0)

    from accounts import actions
    from accounts.actors import System
    from accounts.models import Organisation
    from accounts.states import OrganisationKind
    from epa.models import AssessorProfile
    from standards.models import StandardVersion

    imi = Organisation.objects.create(
        kind=OrganisationKind.IMI, name="The Institute of the Motor Industry", ukprn=10022714
    )
    for role, (name, email) in PEOPLE.items():
        invitation = actions.invite(organisation=imi, email=email, name=name, role=role, by=System("set-up"))
        user = actions.accept(invitation=invitation, name=name, password=PASSWORD)
        if role == "independent_assessor":
            AssessorProfile.objects.create(user=user).versions.set(StandardVersion.objects.all())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imi_portal.settings")
    django.setup()
    set_up()
