"""What the filters of the lists share."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from accounts.requests import SignedIn
from centres.models import Centre
from foundation.forms import DateField


def search_in(fields: Sequence[str]) -> Any:
    """A filter method: every word of the text in one of the fields."""

    def method(self: Any, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:  # noqa: ARG001 - a method
        for word in value.split():
            found = Q()
            for field in fields:
                found |= Q(**{f"{field}__icontains": word})
            rows = rows.filter(found)
        return rows

    return method


class DayFilter(django_filters.DateFilter):
    """A day typed or picked as in every form."""

    field_class = DateField


def centres_seen(request: SignedIn | None) -> QuerySet[Centre]:
    rows = Centre.objects.visible_to(request.user) if request is not None else Centre.objects.none()
    return rows.select_related("organisation").order_by("organisation__name")
