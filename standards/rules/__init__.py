"""What the catalogue means: a version's settings as one value, grades, prices by day; and catalogue files."""

from standards.rules.settings import (
    LEVELS,
    AttainmentRuleSettings,
    ComponentSettings,
    CriterionSettings,
    VersionSettings,
    grade_combinations,
    grade_key,
    grade_row_problems,
    overall_grade,
    price_on,
    reaches,
    valid_attainment_rules,
)

__all__ = [
    "LEVELS",
    "AttainmentRuleSettings",
    "ComponentSettings",
    "CriterionSettings",
    "VersionSettings",
    "grade_combinations",
    "grade_key",
    "grade_row_problems",
    "overall_grade",
    "price_on",
    "reaches",
    "valid_attainment_rules",
]
