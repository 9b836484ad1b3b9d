"""Taking catalogue files over."""

import pytest

pytestmark = pytest.mark.django_db


def test_loads(st0071, made_up):
    assert st0071.components.count() == 3
    assert st0071.grade_rows.count() == 27
    assert made_up.grade_rows.count() == 48
