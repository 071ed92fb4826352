"""Fonts: found through fontconfig, checked against the finished page, and cut down to the characters it uses."""

from __future__ import annotations

import base64
import io
import struct
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from unicodedata import category

import uharfbuzz

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError
from reporter.language.font_data import open_font_data
from reporter.language.locales import find_locale_of
from reporter.model.resources import locales_folder
from reporter.render.page_text import page_passages

#: Names that the page asks for. No installed font has them, so what is shown can only be our own subset.
SANS, SERIF = "Brief Sans", "Brief Serif"

#: The first character of the blocks of Han and what is set with it; signs that all languages share stand before it.
_HAN = 0x2E80
_HOW_TO_GET = (
    "install Noto CJK: `apt install fonts-noto-cjk fonts-noto-cjk-extra`, or "
    "`brew install --cask font-noto-sans-cjk font-noto-serif-cjk`"
)
#: What shaping needs: marks and forms by language, kerning, tabular and proportional widths.
_FEATURES = ("ccmp", "locl", "mark", "mkmk", "kern", "liga", "calt", "tnum", "lnum", "pnum", "palt", "halt")


@dataclass(frozen=True, slots=True)
class FontFile:
    """A face of a font: its name, the file, which face of a collection, and the language of what is set in it.

    A language may have figures of its own, of other widths: in the serif's English a 1 is as wide as a 2.
    """

    name: str
    path: str
    index: int
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Fonts:
    """The faces of a page: text, bold text, headline."""

    regular: FontFile
    bold: FontFile
    headline: FontFile


@dataclass(frozen=True, slots=True)
class FontSubset:
    """A face cut down to one page's characters, for an @font-face rule."""

    family: str
    weight: int
    data: bytes


def find_fonts(lang: str, *, sans: str = "", serif: str = "") -> Fonts:
    """Find the faces for a language.

    Args:
        lang: BCP 47 tag; it decides the region of Chinese letter forms.
        sans: family to use instead of Noto Sans CJK; it needs a Regular and a Bold.
        serif: family to use instead of Noto Serif CJK; it needs a Bold.

    Raises:
        InputError: a face is not installed.
    """
    region = _letter_region(lang)
    sans, serif = sans or f"Noto Sans CJK {region}", serif or f"Noto Serif CJK {region}"
    wanted = ((sans, "Regular"), (sans, "Bold"), (serif, "Bold"))
    faces = [_list_installed().get(face) for face in wanted]
    missing = [f"{family} {style}" for (family, style), face in zip(wanted, faces, strict=True) if face is None]
    if missing:
        raise InputError(
            [
                Diagnostic("font.missing", Place("fonts"), f'font "{name}" is not installed', _HOW_TO_GET)
                for name in missing
            ]
        )
    regular, bold, headline = (replace(face, lang=lang) for face in faces if face is not None)
    return Fonts(regular, bold, headline)


def _letter_region(lang: str) -> str:
    return find_locale_of(lang, locales_folder()).letters


@cache
def _list_installed() -> dict[tuple[str, str], FontFile]:
    """Every installed face by family and style; asked of fontconfig once a process."""
    command = ["fc-list", "--format", "%{family}\t%{style}\t%{index}\t%{file}\n"]
    try:
        listing = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    except FileNotFoundError as error:
        problem = Diagnostic(
            "font.no-fontconfig", Place("fonts"), "the program fc-list is not installed", "install fontconfig"
        )
        raise InputError([problem]) from error
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise InputError(
            [Diagnostic("font.no-fontconfig", Place("fonts"), f"fc-list failed: {error}", "run it by hand")]
        ) from error
    return _parse_faces(listing.decode("utf-8", "replace").splitlines())


def _parse_faces(lines: Iterable[str]) -> dict[tuple[str, str], FontFile]:
    faces: dict[tuple[str, str], FontFile] = {}
    # In order of paths, so that of a font installed twice every run takes the same copy.
    for parts in sorted((line.split("\t") for line in lines), key=lambda parts: parts[::-1]):
        # A variable font's instances carry their number in the high half of the index.
        if len(parts) != 4 or not parts[2].isdigit() or int(parts[2]) > 0xFFFF:
            continue
        families, styles, index, path = parts
        for family in families.split(","):
            for style in styles.split(","):
                faces.setdefault((family, style), FontFile(f"{family} {style}", path, int(index)))
    return faces


@cache
def hash_face(file: FontFile) -> str:
    """SHA-256 of a face by the checksums that its file keeps of each of its tables, or of the file where it keeps none.

    A file of 20 MB is told from another by its first kilobyte, and the same font on another machine is the same.

    Raises:
        InputError: the file is gone.
    """
    try:
        with Path(file.path).open("rb") as stream:
            record = _table_record(stream, file.index) or stream.read()
    except OSError:
        raise _missing_file_error(file) from None
    return sha256(record).hexdigest()


def _table_record(stream: io.BufferedReader, index: int) -> bytes:
    """The part of a font's file that lists a face's tables: tag, checksum, place and length of each.

    Returns:
        Nothing where the file is no such font; the stream is at its start then.
    """
    try:
        start = 0
        if stream.read(4) == b"ttcf":
            stream.seek(12 + 4 * index)
            (start,) = struct.unpack(">I", stream.read(4))
        stream.seek(start)
        head = stream.read(12)
        kind, tables = struct.unpack(">4sH", head[:6])
        record = stream.read(16 * tables)
        if kind in _KINDS and len(record) == 16 * tables > 0:
            return head + record
    except struct.error:
        pass
    stream.seek(0)
    return b""


