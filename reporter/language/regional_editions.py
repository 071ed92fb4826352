"""Words of a base locale → words of a regional one. Everything of OpenCC is here.

A regional locale says the base's phrases with its own numbers, dates and terms; what is converted is literal text
alone, before any claim stands in it. The termbase is OpenCC's first dictionary, so that no stock table decides about
a word of finance, and a region whose script is the base's gets no stock table of words at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from reporter.language.termbase import read_termbase

if TYPE_CHECKING:
    from opencc import OpenCC

#: Stock chains of OpenCC by the name that a locale's settings give: dictionaries of segmentation, then of each stage.
STOCK: Mapping[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]] = {
    "": ((), ()),
    "t2tw": ((), (("TWVariantsPhrases", "TWVariants"),)),
    "tw2s": (
        ("TSPhrases",),
        (("TWVariantsRevPhrases", "TWVariantsRev"), ("TSPhrases", "TSCharactersExt", "TSCharacters")),
    ),
}
_LINK = re.compile(r"https?://[^\s\u3000-\u303f\uff00-\uffef]+")
_PRIVATE = 0xE000


@dataclass(frozen=True, slots=True)
class RegionalEdition:
    """How a regional locale is made from its base.

    Attributes:
        tag: the regional locale; base: the one it is made from.
        folder: where the termbase lies.
        stock: chain of OpenCC's own dictionaries, a key of `STOCK`; empty for none.
        marks: pairs of a quotation mark of the base and the region's.
    """

    tag: str
    base: str
    folder: Path
    stock: str
    marks: tuple[tuple[str, str], ...] = ()


def convert_words(text: str, edition: RegionalEdition, kept: Mapping[str, str] | None = None) -> str:
    """Convert prose to the region's script and words.

    Args:
        text: prose of the base.
        edition: the region.
        kept: names that no dictionary may touch → how the region's edition writes them. Links are always kept.
    """
    return _convert_text(text, _converter_with_terms(edition), kept or {})


def convert_characters(text: str, edition: RegionalEdition) -> str:
    """Convert a name or a quotation to the region's script and quotation marks, exchanging no word."""
    if edition.stock != "tw2s" and not edition.marks:
        return text
    return _convert_text(text, _converter_without_terms(edition), {})


def build_dictionary(edition: RegionalEdition) -> dict[str, str]:
    """The termbase as a dictionary: the base's word → the region's; a word that is no term maps to itself."""
    words: dict[str, str] = {}
    guards: dict[str, str] = {}
    for row in read_termbase(edition.folder).values():
        name = row.names.get(edition.base, "")
        guards |= dict.fromkeys(row.not_in, "")
        if not name or not row.in_text:
            continue
        own = row.names.get(edition.tag, "")
        if own:
            words |= dict.fromkeys((name, *row.also), own)
        elif row.also:
            words |= dict.fromkeys(row.also, name)
    # A region's own word is left alone where it holds a word that would be replaced, and when it is read again.
    return {word: word for word in (*guards, *words.values()) if word not in words} | words


def _convert_text(text: str, converter: OpenCC, kept: Mapping[str, str]) -> str:
    if not text or text.isascii():
        return text
    marked, back = _mask_names(text, kept)
    # OpenCC reads up to a NUL and drops the rest without a word.
    converted = "\0".join(converter.convert(part) for part in marked.split("\0"))
    for mark, name in back.items():
        converted = converted.replace(mark, name)
    return str(converted)


def _mask_names(text: str, kept: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Replace each name and link by a private-use character; return the text and what each one replaces."""
    names = {**{link: link for link in _LINK.findall(text)}, **{name: own for name, own in kept.items() if name}}
    free = (chr(code) for code in count(_PRIVATE) if chr(code) not in text)
    back: dict[str, str] = {}
    for name in sorted(names, key=len, reverse=True):
        if name in text:
            mark = next(free)
            back[mark] = names[name]
            text = text.replace(name, mark)
    return text, back


@cache
def _converter_with_terms(edition: RegionalEdition) -> OpenCC:
    """The converter with the termbase in front of the stock dictionaries."""
    script = _converter_without_terms(edition)
    rows = read_termbase(edition.folder).values()
    own = {row.names[edition.tag] for row in rows if edition.tag in row.names}
    # What leaves the first stage is final: the region's own word, or a word of the base in the region's script.
    words = {word: to if to in own else str(script.convert(to)) for word, to in build_dictionary(edition).items()}
    return _build_converter(edition, {**words, **dict(edition.marks)})


@cache
def _converter_without_terms(edition: RegionalEdition) -> OpenCC:
    return _build_converter(edition, dict(edition.marks))


def _build_converter(edition: RegionalEdition, first: Mapping[str, str]) -> OpenCC:
    segmentation, stages = STOCK[edition.stock]
    # The same keys segment the text, so that no stock phrase runs across the edge of a term; and what the first
    # stage gives is left alone by the later ones.
    keys = dict.fromkeys((*first, *first.values()))
    later = _inline_dict(dict.fromkeys(first.values()))
    config = {
        "name": edition.tag,
        "segmentation": {"type": "mmseg", "dict": _group_dicts([_inline_dict(keys), *map(_stock_dict, segmentation)])},
        "conversion_chain": [
            {"dict": _group_dicts([_inline_dict(first)])},
            *({"dict": _group_dicts([later, *map(_stock_dict, stage)])} for stage in stages),
        ],
    }
    return _open_converter(json.dumps(config, ensure_ascii=False))


def _open_converter(config: str) -> OpenCC:
    from opencc import OpenCC

    with TemporaryDirectory() as folder:
        file = Path(folder) / "edition.json"
        try:
            file.write_text(config, encoding="utf-8")
        except OSError as error:
            # What is written names no file by itself.
            raise OSError(error.errno, error.strerror, str(file)) from error
        return OpenCC(str(file))


def _inline_dict(entries: Mapping[str, str | None]) -> dict[str, object]:
    # OpenCC wants at least one entry; this one stands for itself.
    filled = {key: key if value is None else value for key, value in entries.items()} or {"「": "「"}
    return {"type": "inline", "entries": filled}


def _group_dicts(dictionaries: list[dict[str, object]]) -> dict[str, object]:
    return {"type": "group", "match_policy": "short_circuit", "dicts": dictionaries}


def _stock_dict(name: str) -> dict[str, object]:
    import opencc

    # An absolute path, because OpenCC looks beside the configuration first.
    path = Path(opencc.__file__).parent / "clib" / "share" / "opencc" / f"{name}.ocd2"
    return {"type": "ocd2", "file": str(path)}
