"""What an employer's learners' rows add to it: blanks, and only where they speak of the same contact and address."""

import pytest

from apprentices.rules import EMPLOYER_PARTS, completed
from tests.apprentices.builders import learner_data

BLANK = dict.fromkeys(EMPLOYER_PARTS, "")
HERTFORD = {"address": "12 Mill Road", "town": "Hertford", "postcode": "SG13 8PQ"}
SAM = {"contact_name": "Sam Manager", "contact_email": "sam@example.org"}


def row(contact="", email="", address="", town="", postcode=""):
    return learner_data(
        employer_contact=contact,
        employer_email=email,
        employer_address=address,
        employer_town=town,
        employer_postcode=postcode,
    )


FULL = row("Sam Manager", "sam@example.org", "12 Mill Road", "Hertford", "SG13 8PQ")


@pytest.mark.clause("D1")
@pytest.mark.parametrize(
    ("known", "rows", "expected"),
    [
        ({}, [], {}),
        ({}, [row()], {}),
        ({}, [FULL], {**SAM, **HERTFORD}),
        # What stands there stays.
        ({**SAM, **HERTFORD}, [row("Pat Boss", "pat@example.org", "1 High Street", "York", "YO1 9QL")], {}),
        ({**SAM, **HERTFORD}, [FULL], {}),
        # Blanks of the same address, however it is spelled.
        ({"town": "Hertford", "postcode": "sg138pq"}, [FULL], {**SAM, "address": "12 Mill Road"}),
        ({"address": "12 mill road."}, [FULL], {**SAM, "town": "Hertford", "postcode": "SG13 8PQ"}),
        # Never part of another address, nor another person's e-mail.
        ({"town": "York"}, [FULL], SAM),
        ({"postcode": "YO1 9QL"}, [FULL], SAM),
        ({"contact_name": "Pat Boss"}, [FULL], HERTFORD),
        ({"contact_email": "pat@example.org"}, [FULL], HERTFORD),
        # Rows add to each other in their order; the first that says something stays.
        ({}, [row(town="Hertford"), FULL], {**SAM, **HERTFORD}),
        ({}, [row(town="York"), FULL], {**SAM, "town": "York"}),
        ({"town": "Hertford"}, [row(address="1 High Street", town="York"), FULL], {**SAM, **HERTFORD}),
        ({}, [row(email="sam@example.org"), row("Sam Manager")], SAM),
    ],
)
def test_completed(known, rows, expected):
    assert completed({**BLANK, **known}, rows) == {**BLANK, **expected, **known}