#: How a font of TrueType or OpenType begins; what is packed (WOFF) keeps another list.
_KINDS = frozenset({b"\0\1\0\0", b"OTTO", b"true"})


def subset_fonts(html: str, fonts: Fonts, name: str = "page") -> tuple[FontSubset, ...]:
    """Cut the faces down to the characters of a finished page.

    Args:
        html: the finished page.
        fonts: its faces.
        name: what to call the page in an error.

    Raises:
        InputError: the page has a character that a face can't show; names the character and its sentence.
    """
    texts = tuple(page_passages(html))
    # Counters of pages and lists write digits that are not in the text.
    characters = frozenset("".join(texts)) | frozenset(map(chr, range(0x20, 0x7F)))
    # Controls and format characters (line ends, joiners) have no shape of their own.
    shown = frozenset(c for c in characters if category(c) not in {"Cc", "Cf"})
    faces = (fonts.regular, fonts.bold, fonts.headline)
    problems = [problem for face in faces for problem in _find_missing_glyphs(face, shown, texts, name)]
    if problems:
        raise InputError(problems)
    codes = sorted(ord(c) for c in shown)
    kinds = ((SANS, 400), (SANS, 700), (SERIF, 700))
    return tuple(
        FontSubset(family, weight, _subset_face(face, codes))
        for face, (family, weight) in zip(faces, kinds, strict=True)
    )


def embed_faces(html: str, headline: str, fonts: Fonts) -> str:
    """A page's fonts as CSS with the fonts inside: letters, digits and signs, and every character of the headline.

    Han characters of the text are left to the reader's system, which has them where they are read: they would make a
    page of 80 kB one of 500, and all of them are one em wide in every face, so that charts drawn with ours fit.

    Args:
        html: the finished page.
        headline: its headline.
        fonts: its faces.
    """
    characters = {ord(c) for text in page_passages(html) for c in text} | set(range(0x20, 0x7F))
    letters = sorted(code for code in characters if code < _HAN and category(chr(code)) not in {"Cc", "Cf"})
    titles = sorted({ord(c) for c in headline if category(c) not in {"Cc", "Cf"}} | set(range(0x20, 0x7F)))
    sans = ((SANS, 400, fonts.regular, letters), (SANS, 700, fonts.bold, letters))
    kinds = (*sans, (SERIF, 700, fonts.headline, titles))
    return "\n".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:block;'
        f'src:url("data:font/woff2;base64,{_to_woff2(face, tuple(codes))}")format("woff2")}}'
        for family, weight, face, codes in kinds
    )


@lru_cache(maxsize=64)
def _to_woff2(face: FontFile, codes: tuple[int, ...]) -> str:
    """A face cut down to some characters and compressed, in base64."""
    # Imported here: only a page for screens has a use for it.
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(_subset_face(face, list(codes))), recalcTimestamp=False, lazy=True)
    font.flavor = "woff2"
    packed = io.BytesIO()
    font.save(packed, reorderTables=False)
    return base64.b64encode(packed.getvalue()).decode()


def _find_missing_glyphs(
    face: FontFile, characters: Iterable[str], texts: tuple[str, ...], name: str
) -> list[Diagnostic]:
    known = uharfbuzz.Font(_open_face(face))
    # The sign for a letter that was lost has a glyph in most fonts, and is never what an author meant.
    missing = sorted(c for c in characters if c == "\ufffd" or not known.get_nominal_glyph(ord(c)))
    problems = []
    for character in missing:
        sentence = next((" ".join(text.split()) for text in texts if character in text), "")
        what = f'the font {face.name} has no glyph for U+{ord(character):04X} ({character}) in "{sentence}"'
        problems.append(Diagnostic("font.no-glyph", Place(name), what, "use another character or another font"))
    return problems


@cache
def _open_blob(path: str) -> uharfbuzz.Blob:
    return open_font_data(path)


def _open_face(file: FontFile) -> uharfbuzz.Face:
    if not Path(file.path).is_file():
        raise _missing_file_error(file)
    return uharfbuzz.Face(_open_blob(file.path), file.index)


def _missing_file_error(file: FontFile) -> InputError:
    return InputError([Diagnostic("font.missing", Place(file.path), f"the font {file.name} is gone", _HOW_TO_GET)])


def _subset_face(file: FontFile, codes: list[int]) -> bytes:
    plan = uharfbuzz.SubsetInput()
    plan.unicode_set.update(codes)
    features = plan.layout_feature_tag_set
    features.clear()
    features.update(int.from_bytes(tag.encode(), "big") for tag in _FEATURES)
    # Vertical metrics and tables of other programs are of no use on a page of horizontal text.
    plan.drop_table_tag_set.update(int.from_bytes(tag, "big") for tag in (b"VORG", b"vhea", b"vmtx", b"BASE", b"DSIG"))
    plan.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.DESUBROUTINIZE
    return bytes(uharfbuzz.subset(_open_face(file), plan).blob.data)
