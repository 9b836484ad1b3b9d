"""The builders that other storeys' tests stand on."""

import pytest

from apprentices.rules import uln_problem
from tests.apprentices import builders

pytestmark = pytest.mark.django_db


def test_ulns_are_right_and_different():
    made = [builders.uln() for _ in range(50)]
    assert len(set(made)) == 50
    assert [uln_problem(one) for one in made] == [None] * 50


def test_registered(centre, epa_package):
    registration = builders.registered(centre, epa_package, family_name="Ŵyn-O’Brien")
    assert (registration.state, registration.package) == ("active", epa_package)
    assert registration.apprentice.centre == centre


def test_checked_upload(centre, epa_package):
    upload = builders.checked_upload(centre, epa_package, [builders.learner_data(), builders.learner_data()])
    assert (upload.state, upload.row_count, upload.good_count) == ("checked", 2, 2), upload.problems
