"""What a sub-editor does with whole sentences, rows and headings: adds, repeats, moves and cuts them."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from reporter.readback.pieces import edition_and_locale
from reporter.verify.gate.alignment import to_comparable
from reporter.verify.ledger.ledger_model import Ledger, SentenceRecord
from tests.verify.mutations import Files, Mutation, lines_of
from tests.verify.subeditor import NEW

_STOP = re.compile(r"(?<=。)|(?<=[a-z%)]\.) ")


def _edited(kind: str, files: Files, name: str, lines: list[str], before: str, after: str) -> Mutation:
    return Mutation(kind, name, before, after, {**files, name: "\n".join(lines)})


def _paragraphs(text: str) -> Iterator[int]:
    """Lines that are paragraphs of prose in the body."""
    lines = text.split("\n")
    for number in lines_of(text):
        if (
            number > 14
            and not lines[number].startswith(("#", "|", "!", "-", "**", ">", "①", "Sources", "資料來源"))
            and len(lines[number]) > 30
        ):
            yield number


def _sentences(line: str) -> list[str]:
    return [part for part in _STOP.split(line) if part]


def _drawn(files: Files, rng: random.Random) -> tuple[str, list[str], int] | None:
    name = rng.choice(sorted(files))
    numbers = list(_paragraphs(files[name]))
    return (name, files[name].split("\n"), rng.choice(numbers)) if numbers else None


def _joined(parts: Sequence[str]) -> str:
    return ("" if any("。" in part for part in parts) else " ").join(parts)


def added(files: Files, rng: random.Random) -> Mutation | None:
    """A sentence of the editor's own, inside a paragraph or as one."""
    if (drawn := _drawn(files, rng)) is None:
        return None
    name, lines, number = drawn
    new, before = rng.choice(list(NEW[edition_and_locale(name)[1]])), lines[number]
    parts = _sentences(before)
    parts.insert(rng.randint(0, len(parts)), new)
    lines[number] = _joined(parts) if rng.random() < 0.7 else f"{before}\n\n{new}"
    return _edited("sentence added", files, name, lines, before, lines[number])


def duplicated(files: Files, rng: random.Random) -> Mutation | None:
    """A sentence said once more, in its paragraph or in another."""
    if (drawn := _drawn(files, rng)) is None:
        return None
    name, lines, number = drawn
    again = rng.choice(_sentences(lines[number]))
    if again.lstrip("*").split(" ")[0].endswith("**"):
        return None
    other = rng.choice([number, *_paragraphs(files[name])])
    before = lines[other]
    lines[other] = _joined([before, again])
    return _edited("sentence twice", files, name, lines, before, lines[other])


def reordered(files: Files, rng: random.Random) -> Mutation | None:
    """Two sentences of a paragraph change places."""
    if (drawn := _drawn(files, rng)) is None:
        return None
    name, lines, number = drawn
    before, parts = lines[number], _sentences(lines[number])
    if len(parts) < 2:
        return None
    at = rng.randrange(len(parts) - 1)
    parts[at], parts[at + 1] = parts[at + 1], parts[at]
    lines[number] = _joined(parts)
    return _edited("sentences reordered", files, name, lines, before, lines[number])


def retitled(files: Files, rng: random.Random) -> Mutation | None:
    """A heading of the editor's own, or another field above the text."""
    name = rng.choice(sorted(files))
    lines, tag = files[name].split("\n"), edition_and_locale(name)[1]
    heads = [number for number, line in enumerate(lines) if line.startswith("#")]
    titles = {
        "en": ("Why it crashed", "A historic rout", "Whales move in", "The bottom is in", "What insiders say"),
        "zh-Hant": ("為何崩跌", "歷史性的重挫", "巨鯨進場", "底部已現", "內部人士怎麼說"),
    }[tag]
    new = rng.choice(titles)
    if rng.random() < 0.3 or not heads:
        lines.insert(1, f'subtitle: "{new}"' if tag == "zh-Hant" else f'subtitle: "{new} for now"')
        return _edited("heading", files, name, lines, "", lines[1])
    at = rng.choice(heads)
    before = lines[at]
    lines[at] = re.sub(r"(#+ ).*", rf"\g<1>{new}", before)
    return _edited("heading", files, name, lines, before, lines[at])


