"""The unique learner number: ten digits of which the last checks the others."""

from foundation.errors import Problem

TEMPORARY = "9999999999"
LENGTH = 10


def check_digit(first_nine: str) -> int | None:
    """The tenth digit for nine: weights 10 to 2, the sum's rest by 11 taken from 10. None: no number begins so."""
    rest = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), first_nine, strict=True)) % 11
    return None if rest == 0 else 10 - rest


def uln_problem(uln: str, *, exempt_prefix: str = "") -> Problem | None:
    """What is wrong with a ULN of digits (D1). Numbers that begin with ``exempt_prefix`` (the assessment service's
    sandbox learners) need no right check digit; an empty prefix exempts none."""
    if len(uln) != LENGTH:
        return Problem("wrong_length", "D1", f"A ULN has 10 digits; this has {len(uln)}.", field="uln")
    if uln == TEMPORARY:
        message = "9999999999 stands for a ULN not known yet; find the learner's own on the Learning Records Service."
        return Problem("uln_temporary", "D1", message, field="uln")
    exempt = bool(exempt_prefix) and uln.startswith(exempt_prefix)
    if not exempt and check_digit(uln[:9]) != int(uln[9]):
        message = "This is no ULN: the last digit does not fit the others. Look for a digit mistyped or swapped."
        return Problem("uln_check_digit", "D1", message, field="uln")
    return None
