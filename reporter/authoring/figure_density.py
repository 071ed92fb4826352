"""Phrase books → the sentences of a desk's own phrases that hold more figures than a reader takes in.

What can be counted without a day: values printed as figures, in the arms of a branch that print most. A list's members
are the day's, and are not counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reporter.diagnostics.diagnostic import Diagnostic, Place, make_notice
from reporter.language.sentences import split_sentences
from reporter.narrative.phrases.phrase_extents import prints_figure
from reporter.narrative.phrases.phrase_tree import Branch, FactValue, Part, PhraseText
from reporter.narrative.phrases.phrases import PhraseBook

#: So many figures a sentence holds.
MOST_FIGURES = 2
#: Stand for a figure and for any other value.
_FIGURE, _VALUE = "\ufffc", "x"


def check_figure_density(books: Sequence[PhraseBook], own: str | None) -> tuple[Diagnostic, ...]:
    """Find the wordings of a desk with a sentence of more than two figures, as notices.

    Args:
        books: the phrases of each locale.
        own: what the paths of a desk's own files begin with, as problems show them; without it there are none.
    """
    if own is None:
        return ()
    return tuple(
        make_notice("phrase.many-figures", Place(say.file, wording.line, wording.column), what)
        for book in books
        if book.locale.edition is None
        for say in book.says.values()
        if say.file.startswith(own)
        for wording in say.wordings
        if (most := count_figures(wording.body)) > MOST_FIGURES
        for what in [f'"{say.finding}" ({say.form}) holds {most} figures in a sentence; a reader takes in two']
    )


def count_figures(body: Sequence[Part]) -> int:
    """Return the most figures that a sentence of a wording holds."""
    sentences = split_sentences("".join(_iterate_text(body)))
    return max((text.count(_FIGURE) for _, text in sentences), default=0)


def _iterate_text(body: Sequence[Part]) -> Iterator[str]:
    for part in body:
        if isinstance(part, PhraseText):
            yield part.text
        elif isinstance(part, FactValue):
            listed = any(call.used.name == "listed" for call in part.calls)
            yield _FIGURE if prints_figure(part) and not listed else _VALUE
        elif isinstance(part, Branch):
            arms = ["".join(_iterate_text(arm)) for arm in (*(arm for _, arm in part.arms), part.otherwise)]
            yield max(arms, key=lambda text: text.count(_FIGURE))
        else:
            yield _VALUE
