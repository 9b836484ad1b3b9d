"""The looks of the cage from inside: the same verdicts without a child process around them."""

import io
import os
import sys
from pathlib import Path

import pytest

from foundation.caged import archive, bookxml, delimited, image, kinds, main, pdf, table
from foundation.caged.main import Refusal
from tests.foundation import hostile

ABORTS = {"far_cell_hidden.xlsx"}  # ends the process it is read in: only ever read in the cage
OPTIONS = {"sheet": None, "max_rows": 200_000, "max_columns": 256, "max_cell": 32_767}


def on_disk(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "upload"
    path.write_bytes(data)
    return str(path)


@pytest.mark.parametrize("name", sorted(set(hostile.SHEETS) - ABORTS))
def test_the_job_sheet(tmp_path: Path, name: str) -> None:
    make, code = hostile.SHEETS[name]
    path = on_disk(tmp_path, make())
    if code is None:
        tags = [tag for tag, _ in table.run(path, name_hint=name, **OPTIONS)]
        assert tags == ["head", "rows", "done"]
    else:
        with pytest.raises(Refusal) as refused:
            list(table.run(path, name_hint=name, **OPTIONS))
        assert (refused.value.code, bool(refused.value.message)) == (code, True)


@pytest.mark.parametrize("name", hostile.OTHERS)
def test_the_job_look(tmp_path: Path, name: str) -> None:
    make, code = hostile.OTHERS[name]
    path = on_disk(tmp_path, make())
    allowed = [kinds.PDF, kinds.PNG, kinds.JPEG, kinds.DOCX]
    if code is None:
        assert [tag for tag, _ in kinds.run(path, allowed=allowed)] == ["done"]
    else:
        with pytest.raises(Refusal) as refused:
            list(kinds.run(path, allowed=allowed))
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.4", kinds.PDF),
        (hostile.png(), kinds.PNG),
        (b"GIF89a\x01\x00", "image/gif"),
        (b"<?xml version='1.0'?><a/>", "text/xml"),
        (b"\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00", "text/html"),
        (b"{\\rtf1 x}", "application/rtf"),
        (b"\x7fELF" + bytes(100), "application/x-executable"),
        (b"\x00\x01\x02\x03", "application/octet-stream"),
        (b"just words", kinds.CSV),
        (hostile.ole("WordDocument"), "application/x-ole-storage"),
        (hostile.ole("Book"), kinds.XLS),
    ],
)
def test_what_a_file_is(tmp_path: Path, data: bytes, kind: str) -> None:
    assert kinds.identify(on_disk(tmp_path, data)) == kind


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (kinds.XLSX, "an Excel workbook (.xlsx)"),
        (kinds.PDF, "a PDF"),
        ("text/html", "a web page"),
        ("audio/mpeg", "a file of the type audio/mpeg"),
    ],
)
def test_kinds_in_words(kind: str, words: str) -> None:
    assert kinds.describe(kind) == words


def opendocument(*more: tuple[str, bytes]) -> bytes:
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    names = "urn:oasis:names:tc:opendocument:xmlns"
    cell = '<table:table-cell office:value-type="string"><text:p>ULN</text:p></table:table-cell>'
    table_xml = f'<table:table table:name="Learners"><table:table-row>{cell}</table:table-row></table:table>'
    content = (
        f'<office:document-content xmlns:office="{names}:office:1.0" xmlns:text="{names}:text:1.0"'
        f' xmlns:table="{names}:table:1.0"><office:body><office:spreadsheet>{table_xml}</office:spreadsheet>'
        "</office:body></office:document-content>"
    ).encode()
    manifest = b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return hostile.packed({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest}, *more)


def test_an_opendocument_sheet_is_read(tmp_path: Path) -> None:
    lines = dict(table.run(on_disk(tmp_path, opendocument()), name_hint="", **OPTIONS))
    assert (lines["head"]["format"], lines["head"]["sheet"]) == ("ods", "Learners")
    assert lines["rows"] == [[1], [["p", ("ULN",)]]]
    assert lines["done"]["formulas_known"] is False


def test_an_opendocument_sheet_with_macros_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        kinds.identify(on_disk(tmp_path, opendocument(("Basic/Standard/Module1.xml", b"x"))))
    assert refused.value.code == "macros"


