"""Kinds of organisation and roles. This is the one module that knows the roles and what they are called."""

from django.db.models import TextChoices


class OrganisationKind(TextChoices):
    IMI = "imi", "End-point assessment organisation"
    PROVIDER = "provider", "Training provider"
    EMPLOYER = "employer", "Employer"


class Role(TextChoices):
    CENTRE_OWNER = "centre_owner", "Centre owner"
    CENTRE_STAFF = "centre_staff", "Centre staff"
    CENTRE_READER = "centre_reader", "Centre reader"
    EMPLOYER_CONTACT = "employer_contact", "Employer contact"
    CENTRE_EQA = "centre_eqa", "Centre EQA"
    EPA_TEAM = "epa_team", "EPA team"
    INDEPENDENT_ASSESSOR = "independent_assessor", "Independent assessor"
    IQA = "iqa", "IQA"
    FINANCE = "finance", "Finance"
    ADMINISTRATOR = "administrator", "Administrator"


ROLES_OF_KIND: dict[OrganisationKind, frozenset[Role]] = {
    OrganisationKind.PROVIDER: frozenset({Role.CENTRE_OWNER, Role.CENTRE_STAFF, Role.CENTRE_READER}),
    OrganisationKind.EMPLOYER: frozenset({Role.EMPLOYER_CONTACT}),
    OrganisationKind.IMI: frozenset(
        {Role.CENTRE_EQA, Role.EPA_TEAM, Role.INDEPENDENT_ASSESSOR, Role.IQA, Role.FINANCE, Role.ADMINISTRATOR}
    ),
}
CENTRE_ROLES = ROLES_OF_KIND[OrganisationKind.PROVIDER]
CENTRE_WRITERS = frozenset({Role.CENTRE_OWNER, Role.CENTRE_STAFF})
IMI_ROLES = ROLES_OF_KIND[OrganisationKind.IMI]

# Capacities beside the roles, held by things that act without an account.
LINK = "link"  # the holder of a single-use link about this very subject
