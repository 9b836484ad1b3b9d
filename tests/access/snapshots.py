"""What the database holds, in few enough characters to compare before and after."""

from django.apps import apps
from django.db import connection

# Sessions move their own expiry on; that is no change of ours.
NOT_STATE = {"django_session"}


def tables() -> list[str]:
    """Every table of every model, joined tables of many-to-many fields included."""
    models = apps.get_models(include_auto_created=True)
    return sorted({model._meta.db_table for model in models if model._meta.managed} - NOT_STATE)


def snapshot(*only: str) -> dict[str, str]:
    """A digest of the rows of each table (of all, or of those named), whatever their order."""
    wanted = only or tables()
    parts = [
        f"SELECT '{table}', count(*) || ':' || coalesce(sum(hashtextextended(row::text, 0)), 0) FROM {table} AS row"  # noqa: S608 - names of our own tables
        for table in wanted
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables that differ."""
    return [table for table in before if before[table] != after[table]]
