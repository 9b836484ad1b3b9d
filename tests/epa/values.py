"""Values for the tests of the rules: settings as seeded for ST0071/AP01, without a database."""

import datetime as dt
from typing import Any

from foundation import workingdays
from foundation.workingdays import WorkingDays
from standards.rules import AttainmentRuleSettings, ComponentSettings, CriterionSettings, VersionSettings

GRADES = ("fail", "pass", "distinction")
SINCE = dt.date(2019, 9, 1)


def criterion(code: str, needed_for: str = "pass") -> CriterionSettings:
    return CriterionSettings(code, f"Text of {code}", needed_for)


OBS = ComponentSettings(
    "OBS", "Practical observation", 1, GRADES, 3, is_practical=True, criteria=(criterion("OBS-P1"),)
)
PRJ = ComponentSettings(
    "PRJ",
    "Project and interview",
    2,
    GRADES,
    3,
    submission_name="Project report",
    submission_days_before=14,
    submission_within_months=2,
    subject_agreed=True,
    rework_months=1,
    criteria=(criterion("PRJ-P1"), criterion("PRJ-D1", "distinction")),
)
DIS = ComponentSettings(
    "DIS",
    "Professional discussion",
    3,
    GRADES,
    3,
    submission_name="Portfolio of evidence",
    submission_days_before=14,
    evidence_min=10,
    evidence_max=15,
    criteria=(criterion("DIS-P1"), criterion("DIS-P2")),
)


def settings(**changes: Any) -> VersionSettings:
    """The settings of ST0071/AP01, with changes."""
    values: dict[str, Any] = {
        "reference": "ST0071",
        "version": "AP01",
        "name": "Customer service specialist",
        "level": 3,
        "lars_code": 278,
        "assessment_service_version": "1.0",
        "assessment_plan": "Plan",
        "guidance": "Issue 4",
        "opens_on": SINCE,
        "closes_on": None,
        "min_programme_months": 15,
        "min_off_the_job_percent": 20,
        "booking_notice_days": 90,
        "late_cancellation_days": 30,
        "epa_months": 3,
        "resit_months": 12,
        "resit_best_grade": "pass",
        "result_working_days": 21,
        "review_working_days": 20,
        "components": (OBS, PRJ, DIS),
        "attainment_rules": (
            AttainmentRuleSettings("english", "standard", "2", SINCE),
            AttainmentRuleSettings("english", "ehc", "E3", SINCE),
            AttainmentRuleSettings("english", "bsl", "2", SINCE),
            AttainmentRuleSettings("maths", "standard", "2", SINCE),
            AttainmentRuleSettings("maths", "ehc", "E3", SINCE),
        ),
        "grade_table": {},
        "grade_table_confirmed": False,
    }
    return VersionSettings(**{**values, **changes})


def calendar(*closed: dt.date) -> WorkingDays:
    """2019 to 2030 with the bank holidays of England and Wales, and further closed days."""
    days = workingdays.bank_holidays(range(2019, 2031))
    return WorkingDays.build(dt.date(2019, 1, 1), dt.date(2030, 12, 31), {**days, **dict.fromkeys(closed, "Closed")})
