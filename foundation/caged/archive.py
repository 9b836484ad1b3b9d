"""A zip archive's table of contents, judged before it is unpacked; its XML, judged before a library parses it."""

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator

from foundation.caged.main import Refusal

MAX_MEMBERS = 2_000
MAX_UNPACKED = 256 * 1024 * 1024
MAX_RATIO = 150  # of a member over a megabyte; real sheets of 100,000 like rows stay under 60
BIG_MEMBER = 1024 * 1024
CHUNK = 256 * 1024
OVERLAP = 64

_NESTED = re.compile(
    r"\.(zip|7z|rar|gz|bz2|xz|tar|tgz|jar|war|apk|iso|cab|xlsx|xlsm|xlsb|docx|docm|pptx|ods|odt|exe|dll|js|vbs|lnk)$",
    re.IGNORECASE,
)
_MACROS = re.compile(r"(^|/)(vbaproject[^/]*\.bin$|vbadata\.xml$|macrosheets/|activex/|basic/|scripts/)", re.IGNORECASE)
_EXTERNAL = re.compile(r"(^|/)externallinks/", re.IGNORECASE)
_EMBEDDED = re.compile(r"(^|/)(embeddings/|oleobject[^/]*\.bin$)", re.IGNORECASE)
_XML = re.compile(r"\.(xml|rels|vml|rdf)$", re.IGNORECASE)
_WIDE_DOCTYPE = re.compile(rb"<\x00!\x00(?:D\x00O\x00C|E\x00N\x00T)|\x00<\x00!\x00(?:D\x00O\x00C|E\x00N\x00T)")


def open_checked(path: str) -> zipfile.ZipFile:
    """The archive, its table of contents found sound."""
    _look_at_frame(path)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Refusal(
            "damaged", "The file is damaged or only part of it arrived. Save it again and send it again."
        ) from error
    members = archive.infolist()
    _look_at_names(members)
    _look_at_sizes(members, os.path.getsize(path))
    for member in members:
        _look_at_member(member)
    return archive


def family(archive: zipfile.ZipFile) -> str:
    """What the archive is: "xlsx", "docx", "ods" or "zip"; macros are refused here where a part says so by its type."""
    names = {member.filename.lower().lstrip("/"): member for member in archive.infolist()}
    if "[content_types].xml" in names:
        types = read(archive, names["[content_types].xml"]).lower()
        if b"sheet.binary" in types:
            raise Refusal(
                "not_a_sheet",
                "This is a binary workbook (.xlsb), which we do not take. Save it as .xlsx and send it again.",
            )
        if b"macroenabled" in types or b"vbaproject" in types:
            raise _macros()
        if b"spreadsheetml.sheet.main" in types or any(name.endswith("workbook.xml") for name in names):
            return "xlsx"
        if b"wordprocessingml.document.main" in types and "word/document.xml" in names:
            return "docx"
    elif "mimetype" in names:
        kind = read(archive, names["mimetype"]).strip()
        if kind == b"application/vnd.oasis.opendocument.spreadsheet":
            manifest = names.get("meta-inf/manifest.xml")
            if manifest is not None and b"encryption-data" in read(archive, manifest):
                raise _password()
            return "ods"
    return "zip"


def look_at_xml(archive: zipfile.ZipFile, watch: Callable[[str, bytes], None] | None = None) -> None:
    """Unpack every XML member once, in pieces, and refuse a document type, an entity or a size that lies.

    ``watch`` sees the name of each member and every piece besides.
    """
    for member in archive.infolist():
        if not _XML.search(member.filename):
            continue
        wide = False
        for place, piece in enumerate(pieces(archive, member)):
            wide = wide or (place == 0 and b"\x00" in piece[:8])
            if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece or (wide and _WIDE_DOCTYPE.search(piece)):
                raise Refusal(
                    "doctype",
                    "The file holds XML with a document type declaration, which no spreadsheet or text program writes.",
                )
            if watch is not None:
                watch(member.filename, piece)


def pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """A member's content in pieces that overlap a little, so that a short pattern is never cut in two."""
    tail = b""
    try:
        with archive.open(member) as content:
            while block := content.read(CHUNK):
                yield tail + block
                tail = block[-OVERLAP:]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise Refusal(
            "damaged", "The file is damaged: a part of it cannot be unpacked. Save it again and send it again."
        ) from error


def read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int = 8 * 1024 * 1024) -> bytes:
    """A small member, whole."""
    if member.file_size > most:
        raise Refusal("bomb", "A part of the file is far larger than it may be.")
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise Refusal(
            "damaged", "The file is damaged: a part of it cannot be unpacked. Save it again and send it again."
        ) from error


def _look_at_frame(path: str) -> None:
    """Before the library reads the table of contents: it begins as a zip, ends as one, and the table is not huge."""
    with open(path, "rb") as content:
        data = content.read()
    if not data.startswith(b"PK\x03\x04"):
        raise Refusal("damaged", "The file does not begin as it should.")
    if data.count(b"PK\x01\x02") > MAX_MEMBERS * 2:
        raise Refusal("bomb", "The file is an archive of too many parts.")
    end = data.rfind(b"PK\x05\x06")
    if end < 0:
        raise Refusal("damaged", "Only part of the file arrived. Save it again and send it again.")
    if len(data) - end > 22 + 1024:
        raise Refusal("damaged", "Something else has been added to the end of the file.")


def _look_at_names(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise Refusal("bomb", "The file is an archive of too many parts.")
    seen = set()
    for member in members:
        name = member.orig_filename.replace("\\", "/").lower()
        if name in seen:
            raise Refusal(
                "duplicate_members",
                "The file holds the same part twice, so that two programs would read two different things.",
            )
        seen.add(name)


def _look_at_sizes(members: list[zipfile.ZipInfo], size: int) -> None:
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise Refusal("bomb", "The file unpacks to far more than it may.")
    for member in members:
        if member.file_size > BIG_MEMBER and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise Refusal("bomb", "The file unpacks to far more than its size allows.")
    last = 0
    for member in sorted(members, key=lambda each: each.header_offset):
        if member.header_offset < last or member.header_offset + member.compress_size > size:
            raise Refusal("bomb", "The parts of the file overlap.")
        last = member.header_offset + 30 + len(member.orig_filename) + member.compress_size


def _look_at_member(member: zipfile.ZipInfo) -> None:
    name = member.orig_filename.replace("\\", "/")
    # Some writers begin a part's name with one slash; inside an office file that is a name, not a place on a disk.
    parts = name.split("/")
    if (
        ".." in parts
        or "\x00" in name
        or re.match(r"[A-Za-z]:|//", name)
        or (name.startswith("/") and not _XML.search(name))
    ):
        raise Refusal("traversal", "A part of the file claims a place outside it.")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Refusal("traversal", "The file holds a link instead of a part.")
    if member.flag_bits & 0x1:
        raise _password()
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Refusal("damaged", "The file is packed in a way that no spreadsheet or text program uses.")
    if _MACROS.search(name):
        raise _macros()
    if _EXTERNAL.search(name):
        raise Refusal(
            "external_links",
            "The file draws values from other files. Break the links (Data, Edit links) and send it again.",
        )
    if _EMBEDDED.search(name):
        raise Refusal("embedded", "The file has other files embedded in it. Remove them and send it again.")
    if _NESTED.search(name):
        raise Refusal("nested", "The file has other files packed inside it. Send them one by one.")


def _macros() -> Refusal:
    return Refusal("macros", "The file contains macros. Save it without them (as .xlsx or .docx) and send it again.")


def _password() -> Refusal:
    return Refusal("password", "The file is protected by a password. Remove the password and send it again.")