def test_a_locked_opendocument_sheet_is_refused(tmp_path: Path) -> None:
    members = {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": b"<encryption-data/>",
    }
    with pytest.raises(Refusal) as refused:
        kinds.identify(on_disk(tmp_path, hostile.packed(members)))
    assert refused.value.code == "password"


def test_a_binary_workbook_is_refused_with_the_way_out(tmp_path: Path) -> None:
    members = hostile.parts()
    types = members["[Content_Types].xml"]
    plain, binary = (
        b"openxmlformats-officedocument.spreadsheetml.sheet.main",
        b"ms-excel.sheet.binary.macroEnabled.main",
    )
    members["[Content_Types].xml"] = types.replace(plain, binary)
    with pytest.raises(Refusal, match=r"Save it as \.xlsx"):
        kinds.identify(on_disk(tmp_path, hostile.packed(members)))


def test_pieces_overlap_so_that_nothing_hides_at_their_border(tmp_path: Path) -> None:
    for shift in range(12):
        filler = b" " * (archive.CHUNK - len(hostile.XML) - shift)
        members = {**hostile.parts(), "xl/a.xml": hostile.XML.encode() + filler + b"<!DOCTYPE x><a/>"}
        with (
            archive.open_checked(on_disk(tmp_path, hostile.packed(members))) as opened,
            pytest.raises(Refusal) as refused,
        ):
            archive.look_at_xml(opened)
        assert refused.value.code == "doctype"


def test_a_part_larger_than_it_may_be_is_not_read_whole(tmp_path: Path) -> None:
    path = on_disk(tmp_path, hostile.packed({**hostile.parts(), "xl/a.xml": b"x" * 2000}))
    with archive.open_checked(path) as opened:
        member = opened.getinfo("xl/a.xml")
        assert archive.read(opened, member) == b"x" * 2000
        with pytest.raises(Refusal):
            archive.read(opened, member, most=1999)


def test_a_part_that_is_corrupt_is_damaged(tmp_path: Path) -> None:
    data = bytearray(hostile.packed(hostile.parts(), ("xl/z.xml", os.urandom(500).hex().encode())))
    place = data.find(b"xl/z.xml") + 30
    data[place : place + 20] = bytes(20)
    with archive.open_checked(on_disk(tmp_path, bytes(data))) as opened:
        with pytest.raises(Refusal):
            archive.look_at_xml(opened)
        with pytest.raises(Refusal):
            archive.read(opened, opened.getinfo("xl/z.xml"))


def test_a_workbook_without_the_usual_places_still_reads() -> None:
    """Parts are found by their relationships and by their names; without either, formulas are simply not known."""
    archive_of = hostile.zipfile.ZipFile(io.BytesIO(hostile.packed({"a.xml": b"<a/>"})))
    assert bookxml.look_at_workbook(archive_of, needed=True) == ({}, False)
    members = hostile.parts()
    del members["xl/_rels/workbook.xml.rels"]
    archive_of = hostile.zipfile.ZipFile(io.BytesIO(hostile.packed(members)))
    assert bookxml.look_at_workbook(archive_of, needed=True) == ({"Learners": ""}, False)


def test_relationships_may_be_absolute() -> None:
    members = hostile.parts()
    rels = "xl/_rels/workbook.xml.rels"
    members[rels] = members[rels].replace(b'Target="worksheets', b'Target="/xl/worksheets')
    archive_of = hostile.zipfile.ZipFile(io.BytesIO(hostile.packed(members)))
    assert bookxml.look_at_workbook(archive_of, needed=True) == ({"Learners": "xl/worksheets/sheet1.xml"}, False)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_xml_that_is_none_is_damaged(part: str) -> None:
    archive_of = hostile.zipfile.ZipFile(io.BytesIO(hostile.packed({**hostile.parts(), part: b"<a><b></a>"})))
    with pytest.raises(Refusal):
        if "workbook" in part:
            bookxml.look_at_workbook(archive_of, needed=True)
        else:
            bookxml.odd_cells(archive_of, part)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"abc", ("abc", "utf-8")),
        (b"", ("", "utf-8")),
        ("Zoë".encode("cp1252"), ("Zoë", "cp1252")),
        (b"\x81\x8d", None),  # undefined in Windows-1252
        (b"\xef\xbb\xbf\xff", None),  # says UTF-8 and is not
        (b"\xff\xfea", None),  # half a character
        (b"a\x00b", None),
        ("Zoë".encode("utf-32"), ("Zoë", "utf-32")),
    ],
)
def test_text_and_its_encoding(data: bytes, expected: tuple[str, str] | None) -> None:
    assert delimited.decode(data) == expected


