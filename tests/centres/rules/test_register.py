"""A1: the government's register, every layout it has had and everything that a wrong file can be."""

import csv
import datetime as dt
import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centres.rules import Change, ProviderRow, compare, parse_register, shrink_problems
from centres.rules.register import CURRENT, INTERNAL, MOST_BYTES, MOST_PROBLEMS, OLDER
from centres.states import RegisterChangeKind as Kind

TODAY = dt.date(2026, 9, 14)
HEADER = "Ukprn,Name,ApplicationType,StartDate,Status,ApplicationDeterminedDate"
ROW = '10000001,"Riverside College",Main provider,01/05/2017,,02/03/2017'
RIVERSIDE = ProviderRow(10000001, "Riverside College", "Main provider", dt.date(2017, 5, 1), False, dt.date(2017, 3, 2))


def text(*lines: str, end: str = "\r\n") -> bytes:
    return ("\r\n".join(lines) + end).encode()


def codes(data: bytes) -> list[str]:
    return [problem.code for problem in parse_register(data, TODAY).problems]


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    "header",
    [
        HEADER,
        "Ukprn,Name,Application Type,Start Date,Status,Application Determined Date",
        "UKPRN,NAME,APPLICATIONTYPE,STARTDATE,STATUS,APPLICATIONDETERMINEDDATE",
        "ukprn , name , application type , start date , status , application determined date",
        "\ufeff" + HEADER,
    ],
)
def test_headers_of_today_in_any_spelling(header):
    parsed = parse_register(text(header, ROW), TODAY)
    assert (parsed.layout, dict(parsed.providers), parsed.row_count, parsed.ignored_count) == (
        CURRENT,
        {10000001: RIVERSIDE},
        1,
        0,
    )


@pytest.mark.clause("A1")
def test_columns_in_another_order_and_further_ones_do_no_harm():
    header = "Extra,StartDate,Ukprn,Status,Name,ApplicationDeterminedDate,ApplicationType"
    row = "x,01/05/2017,10000001,,Riverside College,02/03/2017,Main provider"
    assert dict(parse_register(text(header, row), TODAY).providers) == {10000001: RIVERSIDE}


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("status", "not_starting"),
    [
        ("", False),
        ("Active", False),
        ("Not Currently Starting New Apprentices", True),
        ("NOT CURRENTLY STARTING NEW APPRENTICES", True),
    ],
)
def test_status_of_today(status, not_starting):
    data = text(HEADER, f"10000001,A,Main provider,01/05/2017,{status},")
    assert parse_register(data, TODAY).providers[10000001].not_starting is not_starting


@pytest.mark.clause("A1")
def test_an_unknown_status_is_not_guessed():
    assert codes(text(HEADER, "10000001,A,Main provider,01/05/2017,Paused,")) == ["register_row"]


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("05/08/2019", dt.date(2019, 8, 5)),
        ("05-08-2019", dt.date(2019, 8, 5)),
        ("05/08/2019 00:00:00", dt.date(2019, 8, 5)),
        ("29/02/2024", dt.date(2024, 2, 29)),
        ("", None),
    ],
)
def test_dates_day_first(written, read):
    data = text(HEADER, f"10000001,A,Main provider,{written},,")
    assert parse_register(data, TODAY).providers[10000001].start_on == read


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    "written", ["29/02/2023", "31/04/2024", "5/8/2019", "05/08/19", "05.08.2019", "soon", "13/13/2020"]
)
def test_what_is_not_a_date_refuses_the_file(written):
    assert codes(text(HEADER, f"10000001,A,Main provider,{written},,")) == ["register_row"]


@pytest.mark.clause("A1")
def test_assessment_organisations_are_left_aside_before_numbers_are_compared():
    """From June 2023 to October 2024 one UKPRN could stand there as provider and as EPAO."""
    data = text(HEADER, ROW, "10000001,Riverside College,EPAO,01/06/2023,,", "x,Anything,EPAO,,whatever,")
    parsed = parse_register(data, TODAY)
    assert (dict(parsed.providers), parsed.row_count, parsed.ignored_count) == ({10000001: RIVERSIDE}, 3, 2)


@pytest.mark.clause("A1")
def test_a_repeated_row_counts_once_a_contradicting_one_refuses_the_file():
    assert parse_register(text(HEADER, ROW, ROW), TODAY).ignored_count == 1
    other = ROW.replace("Main", "Supporting")
    assert codes(text(HEADER, ROW, other)) == ["register_row"]


