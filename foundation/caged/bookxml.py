"""What calamine does not tell of an Excel workbook: which cells are formulas or errors, and which day is day 0."""

import posixpath
import re
import threading
import zipfile
from typing import Any

from foundation.caged import archive
from foundation.caged.main import Refusal

# All begin with plain letters, which lets the search skip at the speed of memory. What they miss is slower but safe:
# a sheet with a prefix before every name is always followed cell by cell; a far cell in single quotes meets the cage.
FAR = re.compile(rb'r="(?:[A-Z]{3}\d|[A-Z]{1,2}\d{7})')
FORMULA = re.compile(rb"<f[\s>/]")
ERROR = b't="e"'
PREFIXED = re.compile(rb"<\w+:worksheet\b")
_REL_ID = re.compile(r"\{.*relationships\}id$")
SMALL = 4 * 1024 * 1024

Places = list[tuple[int, int]]


class Scan(threading.Thread):
    """Unpacks every XML part beside the thread that reads the book, and keeps what it finds or why it refuses.

    zlib and calamine both let go of the interpreter, so on two processors the look costs next to nothing.
    """

    def __init__(self, path: str, opened: zipfile.ZipFile) -> None:
        super().__init__(daemon=True)
        self.path = path
        self.opened = opened
        self.refusal: Refusal | None = None
        self.odd: set[str] = set()

    @property
    def is_small(self) -> bool:
        return sum(member.file_size for member in self.opened.infolist()) < SMALL

    def run(self) -> None:
        try:
            with archive.open_checked(self.path) as own:  # its own handle: the other thread reads too
                archive.look_at_xml(own, self._watch)
        except Refusal as refusal:
            self.refusal = refusal
        except MemoryError:
            self.refusal = Refusal("too_large", "The file takes more room to read than we allow.")

    def finish(self) -> None:
        """Wait, and raise what it found."""
        self.join()
        if self.refusal is not None:
            raise self.refusal

    def _watch(self, name: str, piece: bytes) -> None:
        if "worksheets/" not in name.lower():
            return
        if FAR.search(piece):
            message = "A cell far away from the others is filled, so the sheet spans more than we allow. "
            raise Refusal("too_large", message + "Delete the rows and columns beside and below the table.")
        if name not in self.odd and (ERROR in piece or FORMULA.search(piece) or PREFIXED.search(piece[:2000])):
            self.odd.add(name)


def look_at_workbook(opened: zipfile.ZipFile, *, needed: bool) -> tuple[dict[str, str], bool]:
    """The part of each sheet by the sheet's name, and whether day 0 is 1 Jan 1904.

    Call it after ``Scan`` found no document type. The parts are looked up only where they are ``needed``.
    """
    book = _part(opened, "workbook.xml")
    if book is None:
        return {}, False
    if not needed and b"date1904" not in archive.read(opened, book):
        return {}, False
    root = _tree(opened, book)
    folder, file_name = posixpath.split(book.filename)
    links = _links(opened, posixpath.join(folder, "_rels", f"{file_name}.rels"), folder)
    parts: dict[str, str] = {}
    uses_1904 = False
    for element in root.iter():
        tag = str(element.tag).rpartition("}")[2]
        if tag == "workbookPr":
            uses_1904 = element.get("date1904", "").lower() in {"1", "true", "on"}
        elif tag == "sheet":
            key = next((value for name, value in element.items() if _REL_ID.match(name)), "")
            parts[element.get("name", "")] = links.get(key, "")
    return parts, uses_1904


def odd_cells(opened: zipfile.ZipFile, part: str) -> tuple[Places, Places]:
    """The cells (row from 1, column from 0) that hold a formula, and those that hold an error value."""
    from xml.parsers import expat  # imported here: few workbooks have formulas

    parser = expat.ParserCreate()
    watch = _Watch()
    parser.StartElementHandler = watch.start
    parser.buffer_text = True
    try:
        with opened.open(part) as content:
            parser.ParseFile(content)
    except expat.ExpatError as error:
        raise Refusal("damaged", "The sheet is damaged and cannot be read.") from error
    return watch.formulas, watch.errors


class _Watch:
    """Follows rows and cells; a cell that does not name its place stands right of the one before."""

    def __init__(self) -> None:
        self.row = 0
        self.column = -1
        self.formulas: Places = []
        self.errors: Places = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "c":
            self._cell(attributes)
        elif tag == "f":
            self.formulas.append((self.row, self.column))
        elif tag == "row":
            place = attributes.get("r", "")
            self.row = int(place) if place.isdigit() else self.row + 1
            self.column = -1

    def _cell(self, attributes: dict[str, str]) -> None:
        place = re.fullmatch(r"([A-Za-z]{1,3})(\d+)", attributes.get("r", ""))
        if place:
            self.row, self.column = int(place.group(2)), column_index(place.group(1))
        else:
            self.column += 1
        if attributes.get("t") == "e":
            self.errors.append((self.row, self.column))


def column_index(letters: str) -> int:
    """ "A" → 0, "AA" → 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _links(opened: zipfile.ZipFile, rels: str, folder: str) -> dict[str, str]:
    member = _part(opened, rels)
    if member is None:
        return {}
    found = {}
    for element in _tree(opened, member):
        target = element.get("Target", "")
        place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        actual = _part(opened, place)
        if actual is not None:
            found[element.get("Id", "")] = actual.filename
    return found


def _part(opened: zipfile.ZipFile, name: str) -> zipfile.ZipInfo | None:
    """The member of that name or, for a bare file name, the first that ends in it; letters' case set aside."""
    wanted = name.lower().lstrip("/")
    for member in opened.infolist():
        found = member.filename.replace("\\", "/").lower().lstrip("/")
        if found == wanted or ("/" not in wanted and found.endswith(f"/{wanted}")):
            return member
    return None


def _tree(opened: zipfile.ZipFile, member: zipfile.ZipInfo) -> Any:
    from xml.etree import ElementTree as ET  # imported here: as above

    try:
        return ET.fromstring(archive.read(opened, member))  # noqa: S314 - a document type has been refused before
    except ET.ParseError as error:
        raise Refusal("damaged", "The workbook is damaged and cannot be read.") from error
