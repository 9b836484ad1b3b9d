"""The policies of an application: each there, and none expired (A6)."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from foundation.errors import Problem


@dataclass(frozen=True)
class PolicyFacts:
    """A policy that is asked for; without ``expires_on`` it has not been uploaded."""

    name: str
    issued_on: dt.date | None = None
    expires_on: dt.date | None = None


def policies_problems(policies: Sequence[PolicyFacts], warning_days: int, on: dt.date) -> list[Problem]:
    """Every policy is there and holds today; one that expires soon is pointed out (A6)."""
    problems = []
    missing = [policy.name for policy in policies if policy.expires_on is None]
    if missing:
        message = f"Upload {'the policy' if len(missing) == 1 else f'{len(missing)} policies'}: {'; '.join(missing)}."
        problems.append(Problem("policy_missing", "A6", message, "policies"))
    return [*problems, *_expiry(policies, warning_days, on)]


def _expiry(policies: Sequence[PolicyFacts], warning_days: int, on: dt.date) -> Iterator[Problem]:
    for policy in policies:
        if policy.expires_on is None:
            continue
        day = f"{policy.expires_on:%-d %b %Y}"
        if is_expired(policy.expires_on, on):
            message = f"The {policy.name} held until {day}. Upload the one that holds now."
            yield Problem("policy_expired", "A6", message, "policies")
        elif (policy.expires_on - on).days <= warning_days:
            message = f"The {policy.name} expires soon, on {day}."
            yield Problem("policy_expires_soon", "A6", message, "policies", warning=True)


def is_expired(expires_on: dt.date, on: dt.date) -> bool:
    """A policy holds through its last day (A6)."""
    return expires_on < on


def policy_problems(issued_on: dt.date, expires_on: dt.date, on: dt.date) -> list[Problem]:
    """The dates of a policy that is uploaded: issued by today, in order, and not expired (A6)."""
    problems = []
    if issued_on > on:
        message = "A policy goes with the application once it has been issued: the day lies ahead."
        problems.append(Problem("policy_not_issued", "A6", message, "policies", "issued_on"))
    if expires_on < issued_on:
        message = "It cannot expire before it was issued."
        problems.append(Problem("policy_backwards", "A6", message, "policies", "expires_on"))
    elif is_expired(expires_on, on):
        message = "This policy has expired. Upload the one that holds now."
        problems.append(Problem("policy_expired", "A6", message, "policies", "expires_on"))
    return problems