@pytest.mark.clause("A1")
def test_the_layout_from_2019_to_2023():
    header = (
        "Ukprn,Name,ProviderType,ParentCompanyGuarantee,NewOrganisationWithoutFinancialTrackRecord,StartDate,"
        "ProviderNotCurrentlyStartingNewApprentices,ApplicationDeterminedDate"
    )
    data = text(
        header,
        "10001001,Provider One,Main provider,False,False,10/12/2020,,30/07/2020",
        "10001002,Provider Two,Employer provider,True,False,13-03-2017,TRUE,28-08-2019",
        "10001003,Provider Three,Supporting provider,True,False,13-03-2017,False,",
    )
    parsed = parse_register(data, TODAY)
    assert parsed.layout == OLDER
    assert [(row.ukprn, row.provider_type, row.not_starting) for row in parsed.providers.values()] == [
        (10001001, "Main provider", False),
        (10001002, "Employer provider", True),
        (10001003, "Supporting provider", False),
    ]
    assert parsed.providers[10001002].determined_on == dt.date(2019, 8, 28)


@pytest.mark.clause("A1")
def test_the_internal_extract_leaves_out_those_whose_end_has_come():
    header = (
        "UKPRN,Organisation Name,Application Type,Contracted to deliver to non-levied employers,Start Date,End Date,"
        "Provider not currently starting new apprentices,Application Determined Date"
    )
    data = text(
        header,
        "10000001,Riverside College,Main provider,Y,2017/05/01,,,2017/03/02",
        "10000002,Gone,Main provider,Y,2017/05/01,2026/09/14,,",
        "10000003,Going,Main provider,Y,2017/05/01,2026/09/15,,",
    )
    parsed = parse_register(data, TODAY)
    assert (parsed.layout, sorted(parsed.providers), parsed.ignored_count) == (INTERNAL, [10000001, 10000003], 1)
    assert parsed.providers[10000001] == RIVERSIDE


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "register_empty"),
        (b"  \r\n ", "register_empty"),
        (text(HEADER), "register_empty"),
        (text(HEADER, "10000001,A,EPAO,01/05/2017,,"), "register_empty"),
        (b"<!DOCTYPE html><html><title>Service unavailable</title></html>", "register_html"),
        (b"\xef\xbb\xbf  <html></html>", "register_html"),
        (text(HEADER, "10000001,Caf\u00e9,Main provider,01/05/2017,,").decode().encode("cp1252"), "register_encoding"),
        (text(HEADER, ROW).decode().encode("utf-16"), "register_encoding"),
        (b"PK\x03\x04\x00\x00zip", "register_encoding"),
        (text(HEADER.replace("Ukprn", "Number"), ROW), "register_columns"),
        (text(HEADER.replace(",Status", ",Remark"), ROW), "register_columns"),
        (text(HEADER + ",Name", ROW + ",x"), "register_columns"),
        (
            text("apprenticeship-end-point-assessment-organisation\tname\tukprn", "EPA0001\tBCS\t10022712"),
            "register_columns",
        ),
        (text(HEADER, ROW, "10000002,B,Main provider,01/05/2017,", end=""), "register_truncated"),
        (text(HEADER, ROW, '10000002,"Left open,Main provider', end=""), "register_truncated"),
        (text(HEADER, ROW, "1000", end=""), "register_truncated"),
        (text(HEADER, ROW, "10000002,B,Main provider,01/05/2017,,02/03/20", end=""), "register_row"),
        (text(HEADER, "10000002,B,Main provider", ROW), "register_row"),
        (text(HEADER, ROW + ",more"), "register_row"),
        (text(HEADER, "1000001,A,Main provider,01/05/2017,,"), "register_row"),
        (text(HEADER, "010000001,A,Main provider,01/05/2017,,"), "register_row"),
        (text(HEADER, "1.0E+07,A,Main provider,01/05/2017,,"), "register_row"),
        (text(HEADER, "10000001,,Main provider,01/05/2017,,"), "register_row"),
        (text(HEADER, f"10000001,{'x' * 301},Main provider,01/05/2017,,"), "register_row"),
        (b"x" * (MOST_BYTES + 1), "register_too_large"),
    ],
)
def test_what_is_refused_as_a_whole(data, code):
    parsed = parse_register(data, TODAY)
    assert (codes(data), dict(parsed.providers)) == ([code], {})


@pytest.mark.clause("A1")
def test_a_complete_last_row_needs_no_line_end():
    assert list(parse_register(text(HEADER, ROW, end=""), TODAY).providers) == [10000001]


