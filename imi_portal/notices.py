"""Messages of the roof."""

from accounts import letters
from accounts.states import Role
from centres.queries import holders
from foundation.addresses import full
from foundation.invariants import Finding


def cannot_be(finding: Finding) -> None:
    """To every administrator, once: a row stands in a state that no verb leads to, and where to look at it."""
    row, meta = finding.subject, finding.subject._meta
    link = full(f"admin:{meta.app_label}_{meta.model_name}_change", object_id=row.pk)
    context = {"finding": finding, "kind": meta.verbose_name, "link": link}
    for person in holders(Role.ADMINISTRATOR):
        letters.to_person("imi_portal.cannot_be", person, context, row, f"cannot_be:{finding.key}:{person.pk}")
