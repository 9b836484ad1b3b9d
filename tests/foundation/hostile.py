"""Makes hostile and messy files, so that the suite stands alone.

``python -m tests.foundation.hostile FOLDER`` writes them down.

``FILES`` gives for each name the bytes and the code of the refusal, or None where the file must be read.
"""

import io
import struct
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPES = (
    f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
ROOT_RELS = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
BOOK = (
    f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELS}">{{properties}}<sheets>'
    '<sheet name="Learners" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
BOOK_RELS = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{RELS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
SHEET = f'{XML}{{before}}<worksheet xmlns="{MAIN}">{{dimension}}<sheetData>{{rows}}</sheetData></worksheet>'
HEADER = ("ULN", "Given names", "Family name", "Date of birth")
LEARNER = ("1000000043", "Zoë", "O’Brien", "28/02/2001")
CSV = f"{','.join(HEADER)}\n{','.join(LEARNER)}\n"


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def rows_xml(*extra: str) -> str:
    """A header, one learner, and further rows as XML."""
    lines = []
    for number, values in enumerate((HEADER, LEARNER), 1):
        cells = "".join(text_cell(f"{letter}{number}", value) for letter, value in zip("ABCD", values, strict=True))
        lines.append(f'<row r="{number}">{cells}</row>')
    return "".join(lines + list(extra))


def parts(
    rows: str | None = None, *, before: str = "", dimension: str = "", properties: str = "<workbookPr/>"
) -> dict[str, bytes]:
    """The parts of the smallest workbook that programs open."""
    sheet = SHEET.format(before=before, dimension=dimension, rows=rows_xml() if rows is None else rows)
    return {
        "[Content_Types].xml": TYPES.encode(),
        "_rels/.rels": ROOT_RELS.encode(),
        "xl/workbook.xml": BOOK.format(properties=properties).encode(),
        "xl/_rels/workbook.xml.rels": BOOK_RELS.encode(),
        "xl/worksheets/sheet1.xml": sheet.encode(),
    }


def packed(members: dict[str, bytes], *more: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """A zip archive of the members and of further ones, which may repeat a name."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        for name, data in more:
            archive.writestr(name, data)
    return into.getvalue()


def workbook(rows: str | None = None, **options: str) -> bytes:
    return packed(parts(rows, **options))


def with_part(name: str, data: bytes = b"x") -> bytes:
    return packed(parts(), (name, data))


def far_cell() -> bytes:
    return workbook(rows_xml(f'<row r="1048576">{text_cell("XFD1048576", "x")}</row>'))


def far_cell_hidden() -> bytes:
    """The same in single quotes, which the quick look does not know: the cage has to hold."""
    return workbook(rows_xml(f'<row r="1048576">{text_cell("XFD1048576", "x")}</row>').replace('"', "'"))


def whitespace_bomb() -> bytes:
    return with_part("xl/sharedStrings.xml", b"<sst>" + b" " * (300 * 1024 * 1024 // 8) + b"</sst>")


def lying_sizes() -> bytes:
    """The table of contents says that the sheet is short; it unpacks to twenty megabytes."""
    data = bytearray(packed(parts(rows_xml() + " " * 20_000_000)))
    place = data.rfind(b"xl/worksheets/sheet1.xml") - 46
    assert data[place : place + 4] == b"PK\x01\x02"
    struct.pack_into("<I", data, place + 24, 1000)
    return bytes(data)


def overlapping() -> bytes:
    """Two entries of the table of contents share one body."""
    data = bytearray(packed(parts(), ("xl/a.xml", b"<a/>" * 50), ("xl/b.xml", b"<a/>" * 50)))
    first = data.rfind(b"xl/a.xml") - 46
    second = data.rfind(b"xl/b.xml") - 46
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(data)


def many_members() -> bytes:
    return packed(parts(), *((f"xl/part{number}.xml", b"") for number in range(2500)))


def symlink() -> bytes:
    link = zipfile.ZipInfo("xl/link.xml")
    link.external_attr = 0o120777 << 16
    return packed(parts(), (link, b"/etc/passwd"))


def encrypted_member() -> bytes:
    data = bytearray(workbook())
    place = data.find(b"PK\x01\x02")
    data[place + 8] |= 1
    return bytes(data)


def xxe() -> bytes:
    before = '<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/x">]>'
    return workbook(f'<row r="1">{text_cell("A1", "&amp;e;")}</row>', before=before)


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY {a} "{f"&{b};" * 10}">' for a, b in ("ba", "cb", "dc", "ed", "fe", "gf", "hg"))
    before = f'<!DOCTYPE x [<!ENTITY a "lol">{entities}]>'
    return workbook(f'<row r="1">{text_cell("A1", "&amp;h;")}</row>', before=before)


def wide_doctype() -> bytes:
    members = parts()
    text = (
        members["xl/worksheets/sheet1.xml"]
        .decode()
        .replace("UTF-8", "UTF-16")
        .replace("<worksheet", "<!DOCTYPE x><worksheet")
    )
    members["xl/worksheets/sheet1.xml"] = text.encode("utf-16")
    return packed(members)


def macro_by_type() -> bytes:
    members = parts()
    plain, macro = b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
    members["[Content_Types].xml"] = members["[Content_Types].xml"].replace(plain, macro)
    return packed(members)


def ole(*streams: str) -> bytes:
    """The first bytes of an old Office container and the names of its streams."""
    names = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + names


def pdf(catalog: str = "", more: tuple[str, ...] = (), *, page: str = "") -> bytes:
    """A PDF of one empty page, its table of places right."""
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]{page}>>",
        *more,
    ]
    out = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(places) + 1}/Root 1 0 R>>\n"
    return out + f"{end}startxref\n{len(out)}\n%%EOF\n".encode()


def png(width: int = 2, height: int = 2) -> bytes:
    from PIL import Image

    into = io.BytesIO()
    Image.new("L", (width, height)).save(into, "PNG")
    return into.getvalue()


def docx(*more: tuple[str, bytes]) -> bytes:
    kind = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = b'<Types><Override PartName="/word/document.xml" ContentType="' + kind + b'"/></Types>'
    return packed({"[Content_Types].xml": types, "word/document.xml": b"<document/>"}, *more)


SHEETS: dict[str, tuple[Callable[[], bytes], str | None]] = {
    "plain.xlsx": (workbook, None),
    "lying_dimension.xlsx": (lambda: workbook(dimension='<dimension ref="A1:XFD1048576"/>'), None),
    "formula_texts.csv": (lambda: b"a,b\n=1+1,@x\n", None),
    "comma.csv": (CSV.encode, None),
    "semicolon.csv": (lambda: CSV.replace(",", ";").encode(), None),
    "tab.tsv": (lambda: CSV.replace(",", "\t").encode(), None),
    "bar.csv": (lambda: CSV.replace(",", "|").encode(), None),
    "sep_line.csv": (lambda: b"sep=;\r\n" + CSV.replace(",", ";").encode(), None),
    "cr_only.csv": (lambda: CSV.replace("\n", "\r").encode(), None),
    "crlf.csv": (lambda: CSV.replace("\n", "\r\n").encode(), None),
    "bom.csv": (lambda: CSV.encode("utf-8-sig"), None),
    "utf16.csv": (lambda: CSV.encode("utf-16"), None),
    "utf16be.csv": (lambda: CSV.encode("utf-16-be"), None),
    "utf16le.csv": (lambda: CSV.encode("utf-16-le"), None),
    "cp1252.csv": (lambda: CSV.encode("cp1252"), None),
    "csv_named.xls": (CSV.encode, None),
    "far_cell.xlsx": (far_cell, "too_large"),
    "far_cell_hidden.xlsx": (far_cell_hidden, "too_large"),
    "too_many_rows.xlsx": (
        lambda: workbook(rows_xml(f'<row r="300000">{text_cell("A300000", "x")}</row>')),
        "too_many_rows",
    ),
    "too_many_columns.xlsx": (lambda: workbook(f'<row r="1">{text_cell("ZZ1", "x")}</row>'), "too_many_columns"),
    "long_cell.xlsx": (lambda: workbook(f'<row r="1">{text_cell("A1", "x" * 40_000)}</row>'), "cell_too_long"),
    "bomb.xlsx": (whitespace_bomb, "bomb"),
    "many_members.xlsx": (many_members, "bomb"),
    "overlapping.xlsx": (overlapping, "bomb"),
    "lying_sizes.xlsx": (lying_sizes, "damaged"),
    "duplicate.xlsx": (lambda: with_part("XL/Worksheets/Sheet1.xml"), "duplicate_members"),
    "macro.xlsx": (lambda: with_part("xl/vbaProject.bin"), "macros"),
    "macro_by_type.xlsx": (macro_by_type, "macros"),
    "macro_sheet.xlsx": (lambda: with_part("xl/macrosheets/sheet1.xml"), "macros"),
    "external.xlsx": (lambda: with_part("xl/externalLinks/externalLink1.xml"), "external_links"),
    "embedded.xlsx": (lambda: with_part("xl/embeddings/oleObject1.bin"), "embedded"),
    "nested.xlsx": (lambda: with_part("xl/inner.zip"), "nested"),
    "slip.xlsx": (lambda: with_part("../../evil.xml"), "traversal"),
    "slip_absolute.xlsx": (lambda: with_part("/srv/evil"), "traversal"),
    "slip_windows.xlsx": (lambda: with_part("c:\\evil.xml"), "traversal"),
    "symlink.xlsx": (symlink, "traversal"),
    "encrypted_member.xlsx": (encrypted_member, "password"),
    "xxe.xlsx": (xxe, "doctype"),
    "laughs.xlsx": (laughs, "doctype"),
    "wide_doctype.xlsx": (wide_doctype, "doctype"),
    "truncated.xlsx": (lambda: workbook()[:-300], "damaged"),
    "appended.xlsx": (lambda: workbook() + b"x" * 2000, "damaged"),
    "not_xml.xlsx": (lambda: packed({**parts(), "xl/worksheets/sheet1.xml": b"<<<<"}), "damaged"),
    "password.xlsx": (lambda: ole("EncryptionInfo", "EncryptedPackage"), "password"),
    "macro.xls": (lambda: ole("Workbook", "_VBA_PROJECT_CUR"), "macros"),
    "stub.xls": (lambda: ole("Workbook"), "damaged"),
    "word.xls": (lambda: ole("WordDocument"), "renamed"),
    "html.xls": (lambda: b"<html><table><tr><td>ULN</td></tr></table></html>", "renamed"),
    "picture.xlsx": (png, "renamed"),
    "program.csv": (lambda: b"MZ" + bytes(200), "renamed"),
    "document.bin": (pdf, "not_a_sheet"),
    "other.zip": (lambda: packed({"readme.txt": b"hello"}), "not_a_sheet"),
    "nothing.csv": (lambda: b"", "empty"),
    "blank.csv": (lambda: b" , ,\n\n , ,\n", "empty"),
    "blank.xlsx": (lambda: workbook(""), "empty"),
    "unclosed_quote.csv": (lambda: b'a,b\n1,"x\n2,y\n', "unclosed_quote"),
    "odd_quote.csv": (lambda: b'a,b\n1,"x"y\n', "unclosed_quote"),
    "huge_field.csv": (lambda: b'a,b\n1,"' + b"A" * 200_000 + b'"\n', "cell_too_long"),
    "binary.csv": (lambda: b"a,b\n1,\x01\x02\x03\n", "renamed"),
}

OTHERS: dict[str, tuple[Callable[[], bytes], str | None]] = {
    "plain.pdf": (pdf, None),
    "plain.png": (png, None),
    "plain.docx": (docx, None),
    "launch.pdf": (lambda: pdf("/OpenAction<</S/Launch/F(cmd.exe)>>"), "active_pdf"),
    "script.pdf": (lambda: pdf("/OpenAction 4 0 R", ("<</S/JavaScript/JS(app.alert(1))>>",)), "active_pdf"),
    "page_script.pdf": (lambda: pdf(page="/AA<</O<</S/JavaScript/JS(x)>>>>"), "active_pdf"),
    "attached.pdf": (lambda: pdf("/Names<</EmbeddedFiles<</Names[]>>>>"), "active_pdf"),
    "submits.pdf": (lambda: pdf(page="/Annots[<</Subtype/Link/A<</S/SubmitForm/F(http://x)>>>>]"), "active_pdf"),
    "late_header.pdf": (lambda: b"<html><script>alert(1)</script></html>\n" + pdf(), "wrong_type"),
    "no_pages.pdf": (lambda: pdf().replace(b"/Kids[3 0 R]/Count 1", b"/Kids[]/Count 0     "), "empty"),
    "broken.pdf": (lambda: b"%PDF-1.7\nnothing", "damaged"),
    "program.pdf": (lambda: b"MZ" + bytes(200), "wrong_type"),
    "cut.png": (lambda: png(200, 200)[:60], "damaged"),
    "polyglot.png": (lambda: png() + workbook(), "polyglot"),
    "macro.docx": (lambda: docx(("word/vbaProject.bin", b"x")), "macros"),
    "gif.png": (lambda: b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "wrong_type"),
    "page.html": (lambda: b"<!doctype html><script>1</script>", "wrong_type"),
    "vector.svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "wrong_type"),
    "nothing.pdf": (lambda: b"", "empty"),
}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, (make, _) in {**SHEETS, **OTHERS}.items():
        (folder / name).write_bytes(make())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
