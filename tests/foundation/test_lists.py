"""Fifty rows a page, and never an address that leads nowhere."""

import pytest
from django.test import RequestFactory

from foundation import lists


@pytest.mark.parametrize(
    ("asked", "number", "first"),
    [({}, 1, 0), ({"page": "2"}, 2, 50), ({"page": "99"}, 3, 100), ({"page": "x"}, 1, 0), ({"page": "0"}, 3, 100)],
)
def test_the_page_that_is_asked_for_or_the_nearest(asked: dict[str, str], number: int, first: int) -> None:
    page = lists.page_of(RequestFactory().get("/", asked), range(120))
    assert (page.number, page.object_list[0], page.paginator.count) == (number, first, 120)
