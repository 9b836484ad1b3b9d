"""Rules of registering: one rule a column for form and sheet, what is known, the whole file, the declaration."""

from apprentices.rules.columns import FIELDS, Field, LearnerData, read_learner
from apprentices.rules.employers import EMPLOYER_PARTS, completed
from apprentices.rules.known import CheckedRow, Known, KnownLearner, ReadRow, check_file, identity_problems
from apprentices.rules.learner import learner_problems
from apprentices.rules.registering import (
    LONGEST_SEARCH,
    assessment_problems,
    attainment_problems,
    correction_problems,
    declaration_problems,
    no_package_problems,
    price_problems,
    search_text,
    search_words,
    withdrawal_problems,
)
from apprentices.rules.uln import check_digit, uln_problem

__all__ = [
    "EMPLOYER_PARTS",
    "FIELDS",
    "LONGEST_SEARCH",
    "CheckedRow",
    "Field",
    "Known",
    "KnownLearner",
    "LearnerData",
    "ReadRow",
    "assessment_problems",
    "attainment_problems",
    "check_digit",
    "check_file",
    "completed",
    "correction_problems",
    "declaration_problems",
    "identity_problems",
    "learner_problems",
    "no_package_problems",
    "price_problems",
    "read_learner",
    "search_text",
    "search_words",
    "uln_problem",
    "withdrawal_problems",
]
