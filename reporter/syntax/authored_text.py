"""A file that somebody wrote in an editor → its text, or the place of the first byte that is no text.

Editors save as Windows-1252, Big5, GBK or UTF-16 without asking, so a refusal names what the file most likely is.
"""

from __future__ import annotations

import codecs
import html
import re
import stat
from pathlib import Path

from reporter.diagnostics.diagnostic import Diagnostic, Place, line_column
from reporter.diagnostics.errors import InputError
from reporter.diagnostics.hidden_characters import find_all_hidden, find_hidden, name_character

#: No file that is written by hand comes near it.
MAX_BYTES = 2_000_000

_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_SAVE = "save the file as UTF-8"
#: Ways to write a character by its code, in TOML, YAML, JSON, Jinja and HTML.
_BY_CODE = re.compile(r"\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}|&#?[0-9A-Za-z]{1,31};")
#: What most Chinese texts of some lines hold; rare characters alone mean that the wrong encoding was tried.
_COMMON = frozenset(
    "的一是不了在人有我他大中上個个國国到說说們们為为以會会日月年時时市場场價价格資资金跌漲涨升降比特幣币元億亿萬万"
    "高低點点收開开盤盘單单後后前今昨這这那也與与和或及但較较近過过去出入流量多空看下未已無无數数據据來来源報报"
    "，。、：；「」『』（）％《》？！"
)
#: Common Chinese characters with the punctuation of Chinese texts: what a wrong encoding is told by.
_CJK = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def read_authored_text(path: Path, shown_as: str, limit: int = MAX_BYTES) -> str:
    """The text of a file that an author wrote; lines end in a line feed, and a mark of UTF-8 at its start is dropped.

    Args:
        path: the file.
        shown_as: how its path is shown in problems.
        limit: bytes that it may have.

    Raises:
        InputError: it can't be read, is too large, is not UTF-8, or holds control characters.
    """
    return decode_authored(read_authored_bytes(path, shown_as, limit), shown_as)


def read_authored_bytes(path: Path, shown_as: str, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a file that an author wrote.

    Args:
        path: the file.
        shown_as: its name in messages.
        limit: the most bytes that it may have.

    Raises:
        InputError: it can't be read, is a device or a pipe, or has more bytes than `limit`.
    """
    try:
        # A device never ends, and a pipe waits for somebody to write.
        if not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
            raise InputError([Diagnostic("file.unreadable", Place(shown_as), "is no file but a device or a pipe")])
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise InputError(
            [Diagnostic("file.unreadable", Place(shown_as), f"can't be read: {error.strerror}")]
        ) from error
    if len(data) > limit:
        raise InputError([Diagnostic("file.too-large", Place(shown_as), f"is larger than {limit:,} bytes")])
    return data


def decode_authored(data: bytes, shown_as: str) -> str:
    """The text of an author's bytes; see `read_authored_text`.

    Raises:
        InputError: the bytes are no UTF-8, or hold characters that nobody sees.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            raise InputError(
                [Diagnostic("file.not-utf8", Place(shown_as, 1, 1), f"the file is {name} and not UTF-8", _SAVE)]
            )
    if (wide := _detect_bare_utf16(data)) is not None:
        raise InputError(
            [Diagnostic("file.not-utf8", Place(shown_as, 1, 1), f"the file looks like {wide} and is not UTF-8", _SAVE)]
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The offset counts from behind the mark that was dropped.
        at = error.start + (3 if data.startswith(codecs.BOM_UTF8) else 0)
        raise InputError([_not_utf8_diagnostic(data, at, shown_as)]) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    problems = [
        Diagnostic(
            "file.control-character",
            Place(shown_as, *line_column(text, at)),
            what,
            "delete it",
        )
        for at, what in (*_find_hidden(text), *_find_hidden_codes(text))
    ]
    if problems:
        raise InputError(problems)
    return text


def _find_hidden(text: str) -> list[tuple[int, str]]:
    return [(at, name_character(char)) for at, char in find_all_hidden(text)]


def _find_hidden_codes(text: str) -> list[tuple[int, str]]:
    """Invisible characters that are written as escape codes."""
    found = []
    for match in _BY_CODE.finditer(text):
        written = match[0]
        if written.startswith("&"):
            char = html.unescape(written)
        elif len(digits := written[2:]) and int(digits, 16) <= 0x10FFFF:
            char = chr(int(digits, 16))
        else:
            continue
        if len(char) == 1 and char not in "\u200d\ufe0f" and find_hidden(char):
            found.append((match.start(), f"{written}, {name_character(char)}"))
    return found


def byte_place(data: bytes, at: int) -> tuple[int, int]:
    """Line and column of a byte of a text that is UTF-8 up to it."""
    before = data[:at].decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return line_column(before, len(before))


def guess_encoding(data: bytes) -> str:
    """The name of the encoding that a text which is no UTF-8 most likely has, or an empty text."""
    if (wide := _detect_bare_utf16(data)) is not None:
        return wide
    chinese = {
        name: _common_character_share(data, codec) for name, codec in (("Big5", "big5hkscs"), ("GBK", "gb18030"))
    }
    best = max(chinese, key=lambda name: chinese[name])
    if chinese[best] >= 0.1:
        return best
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return ""
    return "Windows-1252"


def _detect_bare_utf16(data: bytes) -> str | None:
    """UTF-16 without a byte order mark: every other byte is mostly NUL, as authors write mostly ASCII."""
    for start, name in ((1, "UTF-16 (little-endian, without a mark)"), (0, "UTF-16 (big-endian, without a mark)")):
        half, other = data[start::2], data[1 - start :: 2]
        if len(half) > 4 and half.count(0) * 4 >= len(half) and other.count(0) * 20 <= len(other):
            return name
    return None


def _common_character_share(data: bytes, codec: str) -> float:
    """The share of a text's Chinese characters that are among the commonest, 0 where it is not in the encoding."""
    try:
        found = _CJK.findall(data.decode(codec))
    except UnicodeDecodeError:
        return 0.0
    return sum(char in _COMMON for char in found) / len(found) if found else 0.0


def _not_utf8_diagnostic(data: bytes, at: int, shown_as: str) -> Diagnostic:
    byte, place = data[at], byte_place(data, at)
    what = f"byte {byte:02X} is not UTF-8"
    if any(char > "\x7f" for char in data[:at].decode("utf-8-sig", "replace")):
        # What stands before it is UTF-8, so the file was not saved in another encoding as a whole.
        return Diagnostic(
            "file.not-utf8",
            Place(shown_as, *place),
            f"{what}, as what stands before it is",
            f"write the character again and {_SAVE}",
        )
    name = guess_encoding(data)
    if name == "Windows-1252":
        what += f'; in Windows-1252 it is "{bytes([byte]).decode("cp1252")}"'
    elif name:
        what += f"; the file looks like {name}"
    return Diagnostic("file.not-utf8", Place(shown_as, *place), what, _SAVE)
