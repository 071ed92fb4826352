"""Text as editors save it: what is read, and what is said of bytes that are no UTF-8."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.syntax.authored_text import decode_authored, read_authored_text

_CHINESE = "{% say %}\n比特幣收盤下跌，資金流出市場。\n"
_SIMPLE = "{% say %}\n比特币收盘下跌，资金流出市场。\n"
_SAVE = "save the file as UTF-8"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("a\ncafé\n".encode("cp1252"), f'f:2:4: byte E9 is not UTF-8; in Windows-1252 it is "é"; {_SAVE}'),
        ("a\n“quoted”\n".encode("cp1252"), f'f:2:1: byte 93 is not UTF-8; in Windows-1252 it is "“"; {_SAVE}'),
        (_CHINESE.encode("big5"), f"f:2:1: byte A4 is not UTF-8; the file looks like Big5; {_SAVE}"),
        (_SIMPLE.encode("gbk"), f"f:2:1: byte B1 is not UTF-8; the file looks like GBK; {_SAVE}"),
        ("abc\n".encode("utf-16"), f"f:1:1: the file is UTF-16 and not UTF-8; {_SAVE}"),
        (
            "a plain text\n".encode("utf-16-le"),
            f"f:1:1: the file looks like UTF-16 (little-endian, without a mark) and is not UTF-8; {_SAVE}",
        ),
        (
            "a plain text\n".encode("utf-16-be"),
            f"f:1:1: the file looks like UTF-16 (big-endian, without a mark) and is not UTF-8; {_SAVE}",
        ),
        (
            "價格 ".encode() + b"\xe9\n",
            f"f:1:4: byte E9 is not UTF-8, as what stands before it is; write the character again and {_SAVE}",
        ),
        (b"\xef\xbb\xbfab\n\xe9", f'f:2:1: byte E9 is not UTF-8; in Windows-1252 it is "é"; {_SAVE}'),
        (
            b"ab\0c\n\x0b",
            "f:1:3: a control character (U+0000); delete it\nf:2:1: a control character (U+000B); delete it",
        ),
    ],
)
def test_what_is_no_utf8_is_located_and_named(data: bytes, said: str) -> None:
    with pytest.raises(InputError) as refused:
        decode_authored(data, "f")
    assert str(refused.value) == said


def test_a_mark_and_carriage_returns_are_read_as_nothing() -> None:
    assert decode_authored(b"\xef\xbb\xbfa\r\nb\rc", "f") == "a\nb\nc"


def test_a_file_without_end_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^x: is no file but a device or a pipe$"):
        read_authored_text(Path("/dev/zero"), "x")
    (tmp_path / "long").write_bytes(b"a" * 11)
    with pytest.raises(InputError, match=r"^x: is larger than 10 bytes$"):
        read_authored_text(tmp_path / "long", "x", 10)
