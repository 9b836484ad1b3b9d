"""Spreadsheets: read in the cage, understood by pure functions, written harmlessly."""

from foundation.sheets.cells import Parsed, parse_date, parse_digits, parse_text
from foundation.sheets.columns import Column, Matching, find_header, match
from foundation.sheets.reading import Bounds, read
from foundation.sheets.table import Cell, Row, Table, cell_name

__all__ = [
    "Bounds",
    "Cell",
    "Column",
    "Matching",
    "Parsed",
    "Row",
    "Table",
    "cell_name",
    "find_header",
    "match",
    "parse_date",
    "parse_digits",
    "parse_text",
    "read",
]
