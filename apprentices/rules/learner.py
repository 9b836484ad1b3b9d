"""What a learner's own data must be, whatever is known of them already."""

import datetime as dt

from apprentices.rules.columns import LearnerData
from foundation.errors import Problem
from foundation.workingdays import whole_months

YOUNGEST, OLDEST = 15, 80


def learner_problems(learner: LearnerData, today: dt.date, min_programme_months: int) -> list[Problem]:
    """What stops (a day in the future, an end before the start) and what only asks (age, too short a time) (D1, B3)."""
    return [
        *_birth_problems(learner, today),
        *_programme_problems(learner, today, min_programme_months),
        *_hours_problems(learner),
    ]


def age_on(born: dt.date, day: dt.date) -> int:
    """Age in whole years; someone born on 29 February is a year older on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _birth_problems(learner: LearnerData, today: dt.date) -> list[Problem]:
    if learner.date_of_birth > today:
        return [Problem("born_later", "D1", "The date of birth is in the future.", field="date_of_birth")]
    age = age_on(learner.date_of_birth, today)
    if YOUNGEST <= age <= OLDEST:
        return []
    message = f"The learner is {age} years old by this date of birth; please look again."
    return [Problem("unusual_age", "D1", message, field="date_of_birth", warning=True)]


def _programme_problems(learner: LearnerData, today: dt.date, min_programme_months: int) -> list[Problem]:
    problems = []
    start, end = learner.programme_start_on, learner.planned_end_on
    if start > today:
        message = "The programme starts in the future; register the learner once it has begun."
        problems.append(Problem("starts_later", "D1", message, field="programme_start_on"))
    if start <= learner.date_of_birth:
        problems.append(
            Problem("starts_before_birth", "D1", "The programme starts before birth.", field="programme_start_on")
        )
    if end is None:
        return problems
    if end <= start:
        problems.append(Problem("ends_first", "D1", "The planned end is not after the start.", field="planned_end_on"))
    elif whole_months(start, end) < min_programme_months:
        message = (
            f"The plan is shorter than the {min_programme_months} months on programme that full-time apprentices need "
            "before the gateway — guidance, End Point Assessment Gateway."
        )
        problems.append(Problem("short_programme", "B3", message, field="planned_end_on", warning=True))
    return problems


def _hours_problems(learner: LearnerData) -> list[Problem]:
    if learner.full_time or learner.weekly_hours is not None:
        return []
    message = "A part-time apprentice’s weekly hours decide how long the programme must be; please add them."
    return [Problem("no_hours", "B3", message, field="weekly_hours", warning=True)]
