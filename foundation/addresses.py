"""Addresses as letters and documents name them: read far from the portal, so with where it stands."""

from django.conf import settings
from django.urls import reverse


def full(view: str, **kwargs: object) -> str:
    """The whole address of a page, by the name of its view."""
    return settings.BASE_URL + reverse(view, kwargs=kwargs)
