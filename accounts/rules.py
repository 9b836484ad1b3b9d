"""Who may be invited to what."""

from accounts.states import ROLES_OF_KIND, OrganisationKind, Role
from foundation.errors import Problem


def invitation_problems(kind: str, role: str, *, holds_already: bool, open_invitation: bool) -> list[Problem]:
    """What speaks against inviting someone to ``role`` in an organisation of ``kind``."""
    problems = []
    if role not in ROLES_OF_KIND[OrganisationKind(kind)]:
        label, organisation = Role(role).label.lower(), OrganisationKind(kind).label.lower()
        problems.append(Problem("role_kind", "", f"“{label}” is not a role in a {organisation}.", field="role"))
    if holds_already:
        problems.append(Problem("holds_role", "", "This person already has that role.", field="email"))
    if open_invitation:
        problems.append(
            Problem("invited", "", "This address has been invited to that role; the link is still good.", field="email")
        )
    return problems


def ending_problems(role: str, *, others_with_role: int) -> list[Problem]:
    """A centre keeps an owner and the portal an administrator."""
    if role in {Role.CENTRE_OWNER, Role.ADMINISTRATOR} and others_with_role == 0:
        return [
            Problem(
                "last_one",
                "",
                f"This is the last {Role(role).label.lower()}; give somebody else the role first.",
                where="people",
            )
        ]
    return []


def role_change_problems(kind: str, old: str, new: str, *, others_with_role: int, holds_already: bool) -> list[Problem]:
    """A role becomes another one of the same organisation; the last owner's and administrator's stay."""
    problems = []
    if new not in ROLES_OF_KIND[OrganisationKind(kind)]:
        label, organisation = Role(new).label.lower(), OrganisationKind(kind).label.lower()
        problems.append(Problem("role_kind", "", f"“{label}” is not a role in a {organisation}.", field="role"))
    if old == new:
        return [*problems, Problem("same_role", "", "This is the role they have.", field="role")]
    if holds_already:
        problems.append(Problem("holds_role", "", "This person already has that role.", field="role"))
    return problems + ending_problems(old, others_with_role=others_with_role)