@pytest.mark.parametrize(
    ("text", "name", "delimiter"),
    [
        ("a,b;c\n1,2;3\n", "", ","),
        ("a;b,c;d\n1;2;3\n", "", ";"),
        ("word\nword\n", "", ","),
        ("word\nword\n", "a.tsv", "\t"),
        ("a\tb,c\n1\t2,3\n", "a.tsv", "\t"),
        ('"a;b",c\n"d;e",f\n', "", ","),
        ("sep=|\na|b,c,d\n", "", "|"),
        ("", "", ","),
    ],
)
def test_the_delimiter(text: str, name: str, delimiter: str) -> None:
    assert delimited.sniff(text, name)[0] == delimiter


def test_a_pdf_nested_beyond_sense_is_refused(tmp_path: Path) -> None:
    data = hostile.pdf(more=("[" * 60 + "]" * 60,), page="/X 4 0 R")
    with pytest.raises(Refusal) as refused:
        pdf.look(on_disk(tmp_path, data))
    assert refused.value.code == "damaged"


@pytest.mark.parametrize(("name", "value"), [("MAX_PAGES", 0), ("MAX_OBJECTS", 1)])
def test_a_pdf_of_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: int) -> None:
    monkeypatch.setattr(pdf, name, value)
    with pytest.raises(Refusal) as refused:
        pdf.look(on_disk(tmp_path, hostile.pdf()))
    assert refused.value.code == "too_large"


@pytest.mark.parametrize("password", ["", "secret"])
def test_a_locked_pdf_is_refused(tmp_path: Path, password: str) -> None:
    import pikepdf

    path = tmp_path / "locked.pdf"
    with pikepdf.open(io.BytesIO(hostile.pdf())) as document:
        document.save(path, encryption=pikepdf.Encryption(owner="owner", user=password))
    with pytest.raises(Refusal) as refused:
        pdf.look(str(path))
    assert refused.value.code == "password"


def test_an_image_of_the_largest_size_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = on_disk(tmp_path, hostile.png(10, 10))
    monkeypatch.setattr(image, "MAX_PIXELS", 100)
    image.look(path)
    monkeypatch.setattr(image, "MAX_PIXELS", 99)
    with pytest.raises(Refusal):
        image.look(path)


def lines_of_main(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, job: str, data: bytes, **options: object
) -> list[bytes]:
    """``main`` run here: its limits left off, its end caught, its output gathered."""
    out = io.BytesIO()
    monkeypatch.setattr(main, "_limit", lambda _limits: None)
    monkeypatch.setattr(main.gc, "disable", lambda: None)
    monkeypatch.setattr(main.os, "_exit", lambda code: None)
    monkeypatch.setattr(main.os, "abort", lambda: out.write(b"aborted\n"))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, write_through=True))
    main.main({"job": job, "file": on_disk(tmp_path, data), "options": options, "limits": {}})
    return out.getvalue().splitlines()


def test_main_writes_the_lines_of_its_job(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert lines_of_main(monkeypatch, tmp_path, "look", hostile.pdf(), allowed=[kinds.PDF]) == [
        b'["done","application/pdf"]'
    ]


def test_main_writes_a_refusal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (line,) = lines_of_main(monkeypatch, tmp_path, "look", b"", allowed=[])
    assert line == b'["refused",["empty","The file is empty."]]'


@pytest.mark.parametrize(
    ("error", "line"), [(KeyError("secret"), b'["broke","KeyError"]'), (MemoryError(), b"aborted")]
)
def test_main_tells_of_an_error_by_its_kind_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception, line: bytes
) -> None:
    def broken(_path: str, **_options: object) -> None:
        raise error

    monkeypatch.setattr(kinds, "run", broken)
    assert lines_of_main(monkeypatch, tmp_path, "look", b"x") == [line]


def test_the_limits_are_set_and_one_that_cannot_be_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    asked: dict[int, int] = {}

    def set_limit(name: int, values: tuple[int, int]) -> None:
        asked[name] = values[0]
        if name == resource.RLIMIT_AS:
            raise ValueError("not on this system")

    monkeypatch.setattr(resource, "setrlimit", set_limit)
    main._limit({"memory": 7, "cpu": 8})
    assert asked == {
        resource.RLIMIT_AS: 7,
        resource.RLIMIT_CPU: 8,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 64,
    }
