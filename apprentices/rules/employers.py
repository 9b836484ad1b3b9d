"""What is known of an employer after its learners' rows have been read."""

from collections.abc import Iterable, Mapping

from apprentices.rules.columns import LearnerData
from foundation.text import fold

# What belongs together: part of one address never completes part of another, nor one person's e-mail another's name.
TOGETHER = (
    {"contact_name": "employer_contact", "contact_email": "employer_email"},
    {"address": "employer_address", "town": "employer_town", "postcode": "employer_postcode"},
)
EMPLOYER_PARTS = tuple(part for group in TOGETHER for part in group)


def completed(known: Mapping[str, str], rows: Iterable[LearnerData]) -> dict[str, str]:
    """The employer's contact and address with what is blank filled in from its learners' rows, in their order (D1).

    ``known``: by ``EMPLOYER_PARTS``, blank where nothing is known. What stands there is never replaced; a row that says
    something else about the same contact, or the same address, adds nothing to it.
    """
    found = {part: known[part] for part in EMPLOYER_PARTS}
    for row in rows:
        for group in TOGETHER:
            told = {part: getattr(row, name) for part, name in group.items()}
            if not any(found[part] and told[part] and not _same(found[part], told[part]) for part in group):
                found |= {part: told[part] for part in group if not found[part]}
    return found


def _same(one: str, other: str) -> bool:
    return fold(one).replace(" ", "") == fold(other).replace(" ", "")
