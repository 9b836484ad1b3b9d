"""Headers as people write them find their columns; two that could both be meant are not chosen between."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import sheets
from foundation.sheets.columns import HEADER_ROWS, key_of

COLUMNS = (
    sheets.Column("uln", "ULN", ("Unique learner number",)),
    sheets.Column("given_names", "Given names", ("First name", "Forename(s)")),
    sheets.Column("family_name", "Family name", ("Surname", "Last name")),
    sheets.Column("date_of_birth", "Date of birth", ("DOB",)),
    sheets.Column("email", "E-mail address", ("Email",), required=False),
)
LABELS = tuple(column.label for column in COLUMNS)


def test_labels_as_they_are() -> None:
    matching = sheets.match(LABELS, COLUMNS)
    assert matching.found == {"uln": 0, "given_names": 1, "family_name": 2, "date_of_birth": 3, "email": 4}
    assert (matching.missing, matching.unknown, matching.duplicates) == ((), (), ())
    assert matching.is_complete


@pytest.mark.parametrize(
    "header",
    [
        "date of birth",
        "DATE OF BIRTH",
        "Date-of-birth",
        "date_of_birth",
        "DateOfBirth",
        " Date  of\nbirth: ",
        "*Date of birth",
        "Date of birth (dd/mm/yyyy)",
        "Dáte of birth",
        "\ufeffDate\u00a0of birth",
        "DOB",
        "d.o.b.",
    ],
)
def test_ways_to_write_a_header(header: str) -> None:
    assert sheets.match([header], COLUMNS).found == {"date_of_birth": 0}


@pytest.mark.parametrize(
    ("header", "key"),
    [("Surname", "family_name"), ("Forenames", "given_names"), ("email address", "email"), ("Forename", "given_names")],
)
def test_synonyms(header: str, key: str) -> None:
    if header == "Forenames":
        assert sheets.match([header], COLUMNS).unknown == ("Forenames",)  # no synonym, and not guessed
    else:
        assert sheets.match([header], COLUMNS).found == {key: 0}


def test_order_and_further_columns_do_no_harm() -> None:
    matching = sheets.match(["Notes", "Email", None, "DOB", "Surname", "", 7, "First name", "ULN"], COLUMNS)
    assert matching.found == {"email": 1, "date_of_birth": 3, "family_name": 4, "given_names": 7, "uln": 8}
    assert matching.unknown == ("Notes", "7")
    assert matching.is_complete


def test_only_required_columns_can_be_missing() -> None:
    matching = sheets.match(["ULN", "Surname"], COLUMNS)
    assert [column.key for column in matching.missing] == ["given_names", "date_of_birth"]
    assert not matching.is_complete


def test_two_headers_for_one_column_are_told() -> None:
    matching = sheets.match([*LABELS, "Surname", "Last name"], COLUMNS)
    assert matching.duplicates == ("Family name",)
    assert matching.found["family_name"] == 2
    assert not matching.is_complete


def test_a_name_of_two_columns_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="names two columns"):
        sheets.match([], [sheets.Column("a", "Name"), sheets.Column("b", "name")])


def test_brackets_are_kept_where_nothing_else_stands() -> None:
    assert key_of("(ULN)") == "uln"
    assert key_of("ULN (10 digits)") == "uln"
    assert key_of("***") == ""


def table(*rows: tuple) -> sheets.Table:
    width = max(len(row) for row in rows)
    return sheets.Table(
        "csv", [sheets.Row(number, row + (None,) * (width - len(row))) for number, row in enumerate(rows, 1) if row]
    )


def test_the_header_stands_under_a_title() -> None:
    found = sheets.find_header(table(("Registrations",), (), ("ULN is needed",), LABELS, ("1000000043",)), COLUMNS)
    assert found is not None
    row, matching = found
    assert row.number == 4
    assert matching.is_complete


def test_of_two_rows_alike_the_first_is_the_header() -> None:
    found = sheets.find_header(table(("ULN", "Surname"), LABELS, LABELS), COLUMNS)
    assert found is not None
    assert found[0].number == 2


def test_without_any_known_header_there_is_none() -> None:
    assert sheets.find_header(table(("a", "b"), ("c", "d")), COLUMNS) is None
    assert sheets.find_header(sheets.Table("csv", []), COLUMNS) is None


@pytest.mark.parametrize(("before", "is_found"), [(HEADER_ROWS - 1, True), (HEADER_ROWS, False)])
def test_the_header_is_looked_for_in_the_first_rows(before: int, is_found: bool) -> None:
    rows = [("text",)] * before + [LABELS]
    assert (sheets.find_header(table(*rows), COLUMNS) is not None) is is_found


@given(st.permutations(LABELS), st.lists(st.sampled_from(["Notes", "x", ""]), max_size=3))
def test_any_order_is_matched(labels: list[str], more: list[str]) -> None:
    headers = list(itertools.chain(more, labels))
    matching = sheets.match(headers, COLUMNS)
    assert {headers[place] for place in matching.found.values()} == set(LABELS)
    assert matching.is_complete


@given(st.lists(st.one_of(st.none(), st.text(), st.floats(), st.booleans(), st.dates())))
def test_no_header_breaks_the_matching(cells: list) -> None:
    matching = sheets.match(cells, COLUMNS)
    assert set(matching.found.values()) <= set(range(len(cells)))