@pytest.mark.clause("A1")
def test_a_file_cut_anywhere_is_refused_or_says_nothing_wrong():
    """At every byte: what is read from the part is what the whole says of those providers, or nothing is read."""
    rows = [
        '10000001,"Riverside, College",Main provider,01/05/2017,,02/03/2017',
        "10000002,Café Training,Supporting provider,05/08/2021,Not Currently Starting New Apprentices,",
        "10000003,Assessors,EPAO,01/06/2023,,",
        "10000004,Hill Academy,Employer provider,12/12/2022,,13/11/2022",
    ]
    whole = text(HEADER, *rows)
    full = parse_register(whole, TODAY).providers
    assert sorted(full) == [10000001, 10000002, 10000004]
    for length in range(len(whole)):
        part = parse_register(whole[:length], TODAY)
        assert bool(part.problems) is not bool(part.providers), length
        for ukprn, row in part.providers.items():
            # The last date of the last row may be missing: nothing rests on it.
            assert replace(row, determined_on=None) == replace(full[ukprn], determined_on=None), length
            assert row.determined_on in {None, full[ukprn].determined_on}, length


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.integers(10_000_000, 99_999_999),
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=60),
            st.sampled_from(["Main provider", "Employer provider", "Supporting provider"]),
            st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1)),
            st.booleans(),
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(["\r\n", "\n"]),
)
def test_what_was_written_is_what_is_read(providers, line_end):
    """Any names, quotes and commas among them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=line_end)
    writer.writerow(HEADER.split(","))
    for ukprn, (name, kind, start, stopped) in providers.items():
        shown = f"{start:%d/%m/%Y}" if start else ""
        writer.writerow([ukprn, name, kind, shown, "Not Currently Starting New Apprentices" if stopped else "", ""])
    parsed = parse_register(out.getvalue().encode(), TODAY)
    assert parsed.problems == ()
    assert {
        ukprn: (row.name, row.provider_type, row.start_on, row.not_starting) for ukprn, row in parsed.providers.items()
    } == providers


def test_every_wrong_row_is_named_up_to_a_limit():
    rows = [f"{number},A,Main provider,01/05/2017,," for number in range(30)]
    problems = parse_register(text(HEADER, *rows), TODAY).problems
    assert len(problems) == MOST_PROBLEMS
    assert problems[0].message == "Row 2: the UKPRN “0” is not a number of eight digits."


def test_blank_lines_and_quotes_and_commas_in_names():
    data = text(HEADER, "", '10000001,"Smith, Jones ""and"" Co T/A Training",Main provider,01/05/2017,,', ",,,,,")
    assert parse_register(data, TODAY).providers[10000001].name == 'Smith, Jones "and" Co T/A Training'


def provider(ukprn: int, **changes) -> ProviderRow:
    values = {
        "ukprn": ukprn,
        "name": f"P{ukprn}",
        "provider_type": "Main provider",
        "start_on": None,
        "not_starting": False,
        "determined_on": None,
    }
    return ProviderRow(**{**values, **changes})


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ([], [], []),
        ([provider(1)], [provider(1)], []),
        ([], [provider(1)], [Change(1, "P1", Kind.JOINED)]),
        ([provider(1)], [], [Change(1, "P1", Kind.LEFT)]),
        ([provider(1)], [provider(1, name="New")], [Change(1, "New", Kind.RENAMED, "P1", "New")]),
        (
            [provider(1)],
            [provider(1, provider_type="Supporting provider")],
            [Change(1, "P1", Kind.TYPE_CHANGED, "Main provider", "Supporting provider")],
        ),
        ([provider(1)], [provider(1, not_starting=True)], [Change(1, "P1", Kind.STOPPED_STARTING)]),
        ([provider(1, not_starting=True)], [provider(1)], [Change(1, "P1", Kind.RESUMED_STARTING)]),
        ([provider(1)], [provider(1, determined_on=TODAY)], []),
        (
            [provider(2), provider(1)],
            [provider(3), provider(1, name="N", not_starting=True)],
            [
                Change(1, "N", Kind.RENAMED, "P1", "N"),
                Change(1, "N", Kind.STOPPED_STARTING),
                Change(2, "P2", Kind.LEFT),
                Change(3, "P3", Kind.JOINED),
            ],
        ),
    ],
)
def test_differences(before, after, changes):
    assert compare({row.ukprn: row for row in before}, {row.ukprn: row for row in after}) == changes


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("last", "now", "refused"), [(0, 1, False), (10, 8, False), (10, 7, True), (1000, 799, True), (1000, 800, False)]
)
def test_a_file_with_far_fewer_providers_was_cut_short(last, now, refused):
    assert [problem.code for problem in shrink_problems(last, now, 0.8)] == (["register_shrank"] if refused else [])


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "layout", "ukprns"),
    [
        ("apar-v2-current-CONSTRUCTED-sample.csv", CURRENT, [12345678, 87654321]),
        ("roatp-v1-2019-2023-test-sample.csv", OLDER, [10001001, 10001002]),
    ],
)
def test_the_sample_files_are_read(shared_data, name, layout, ukprns):
    parsed = parse_register((shared_data / "register" / name).read_bytes(), TODAY)
    assert (parsed.problems, parsed.layout, sorted(parsed.providers)) == ((), layout, ukprns)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["epao-register-2018-openregister.tsv", "st0071-provider-achievement-rates-2324.csv"])
def test_other_government_files_are_not_taken_for_the_register(shared_data, name):
    assert codes((shared_data / "register" / name).read_bytes()) == ["register_columns"]
