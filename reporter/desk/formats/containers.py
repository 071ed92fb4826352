"""A file's bytes to what they hold: text, JSON, Parquet, Feather or Excel, taken out of gzip and zip within limits.

What a file is, its first bytes say; its name is not asked. Nothing is ever unpacked to disk.
"""

from __future__ import annotations

import codecs
import gzip
import io
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError
from reporter.syntax.authored_text import guess_encoding

#: Larger files are refused, packed or unpacked: a desk's day is a few megabytes, and a bomb is not.
MAX_BYTES = 256 * 1024 * 1024
#: Bytes of a text by which its encoding is told.
_LOOKED_AT = 100_000
#: More files than this in one zip are no export.
_MOST_MEMBERS = 1_000
#: A worksheet of numbers shrinks to a tenth; a hundredth of a hundredth is a bomb.
_MOST_SHRUNK = 1_000

Kind = Literal["csv", "json", "parquet", "feather", "excel"]
NAMES: dict[Kind, str] = {
    "csv": "a text table",
    "json": "a JSON file",
    "parquet": "a Parquet file",
    "feather": "a Feather file",
    "excel": "an Excel file",
}
_OTHER = {
    b"%PDF": ("a PDF", "export it as UTF-8 CSV"),
    b"\xd0\xcf\x11\xe0": ("an Excel file of the old kind", "save it as .xlsx or as UTF-8 CSV"),
    b"BZh": ("a bzip2 file", "unpack it first"),
    b"\xfd7zXZ": ("an xz file", "unpack it first"),
    b"\x28\xb5\x2f\xfd": ("a zstandard file", "unpack it first"),
    b"7z\xbc\xaf": ("a 7z file", "unpack it first"),
    b"SQLite format 3": ("an SQLite database", 'ask it with format = "sql" and a query'),
}


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a text table is written.

    Attributes:
        encoding: of its characters; a file that begins with a mark of another says so itself.
        separator: what stands between its columns.
        header: the line of its column names; what stands above is no data.
        header_lines: how many lines of names there are, the first of them in `header`.
    """

    encoding: str = "utf-8"
    separator: str = ","
    header: int = 1
    header_lines: int = 1


PLAIN_TEXT = TextForm()


@dataclass(frozen=True, slots=True)
class Content:
    """The unpacked bytes of a file, and their kind.

    Attributes:
        kind: which reader takes it.
        data: its bytes, unpacked.
        shown_as: how to name it in messages; a file in a zip is named after it.
        form: how it is written, where it is a text table.
        place: what is meant of it: a worksheet, or where in JSON the rows lie; empty where that needs no saying.
        member: what was asked for: its name in a zip, its place, or both.
    """

    kind: Kind
    data: bytes
    shown_as: str
    form: TextForm = PLAIN_TEXT
    place: str = ""
    member: str = ""


def make_file_error(code: str, shown_as: str, what: str, hint: str = "", line: int | None = None) -> InputError:
    """An `InputError` with one diagnostic about a file, for the caller to raise.

    Args:
        code: the diagnostic's code.
        shown_as: the file's name in messages.
        what: what is wrong.
        hint: what to do.
        line: from 1, where it has one.
    """
    return InputError([Diagnostic(code, Place(shown_as, line), what, hint)])


def open_file(path: Path, shown_as: str, member: str = "", form: TextForm = PLAIN_TEXT) -> Content:
    """Read a file and unpack it.

    Args:
        path: the file.
        shown_as: how to name it in messages.
        member: which file of a zip is meant, where it holds several, or which place of any other file; of a file in a
            zip, its place stands behind a "#".
        form: how it is written, where it is a text table.

    Raises:
        InputError: unreadable, too large, a bomb, damaged, or of a kind that nothing here reads.
    """
    data, wanted = _read_bytes(path, shown_as), member
    if data.startswith(b"\x1f\x8b"):
        data = _unpack_gzip(data, shown_as)
        if data.startswith((b"\x1f\x8b", b"PK\x03\x04")):
            raise make_file_error("data.packed-twice", shown_as, "a packed file inside a gzip file", "unpack it once")
    elif data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        archive = _open_zip(data, shown_as)
        if not _is_workbook(archive):
            name, _, member = member.partition("#")
            data, shown_as = _read_zip_member(archive, shown_as, name)
    return Content(_detect_kind(data, shown_as), data, shown_as, form, member, wanted)


def _read_bytes(path: Path, shown_as: str) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            # A device never ends, and a pipe waits for somebody to write.
            raise make_file_error("file.unreadable", shown_as, "is no file but a device or a pipe")
        size = found.st_size
        data = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise make_file_error("file.unreadable", shown_as, f"can't be read: {error.strerror}") from error
    if size > MAX_BYTES:
        raise _make_size_error(shown_as, "file is")
    return data


def _make_size_error(shown_as: str, subject: str) -> InputError:
    return make_file_error(
        "file.too-large", shown_as, f"{subject} larger than {MAX_BYTES // 1024**2} MB", "split it, or aggregate first"
    )


def _unpack_gzip(data: bytes, shown_as: str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            plain = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise make_file_error(
            "data.damaged", shown_as, "the gzip file is cut off or damaged", "fetch it again"
        ) from error
    if len(plain) > MAX_BYTES:
        raise _make_size_error(shown_as, "what is packed in the file is")
    return plain


def _open_zip(data: bytes, shown_as: str) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise make_file_error(
            "data.damaged", shown_as, "the zip file is cut off or damaged", "fetch it again"
        ) from error
    members = archive.infolist()
    if len(members) > _MOST_MEMBERS:
        raise make_file_error(
            "file.too-large", shown_as, f"the zip holds {len(members)} files, more than {_MOST_MEMBERS}"
        )
    for item in members:
        if item.filename.startswith(("/", "\\")) or ".." in item.filename.replace("\\", "/").split("/"):
            raise make_file_error(
                "data.unsafe-archive", shown_as, f'the zip holds a file "{item.filename}" that leads out of its folder'
            )
        if item.flag_bits & 1:
            raise make_file_error(
                "data.encrypted", shown_as, f'"{item.filename}" in the zip is encrypted', "save it without a password"
            )
        if item.file_size > _MOST_SHRUNK * max(item.compress_size, 1) and item.file_size > 1024**2:
            raise make_file_error(
                "data.unsafe-archive",
                shown_as,
                f'"{item.filename}" in the zip unpacks to {_MOST_SHRUNK} times its size or more',
            )
    if sum(item.file_size for item in members) > MAX_BYTES:
        raise _make_size_error(shown_as, "what is packed in the file is")
    return archive


def _is_workbook(archive: zipfile.ZipFile) -> bool:
    return "xl/workbook.xml" in archive.namelist()


def _read_zip_member(archive: zipfile.ZipFile, shown_as: str, wanted: str) -> tuple[bytes, str]:
    names = [name for name in archive.namelist() if not name.endswith(("/", ".CHECKSUM")) and "__MACOSX" not in name]
    if wanted and wanted not in names:
        raise make_file_error(
            "data.unclear-member", shown_as, f'the zip holds no file "{wanted}"', f"it holds: {', '.join(names[:8])}"
        )
    if not names:
        raise make_file_error("data.no-rows", shown_as, "the zip is empty")
    if not wanted and len(names) > 1:
        raise make_file_error(
            "data.unclear-member",
            shown_as,
            f"the zip holds {len(names)} files: {', '.join(names[:8])}",
            'say which: member = "…"',
        )
    name = wanted or names[0]
    try:
        with archive.open(name) as file:
            data = file.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as error:
        raise make_file_error(
            "data.damaged", shown_as, f'"{name}" in the zip is cut off or damaged', "fetch it again"
        ) from error
    if len(data) > MAX_BYTES:
        raise _make_size_error(shown_as, "what is packed in the file is")
    if data.startswith((b"\x1f\x8b", b"PK\x03\x04")):
        raise make_file_error("data.packed-twice", shown_as, f'"{name}" in the zip is packed itself', "unpack it once")
    return data, f"{shown_as}({name})"


def _detect_kind(data: bytes, shown_as: str) -> Kind:
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith((b"ARROW1", b"FEA1")):
        return "feather"
    if data.startswith(b"PK"):
        return "excel"
    for mark, (name, hint) in _OTHER.items():
        if data.startswith(mark):
            raise make_file_error("data.not-a-table", shown_as, f"not a table but {name}", hint)
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] in (b"{", b"["):
        return "json"
    if start[:200].lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise make_file_error(
            "data.not-a-table",
            shown_as,
            "a web page or XML, and no table",
            "fetch the data itself; this may be an error page",
        )
    return "csv"


def _encoding_hint(data: bytes) -> str:
    """A hint for a text that is not UTF-8; names its encoding where the first lines show it."""
    start = data if len(data) <= _LOOKED_AT else data[:_LOOKED_AT].rpartition(b"\n")[0]
    name = guess_encoding(start)
    declared = {"Big5": "big5", "GBK": "gb18030", "Windows-1252": "cp1252"}.get(name)
    if declared is None:
        return 'save the file as UTF-8, or declare encoding = "…"'
    return f'save the file as UTF-8; it looks like {name}: encoding = "{declared}"'


def _nul_hint(data: bytes) -> str:
    name = guess_encoding(data[:_LOOKED_AT])
    return f"save the file as UTF-8; it looks like {name}" if "UTF-16" in name else "export it as UTF-8 CSV"


def decode_text(content: Content) -> str:
    """A text file's characters, with line feeds between its lines; those above its header are blank.

    Raises:
        InputError: NUL bytes, or not in the encoding that it is said to have.
    """
    data, shown_as, encoding = content.data, content.shown_as, content.form.encoding
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\0" in data:
        at = data.find(b"\0")
        line, column = data.count(b"\n", 0, at) + 1, at - data.rfind(b"\n", 0, at)
        what = f"not a text file: it holds NUL bytes, the first in column {column}"
        raise make_file_error("data.wrong-encoding", shown_as, what, _nul_hint(data), line)
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"not {encoding.upper()}: byte 0x{data[error.start]:02X}"
        raise make_file_error("data.wrong-encoding", shown_as, what, _encoding_hint(data), line) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    above = content.form.header - 1
    return "\n" * above + text.split("\n", above)[-1] if above else text
