"""Template tags of the house (built in everywhere)."""

from django import template

register = template.Library()
