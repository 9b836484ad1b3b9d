"""The roof's pages: home by role, search, the learner's record, statement and health."""

from imi_portal.views.home import home
from imi_portal.views.learner import learner
from imi_portal.views.plain import accessibility, admin_login, health
from imi_portal.views.search import search

__all__ = ["accessibility", "admin_login", "health", "home", "learner", "search"]
