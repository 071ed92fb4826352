"""Phrase books → how much each phrase says in any of its wordings and languages: sentences, and facts as figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from reporter.language.sentences import split_sentences
from reporter.model.finding import Fact, Finding
from reporter.model.metric import Unit
from reporter.narrative.phrases.phrase_tree import Branch, FactValue, Loop, Part, PhraseText
from reporter.narrative.phrases.phrases import PhraseBook

#: Filters that print a figure; names, dates, words of direction and counts in words are none.
FIGURE_FILTERS = frozenset(
    {
        "price",
        "money",
        "about",
        "pct",
        "signed",
        "points",
        "size",
        "level",
        "ratio",
        "count",
        "hashprice",
        "score",
        "corr",
    }
    | {"coins", "funding", "days", "listed"}
)
#: Figures are the same where they agree in so many digits, with or without a sign.
_DIGITS = 6
#: Stands for a value in the text of a wording: a word that ends no sentence.
_VALUE = "x"

#: Finding and form.
Key = tuple[str, str]
#: A figure that a reader may meet again: its unit and size.
Figure = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PhraseExtent:
    """How much a phrase says at most.

    Attributes:
        sentences: how many sentences.
        names: names of the facts that it may show as figures.
    """

    sentences: int = 1
    names: frozenset[str] = frozenset()


PhraseExtents = Mapping[Key, PhraseExtent]
#: What is known of phrases that are not measured.
NO_EXTENTS: PhraseExtents = MappingProxyType({})


def measure_phrases(books: Iterable[PhraseBook]) -> PhraseExtents:
    """Measure every phrase over all its wordings in all books."""
    found: dict[Key, PhraseExtent] = {}
    for book in books:
        for key, say in book.says.items():
            before = found.get(key, PhraseExtent(0))
            bodies = [wording.body for wording in say.wordings]
            found[key] = PhraseExtent(
                max(before.sentences, *(len(split_sentences(_write_longest(body))) for body in bodies)),
                before.names.union(*(list_figure_names(body) for body in bodies)),
            )
    return MappingProxyType(found)


def list_figures(finding: Finding, form: str, extents: PhraseExtents) -> frozenset[Figure]:
    """List the figures that a finding's sentence of a form may show, those of lists one by one."""
    extent = extents.get((finding.phrase or finding.id, form), PhraseExtent())
    facts = (fact for fact in finding.facts if fact.name in extent.names)
    return frozenset(_name_figure(one) for fact in facts for one in (fact.members or (fact,)) if _is_number(one))


def list_figure_names(body: Sequence[Part], local: Mapping[str, str] = MappingProxyType({})) -> frozenset[str]:
    """List the names of the facts that a wording may print as figures.

    Args:
        body: parts of the wording.
        local: what a loop calls a member → the list that it is of.
    """
    found: set[str] = set()
    for part in body:
        if isinstance(part, FactValue) and prints_figure(part):
            found.add(local.get(part.name, part.name))
        elif isinstance(part, Loop):
            found |= list_figure_names(part.body, {**local, part.target: part.over.name})
        elif isinstance(part, Branch):
            for arm in (*(arm for _, arm in part.arms), part.otherwise):
                found |= list_figure_names(arm, local)
    return frozenset(found)


def prints_figure(value: FactValue) -> bool:
    """Return whether a value of a phrase is printed as a figure."""
    return any(call.used.name in FIGURE_FILTERS for call in value.calls)


def _write_longest(body: Sequence[Part]) -> str:
    """Write a wording with a word for each value, in the arms that make most sentences."""
    return "".join(_iterate_text(body))


def _iterate_text(body: Sequence[Part]) -> Iterator[str]:
    for part in body:
        if isinstance(part, PhraseText):
            yield part.text
        elif isinstance(part, FactValue):
            yield _VALUE
        elif isinstance(part, Loop):
            yield _write_longest(part.body)
        elif isinstance(part, Branch):
            arms = [_write_longest(arm) for arm in (*(arm for _, arm in part.arms), part.otherwise)]
            yield max(arms, key=lambda text: len(split_sentences(text)) + text.rstrip().endswith((".", "。")))


def _is_number(fact: Fact) -> bool:
    return isinstance(fact.value, int | float) and fact.unit not in (Unit.INSTANT, Unit.BOOL)


def _name_figure(fact: Fact) -> Figure:
    return str(fact.unit), f"{abs(float(fact.value or 0)):.{_DIGITS}g}"
