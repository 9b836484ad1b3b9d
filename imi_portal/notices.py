"""Messages of the roof."""

from django.conf import settings
from django.urls import reverse

from accounts.states import Role
from centres.queries import holders
from foundation import outbox
from foundation.invariants import Finding


def cannot_be(finding: Finding) -> None:
    """To every administrator, once: a row stands in a state that no verb leads to, and where to look at it."""
    meta = finding.subject._meta
    link = settings.BASE_URL + reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[finding.subject.pk])
    for person in holders(Role.ADMINISTRATOR):
        outbox.post(
            "imi_portal.cannot_be",
            to=person.email,
            template="imi_portal/cannot_be",
            context={"finding": finding, "kind": meta.verbose_name, "link": link},
            user=person,
            about=finding.subject,
            once_key=f"cannot_be:{finding.key}:{person.pk}",
        )
