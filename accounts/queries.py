"""Reads about people that more than one storey needs."""

import datetime as dt

from django.db.models import Q, QuerySet

from accounts.models import Interest, User


def interests_on(user: User, on: dt.date) -> QuerySet[Interest]:
    """A person's interests on record that bar on that day: one that ends bars through its last day (A6, C1)."""
    return Interest.objects.filter(Q(ended_on=None) | Q(ended_on__gte=on), user=user)
