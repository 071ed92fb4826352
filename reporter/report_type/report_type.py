"""A report type as loaded: what is evaluated, planned and said, in the locales that were asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reporter.language.regional_editions import convert_words
from reporter.narrative.outline import Outline
from reporter.narrative.phrases.phrase_extents import NO_EXTENTS, PhraseExtents
from reporter.narrative.phrases.phrases import PhraseBook
from reporter.report_type.files import ReportFiles
from reporter.rules import RuleBook


@dataclass(frozen=True, slots=True)
class ReportType:
    """A report type as loaded for some locales.

    Attributes:
        files: where its layouts and theme lie, a desk's own before them.
        rules, outline, books: what is evaluated, planned and said.
        unsaid: phrases of the desk's other locales, in which nothing is said: what is planned fits them too, so that a
            brief of one locale is that of all.
        extents: how much each phrase says, in any of these locales.
        forms: the (finding, form) pairs that have a phrase in every locale of `books`.
    """

    files: ReportFiles
    rules: RuleBook
    outline: Outline
    books: tuple[PhraseBook, ...]
    unsaid: tuple[PhraseBook, ...] = ()
    extents: PhraseExtents = field(default_factory=lambda: NO_EXTENTS, hash=False)
    forms: frozenset[tuple[str, str]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Find what every locale says, which each day's plan asks for."""
        said = [frozenset(book.says) for book in self.books]
        object.__setattr__(self, "forms", frozenset.intersection(*said) if said else frozenset())

    @property
    def fitted_books(self) -> tuple[PhraseBook, ...]:
        """The phrase books that what is planned has to fit."""
        return (*self.books, *self.unsaid)

    @property
    def names(self) -> dict[str, Mapping[str, str]]:
        """Names of conditions: term key → locale → name, in regional words for regional locales."""
        conditions = self.rules.framework.conditions if self.rules.framework else ()
        return {f"condition.{condition.id}": self._add_regional_names(condition.name) for condition in conditions}

    def _add_regional_names(self, name: Mapping[str, str]) -> Mapping[str, str]:
        regions = [book.locale for book in self.books if book.locale.edition is not None]
        return {**name} | {
            region.tag: convert_words(name[region.base], region.edition)
            for region in regions
            if region.edition is not None and region.base in name
        }
