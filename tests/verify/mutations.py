"""Edits of a finished brief as a hostile sub-editor would make them: one a time, each of a kind, seeded."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from reporter.readback.pieces import edition_and_locale

#: Words that turn a sentence's meaning when one takes the place of the other. Written for the tests alone.
PAIRS: Mapping[str, Mapping[str, tuple[tuple[str, str], ...]]] = {
    "direction": {
        "en": (
            ("rose", "fell"),
            ("surged", "plunged"),
            ("jumped", "tumbled"),
            ("higher", "lower"),
            ("rise", "fall"),
            ("surge", "plunge"),
            ("gain", "loss"),
            ("inflow", "outflow"),
            ("up", "down"),
            ("edged up", "edged down"),
            ("was little changed", "rose"),
            ("bull", "bear"),
            ("rose", "soared"),
            ("fell", "crashed"),
            ("cheaper", "dearer"),
            ("grew", "shrank"),
            ("positive", "negative"),
            ("recovering", "extending"),
        ),
        "zh-Hant": (
            ("上漲", "下跌"),
            ("飆升", "重挫"),
            ("大漲", "大跌"),
            ("微漲", "微跌"),
            ("漲", "跌"),
            ("升", "降"),
            ("淨流入", "淨流出"),
            ("偏多", "偏空"),
            ("走高", "走低"),
            ("收高", "收低"),
            ("漲勢", "跌勢"),
            ("跌幅", "漲幅"),
            ("回升", "回落"),
            ("持平", "大漲"),
            ("升到", "降到"),
            ("放大", "縮小"),
            ("為負", "為正"),
        ),
    },
    "level": {
        "en": (
            ("above", "below"),
            ("inside", "outside"),
            ("most of", "part of"),
            ("most of", "all of"),
            ("highest", "lowest"),
            ("high", "low"),
            ("top", "bottom"),
            ("before", "after"),
            ("more", "fewer"),
            ("met", "not met"),
            ("largest", "smallest"),
            ("all", "most"),
            ("lower half", "upper half"),
            ("under", "over"),
            ("longs", "shorts"),
            ("puts", "calls"),
            ("close", "open"),
            ("near", "far"),
            ("against", "with"),
            ("each", "one"),
        ),
        "zh-Hant": (
            ("之上", "之下"),
            ("之內", "之外"),
            ("高於", "低於"),
            ("大部分", "部分"),
            ("大部分", "全部"),
            ("最高", "最低"),
            ("高點", "低點"),
            ("其上", "其下"),
            ("多於", "少於"),
            ("成立", "未成立"),
            ("未成立", "成立"),
            ("全數", "多數"),
            ("多頭", "空頭"),
            ("看漲", "看跌"),
            ("之前", "之後"),
            ("收盤", "開盤"),
            ("偏高", "偏低"),
            ("上半部", "下半部"),
            ("以內", "以外"),
            ("近月", "遠月"),
        ),
    },
}
#: Names that may take each other's place.
NAMES: Mapping[str, tuple[str, ...]] = {
    "en": (
        "CoinGlass",
        "Deribit",
        "Derive",
        "Binance",
        "Farside",
        "Glassnode",
        "TheMinerMag",
        "Reuters",
        "CryptoSlate",
        "S&P 500",
        "Nasdaq",
        "Dow",
        "gold",
        "silver",
        "Bitcoin",
        "Ether",
        "Kevin Warsh",
        "Sean Dawson",
        "alternative.me",
        "VIX",
        "Yahoo Finance",
        "CoinDesk Data",
        "Coin Metrics",
    ),
    "zh-Hant": (
        "CoinGlass",
        "Deribit",
        "Derive",
        "幣安",
        "Farside",
        "Glassnode",
        "TheMinerMag",
        "路透社",
        "CryptoSlate",
        "標普 500 指數",
        "納斯達克指數",
        "道瓊斯指數",
        "黃金",
        "白銀",
        "比特幣",
        "以太幣",
        "Kevin Warsh",
        "Sean Dawson",
        "美元指數",
        "VIX 指數",
    ),
}
NEGATIONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "en": (
        (" not ", " "),
        ("did not ", ""),
        (" no ", " a "),
        ("No ", "A "),
        ("Nothing ", "Everything "),
        ("cannot", "can"),
        (" never ", " "),
        ("none", "all"),
    ),
    "zh-Hant": (
        ("不是", "是"),
        ("沒有", ""),
        ("並未", ""),
        ("尚未", "已"),
        ("不等於", "等於"),
        ("未", ""),
        ("無", "有"),
        ("而非", "和"),
        ("不", ""),
    ),
}
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SCALES = {"en": ("thousand", "million", "billion", "trillion"), "zh-Hant": ("萬", "億", "兆", "萬億")}
_UNITS = {
    "en": (("%", " points"), ("%", " bp"), ("$", "€"), (" points", "%"), ("days", "weeks"), ("UTC", "EST"), ("$", "")),
    "zh-Hant": (
        ("%", " 點"),
        ("美元", "歐元"),
        (" 點", "%"),
        ("天", "週"),
        ("UTC", "EST"),
        ("美元", "港元"),
        ("週", "月"),
    ),
}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DATES = {"en": rf"\d{{1,2}} (?:{'|'.join(_MONTHS)})", "zh-Hant": r"\d{1,2} 月 \d{1,2} 日"}

Files = Mapping[str, str]
Edit = Callable[[str, str, random.Random], str | None]


@dataclass(frozen=True)
class Mutation:
    """An edited brief: what kind of edit, the file, and the line before and after."""

    kind: str
    name: str
    before: str
    after: str
    files: Mapping[str, str]


def _replaced(text: str, found: re.Match[str], new: str) -> str | None:
    return None if new == found[0] else text[: found.start()] + new + text[found.end() :]


def _pick(pattern: str, line: str, rng: random.Random) -> re.Match[str] | None:
    found = list(re.finditer(pattern, line))
    return rng.choice(found) if found else None


def _digit(line: str, tag: str, rng: random.Random) -> str | None:
    del tag
    found = _pick(r"\d", line, rng)
    return found and _replaced(line, found, rng.choice([d for d in "0123456789" if d != found[0]]))


def _sign(line: str, tag: str, rng: random.Random) -> str | None:
    del tag
    found = _pick(r"[+−](?=\d)", line, rng)
    return found and _replaced(line, found, rng.choice(["", "−" if found[0] == "+" else "+"]))


def _unit(line: str, tag: str, rng: random.Random) -> str | None:
    old, new = rng.choice(_UNITS[tag])
    found = _pick(rf"(?<=\d){re.escape(old)}" if old != "$" else r"\$(?=\d)", line, rng)
    if found is None and old.isalpha():
        found = _pick(re.escape(old), line, rng)
    return found and _replaced(line, found, new)


def _scale(line: str, tag: str, rng: random.Random) -> str | None:
    found = _pick(rf"(?<=\d )(?:{'|'.join(_SCALES[tag])})", line, rng)
    return found and _replaced(line, found, rng.choice([s for s in _SCALES[tag] if s != found[0]]))


def _date(line: str, tag: str, rng: random.Random) -> str | None:
    found = _pick(_DATES[tag], line, rng)
    if found is None:
        return None
    if tag == "en":
        day, month = found[0].split()
        other = rng.choice([f"{int(day) % 28 + 1} {month}", f"{day} {rng.choice([m for m in _MONTHS if m != month])}"])
    else:
        month, day = re.findall(r"\d+", found[0])
        other = rng.choice([f"{month} 月 {int(day) % 28 + 1} 日", f"{int(month) % 12 + 1} 月 {day} 日"])
    return _replaced(line, found, other)


def _name(line: str, tag: str, rng: random.Random) -> str | None:
    held = [name for name in NAMES[tag] if name in line]
    if not held:
        return None
    old = rng.choice(held)
    found = _pick(re.escape(old), line, rng)
    return found and _replaced(line, found, rng.choice([name for name in NAMES[tag] if name not in old]))


def _word(kind: str) -> Edit:
    def edit(line: str, tag: str, rng: random.Random) -> str | None:
        pairs = [*PAIRS[kind][tag], *((b, a) for a, b in PAIRS[kind][tag])]
        held = [(old, new) for old, new in pairs if re.search(_bounded(old), line)]
        if not held:
            return None
        old, new = rng.choice(held)
        found = _pick(_bounded(old), line, rng)
        if found is None or (old in new and new in line[max(found.start() - len(new), 0) : found.end() + len(new)]):
            # 部分 inside 大部分 is no word of its own.
            return None
        return _replaced(line, found, new)

    return edit


def _bounded(word: str) -> str:
    return rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word)


def _swap(line: str, tag: str, rng: random.Random) -> str | None:
    """Two figures of one kind in a line change places."""
    del tag
    figures = [m for m in re.finditer(r"[+−]?\$?\d(?:[\d,]*\d)?(?:\.\d+)?%?", line) if len(m[0]) > 2]
    pairs = [(a, b) for n, a in enumerate(figures) for b in figures[n + 1 :] if a[0] != b[0] and _shape(a) == _shape(b)]
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    return line[: a.start()] + b[0] + line[a.end() : b.start()] + a[0] + line[b.end() :]


def _shape(figure: re.Match[str]) -> tuple[bool, bool, bool]:
    return "%" in figure[0], "$" in figure[0], figure[0][0] in "+−"


def _negation(line: str, tag: str, rng: random.Random) -> str | None:
    held = [(old, new) for old, new in NEGATIONS[tag] if old in line]
    if not held:
        return None
    old, new = rng.choice(held)
    return line.replace(old, new, 1)


EDITS: Mapping[str, Edit] = {
    "digit": _digit,
    "sign": _sign,
    "unit": _unit,
    "scale": _scale,
    "date": _date,
    "name": _name,
    "direction": _word("direction"),
    "level": _word("level"),
    "swapped figures": _swap,
    "dropped negation": _negation,
}


def lines_of(text: str) -> Iterator[int]:
    """Lines that a reader sees something of: not those of links, fences, or what an engine alone reads."""
    for number, line in enumerate(text.split("\n")):
        if line.strip() and not line.startswith(("---", "| ---", "cover:", "math:", "tags:")):
            yield number


def mutated(kind: str, edit: Edit, files: Files, rng: random.Random) -> Mutation | None:
    """One edit of a kind somewhere in the brief's Markdown; None where the place drawn has nothing to edit."""
    name = rng.choice(sorted(files))
    tag = edition_and_locale(name)[1]
    lines = files[name].split("\n")
    number = rng.choice(list(lines_of(files[name])))
    # Addresses of links and pictures aren't text.
    head, target, tail = lines[number].partition("](")
    plain = html.unescape(head)
    after = edit(plain, tag, rng)
    if after is None or after == plain:
        return None
    lines[number] = after.replace("$", "&#36;").replace("S&P", "S&#38;P") + target + tail
    return Mutation(kind, name, plain, after, {**files, name: "\n".join(lines)})


def without_sentence(files: Files, rng: random.Random) -> Mutation | None:
    """One sentence cut in one language only."""
    name = rng.choice(sorted(files))
    lines = files[name].split("\n")
    number = rng.choice(list(lines_of(files[name])))
    line = lines[number]
    if line.startswith(("#", "|", "!", "-", "**")) or ":" in line[:20] or number < 14:
        return None
    parts = re.split(r"(?<=。)|(?<=[a-z%)]\.) ", line)
    parts = [part for part in parts if part]
    if len(parts) < 2:
        return None
    parts.pop(rng.randrange(len(parts)))
    lines[number] = ("" if "。" in line else " ").join(parts)
    return Mutation("one language only", name, line, lines[number], {**files, name: "\n".join(lines)})
