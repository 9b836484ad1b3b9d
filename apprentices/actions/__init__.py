"""The verbs about learners: registering one or a sheet of them, withdrawing, correcting, attainments, employers."""

from apprentices.actions.employers import save_employer
from apprentices.actions.learners import (
    correct_apprentice,
    correct_attainment,
    record_attainment,
    record_reading_of_support,
    record_support,
)
from apprentices.actions.registrations import register, withdraw
from apprentices.actions.uploads import check_due, confirm_upload, discard_upload, start_upload

__all__ = [
    "check_due",
    "confirm_upload",
    "correct_apprentice",
    "correct_attainment",
    "discard_upload",
    "record_attainment",
    "record_reading_of_support",
    "record_support",
    "register",
    "save_employer",
    "start_upload",
    "withdraw",
]