def rows(files: Files, rng: random.Random) -> Mutation | None:
    """Two cells of one column change rows, or the names of two columns change places."""
    name = rng.choice(sorted(files))
    lines = files[name].split("\n")
    table = [number for number, line in enumerate(lines) if line.startswith("| ") and "---" not in line]
    if len(table) < 3:
        return None
    head, body = table[0], table[1:]
    if rng.random() < 0.2:
        cells = lines[head].strip("| ").split(" | ")
        i, j = rng.sample(range(len(cells)), 2)
        before = lines[head]
        cells[i], cells[j] = cells[j], cells[i]
        lines[head] = f"| {' | '.join(cells)} |"
        return _edited("table", files, name, lines, before, lines[head])
    one, two = rng.sample(body, 2)
    left, right = lines[one].strip("| ").split(" | "), lines[two].strip("| ").split(" | ")
    at = rng.randrange(min(len(left), len(right)))
    if left[at] == right[at]:
        return None
    before = lines[one]
    left[at], right[at] = right[at], left[at]
    lines[one], lines[two] = f"| {' | '.join(left)} |", f"| {' | '.join(right)} |"
    return _edited("table", files, name, lines, before, lines[one])


_OWED = {
    "en": r"\b[Bb]ut\b|[Hh]owever|[Aa]gainst that,|nonetheless|despite|[Aa]lthough|\b[Ww]hile\b(?! it lasts)",
    "zh-Hant": r"但|不過|然而|反而|可是|另一方面|卻",
}


def cut_everywhere(ledger: Ledger, files: Files, rng: random.Random) -> Mutation | None:
    """A sentence that turns another, a gap, a source or a condition, cut in every language."""
    known = [s for s in ledger.sentences if s.locale in _OWED and f"{s.edition}.{s.locale}.md" in files]
    owed = [s for s in known if _is_owed(s)]
    if not owed:
        return None
    one = rng.choice(owed)
    edited = dict(files)
    for other in known:
        if (other.edition, other.id) == (one.edition, one.id):
            name = f"{other.edition}.{other.locale}.md"
            lines = edited[name].split("\n")
            kept = [line for line in (_without(line, other.text) for line in lines) if line is not None]
            if kept == lines:
                return None
            edited[name] = "\n".join(kept)
    return Mutation("cut everywhere", f"{one.edition}.{one.locale}.md", one.text, "", edited)


def _is_owed(sentence: SentenceRecord) -> bool:
    if sentence.section == "gaps" or sentence.role in {"condition", "source", "row"}:
        return sentence.role != "label"
    return sentence.role == "body" and bool(re.search(_OWED[sentence.locale], _own_words(sentence)))


def _own_words(sentence: SentenceRecord) -> str:
    text = sentence.text
    for start, end, _ in sorted(sentence.spans, reverse=True):
        text = text[:start] + text[end:]
    return text


def _without(line: str, text: str) -> str | None:
    """A line without a passage; None where nothing is left of it."""
    plain = html.unescape(line)
    if to_comparable(text) and to_comparable(text) == to_comparable(re.sub(r"[*|>#-]|\]\([^)]*\)|[\[▲▼◆○]", "", plain)):
        return None
    return line.replace(_escaped(text), "") if _escaped(text) in line else line


def _escaped(text: str) -> str:
    return text.replace("&", "&#38;").replace("$", "&#36;")


WHOLE: Mapping[str, Callable[[Files, random.Random], Mutation | None]] = {
    "sentence added": added,
    "sentence twice": duplicated,
    "sentences reordered": reordered,
    "heading": retitled,
    "table": rows,
}
