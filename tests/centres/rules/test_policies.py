"""A6: the policies of an application."""

import datetime as dt

import pytest

from centres.rules import PolicyFacts, policy_problems
from centres.rules.policies import policies_problems

TODAY = dt.date(2026, 9, 14)
ISSUED = dt.date(2026, 1, 1)


def days(count: int) -> dt.date:
    return TODAY + dt.timedelta(days=count)


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("expires_on", "found"),
    [
        (days(-1), [("policy_expired", False)]),
        (days(0), [("policy_expires_soon", True)]),  # the last day on which it holds
        (days(60), [("policy_expires_soon", True)]),
        (days(61), []),
        (None, [("policy_missing", False)]),
    ],
)
def test_a_policy_is_there_and_holds(expires_on, found):
    facts = PolicyFacts("Appeals policy", ISSUED if expires_on else None, expires_on)
    problems = policies_problems([facts], 60, TODAY)
    assert [(problem.code, problem.warning) for problem in problems] == found


@pytest.mark.clause("A6")
def test_missing_policies_are_told_in_one_sentence_and_the_warning_follows_the_setting():
    here = PolicyFacts("Appeals policy", ISSUED, days(30))
    missing = [PolicyFacts("Safeguarding policy"), PolicyFacts("Complaints policy")]
    problems = policies_problems([here, *missing], 29, TODAY)
    assert [str(problem) for problem in problems] == ["Upload 2 policies: Safeguarding policy; Complaints policy. [A6]"]
    assert [problem.code for problem in policies_problems([here], 30, TODAY)] == ["policy_expires_soon"]


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("issued_on", "expires_on", "found"),
    [
        (TODAY, TODAY, []),
        (days(1), days(400), ["policy_not_issued"]),
        (ISSUED, days(-1), ["policy_expired"]),
        (TODAY, days(-1), ["policy_backwards"]),
        (ISSUED, days(0), []),
    ],
)
def test_the_days_of_a_policy_that_is_uploaded(issued_on, expires_on, found):
    assert [problem.code for problem in policy_problems(issued_on, expires_on, TODAY)] == found
