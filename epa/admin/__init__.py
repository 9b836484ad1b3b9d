"""The end-point assessment in Django admin, by noun: looked at, not written."""

from epa.admin import assessing, preparing

__all__ = ["assessing", "preparing"]
