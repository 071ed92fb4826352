"""Pairs of findings of report.yaml → checks: contradictions hold a brief, tensions need a place for a "but"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import HeldError
from reporter.model.finding import Finding
from reporter.narrative.phrases.phrase_checks import has_link
from reporter.syntax import LocatedValue

if TYPE_CHECKING:
    from reporter.narrative.outline import Outline
    from reporter.narrative.phrases.phrases import PhraseBook

Pairs = frozenset[frozenset[str]]


def to_pairs(declared: Iterable[Sequence[str]]) -> Pairs:
    """Convert declared pairs to unordered pairs."""
    return frozenset(map(frozenset, declared))


def hold_contradictions(shown_as: str, declared: Iterable[Sequence[str]], said: Iterable[Finding]) -> None:
    """Hold a brief that would say both findings of a forbidden pair.

    Args:
        shown_as: how the desk is named in messages.
        declared: the forbidden pairs.
        said: every finding that the brief says.

    Raises:
        HeldError: names each such pair and where its rules stand.
    """
    by_id = {finding.id: finding for finding in said}
    found = [
        Diagnostic(
            "publish.contradiction",
            Place(shown_as),
            f"{_describe_finding(by_id[one])} and {_describe_finding(by_id[other])} contradict each other",
            "nothing is published",
        )
        for one, other in declared
        if one in by_id and other in by_id
    ]
    if found:
        raise HeldError(found)


def _describe_finding(finding: Finding) -> str:
    return f'"{finding.id}" ({finding.rule})'


def check_finding_pairs(
    located: LocatedValue, shown: str, outline: Outline, books: Sequence[PhraseBook] = ()
) -> Iterator[Diagnostic]:
    """Check the declared pairs of a report.yaml whose rule names are known to exist.

    Args:
        located: the file.
        shown: how it is named in messages.
        outline: what it says.
        books: the phrases, of which a tension asks a place for its "but".
    """
    seen: dict[frozenset[str], tuple[str, int]] = {}
    for kind in ("contradictions", "tensions"):
        for pair in located.find_value((kind,)).items if kind in located.entries else ():
            names = [str(item.plain) for item in pair.items]
            what = _check_pair(names) or _check_duplicate(kind, names, pair.line, seen)
            if what:
                yield Diagnostic("report.wrong-tension", pair.get_place(shown), what)
            elif kind == "tensions":
                yield from _check_tension(pair, shown, names, outline, books)


def _check_pair(names: Sequence[str]) -> str:
    if len(names) != 2:
        return f"a pair names two rules; this names {len(names)}"
    return f'"{names[0]}" is paired with itself' if names[0] == names[1] else ""


def _check_duplicate(kind: str, names: Sequence[str], line: int, seen: dict[frozenset[str], tuple[str, int]]) -> str:
    pair = frozenset(names)
    if pair not in seen:
        seen[pair] = (kind, line)
        return ""
    first, at = seen[pair]
    twice = f"stands in {kind} twice" if first == kind else f"is in both {first} and {kind}"
    return f'the pair "{names[0]}", "{names[1]}" {twice}; the first is in line {at}'


def _check_tension(
    pair: LocatedValue, shown: str, names: Sequence[str], outline: Outline, books: Sequence[PhraseBook]
) -> Iterator[Diagnostic]:
    """Check that some section states both findings, and that the later one has a `{{ link }}` for the "but"."""
    orders = (tuple(dict.fromkeys(chain.from_iterable(section.paragraphs))) for section in outline.sections)
    later = dict.fromkeys(max(names, key=order.index) for order in orders if set(names) <= set(order))
    if not later:
        what = f'no section says both "{names[0]}" and "{names[1]}"'
        yield Diagnostic(
            "report.unsaid-tension",
            pair.get_place(shown),
            what,
            'a tension is a sentence and the "but" that follows it',
        )
    for name in later:
        for book in books:
            say = book.says.get((name, "body"))
            if say is not None and not has_link(say.wordings[0]):
                what = f'the tension has no "but": "{name}" has no {{{{ link }}}} in {book.locale.tag}'
                hint = f"begin its wordings in {say.file}:{say.line} with {{{{ link }}}}"
                yield Diagnostic("report.unsaid-tension", pair.get_place(shown), what, hint)
