"""A realised brief: one locale's sentences, still free of any output format.

Text is plain text. Renderers escape it for Markdown or HTML; a renderer never composes a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from reporter.model.chart import Chart

#: How close a page is set.
Density = Literal["roomy", "normal", "tight", "dense"]


@dataclass(frozen=True, slots=True)
class LiteralSpan:
    """Literal text of a phrase.

    Attributes:
        text: what the reader sees.
        relating: start and end in it of each relating word ("still", 又), and the id of the claim that bears it out;
            empty where no relation does.
    """

    text: str
    relating: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimSpan:
    """Text that shows a claim: a formatted number, date, name or word of direction.

    Attributes:
        claim: id of the claim, `finding:fact` or `finding:fact.member`, with `#kind` after it.
        text: what the reader sees.
    """

    claim: str
    text: str


Span = LiteralSpan | ClaimSpan


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence (or heading, caption, cell) with its origin.

    Attributes:
        id: unique in the brief and the same in every locale, `s012`.
        finding: id of the finding it tells; empty for labels.
        form: which form of the finding: body, headline, standfirst, heading, caption, note …
        phrase: `file:line` of the wording, or empty.
        wording: which of the wordings, from 0.
        spans: its text.
        also: ids of other findings that a clause of it tells; only a headline has any.
        first: how many of its spans are its first clause; 0 where it has but one.
    """

    id: str
    finding: str
    form: str
    phrase: str
    wording: int
    spans: tuple[Span, ...]
    also: tuple[str, ...] = ()
    first: int = 0

    @property
    def first_clause(self) -> str:
        """Its first clause, which can stand by itself."""
        return "".join(span.text for span in self.spans[: self.first or None])

    @property
    def text(self) -> str:
        """The sentence as a reader sees it."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that belong together."""

    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its title (a finding), caption and alternative text."""

    chart: Chart
    title: Sentence
    caption: tuple[Sentence, ...]
    alt: str
    source: str


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """One condition of the two-sided framework; its status is carried by a word and a mark.

    `notes` add since when it has stood so, or until when it is asked.
    """

    status: Literal["met", "not met", "unknown", "pending"]
    status_label: str
    sentence: Sentence
    notes: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Conditions:
    """Conditions for (or against) a level."""

    side: Literal["for", "against"]
    title: Sentence
    items: tuple[ConditionLine, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell. `numeric` cells align right with tabular figures.

    Attributes:
        stance: bull, bear, mixed or neutral, set with its sign; empty for other cells.
        of: the sentence that the cell is, where it is one.
    """

    spans: tuple[Span, ...]
    numeric: bool = False
    stance: str = ""
    of: Sentence | None = None

    @property
    def text(self) -> str:
        """The cell as a reader sees it."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header row; the first cell of each row heads it."""

    id: str
    title: Sentence
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class ConversationTurn:
    """One speaker's turn in a conversation.

    Attributes:
        speaker: reader or desk; name: as the locale calls the speaker.
        paragraphs: what is said; empty where figures or a table that follow are the whole answer.
        follows: whether the reader doubts the answer before it.
    """

    speaker: Literal["reader", "desk"]
    name: str
    paragraphs: tuple[Paragraph, ...]
    follows: bool = False


Block = Paragraph | Figure | Conditions | Table | ConversationTurn


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of the brief; the heading is a finding itself (None for the lede)."""

    id: str
    heading: Sentence | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """One key figure: label, value, change, and the last weeks as a sparkline.

    Attributes:
        direction: up, down or flat: the sign of the change; colour is the locale's business.
        spark: daily values, oldest first, None for gaps.
    """

    label: str
    value: tuple[Span, ...]
    change: tuple[Span, ...]
    direction: Literal["up", "down", "flat"]
    spark: tuple[float | None, ...]

    @property
    def stated(self) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
        """The value as shown large, and the detail below it: the value's words, then its change or date.

        Layouts and the ledger both take the order of a key figure from here.
        """
        said = tuple(span for span in self.value if span.text.strip())
        figures = tuple(span for span in said if any(map(str.isdigit, span.text)))
        words = tuple(span for span in said if span not in figures)
        if not words or not figures:
            return self.value, self.change
        under = tuple(piece for word in words for piece in (word, LiteralSpan(" ")))
        return figures, (*under, *self.change) if self.change else under[:-1]


@dataclass(frozen=True, slots=True)
class PageLabels:
    """The fixed words of a page, in the document's language (from the gettext catalogue).

    Attributes are named after what they label; `article` and `conversation` are the editions by name.
    """

    data_cut: str
    takeaways: str
    key_figures: str
    gaps: str
    sources: str
    methods: str
    disclosure: str
    page: str
    figure: str
    article: str
    conversation: str
    draft: str

    def edition(self, name: str) -> str:
        """The name that readers see for an edition."""
        return self.conversation if name == "chat" else self.article


@dataclass(frozen=True, slots=True)
class SourceLine:
    """How a source is cited: its name and address (may be empty), and what it gave."""

    name: str
    link: str
    gave: str


#: What a credit says: who made the text, or the address that it was made from.
CreditKind = Literal["author", "translator", "editor", "original", "canonical"]


@dataclass(frozen=True, slots=True)
class Credit:
    """Who made a text, or what it was made from.

    Attributes:
        kind: author, translator or editor; for an address original, or canonical where it is of this day alone.
        name: the name, or the address.
        text: what readers see: the name with its label, or the words that lead to the address.
    """

    kind: CreditKind
    name: str
    text: str

    @property
    def link(self) -> str:
        """The address; empty where there is none."""
        return self.name if self.kind in ("original", "canonical") else ""


@dataclass(frozen=True, slots=True)
class Document:
    """A brief in one locale and edition.

    Attributes:
        locale: BCP 47 tag; lang: the tag for HTML's lang attribute.
        slug: folder name of the brief, `btc-2026-02-06`.
        date: ISO date of the brief; date_label: as the locale writes it.
        as_of: ISO instant with offset at which the newest row used ends; as_of_label: as the locale writes it.
        posted: ISO instant with offset: the date of its post, on the brief's own day, which no later run moves.
        asset: the asset's name; kicker: the running title of the series of briefs.
        byline: who publishes it; empty where the desk names nobody.
        headline, standfirst, takeaways: generated from findings like all else.
        tiles: key figures.
        sections: the body, lede first.
        gaps: what could not be known, one sentence each.
        sources: who is cited.
        methods: how figures are defined, one sentence each.
        disclosure: the desk's own closing line.
        rise_is_red: whether rising figures are red (a locale's convention).
        tags: for a blog's front matter.
        credits: who made the text.
        draft: whether it is only to be looked at, and says so.
        density: how close the page is set; chosen with the layout.
        cuts: places among the parts of the body at which columns begin anew; chosen with the layout.
        introduced: the sentences that introduce it where only a line or two are shown; chosen for all its languages
            together, None where nobody has chosen.
    """

    locale: str
    lang: str
    edition: str
    slug: str
    date: str
    date_label: str
    as_of: str
    as_of_label: str
    posted: str
    asset: str
    kicker: str
    byline: str
    headline: Sentence
    standfirst: Paragraph
    takeaways: tuple[Sentence, ...]
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]
    gaps: tuple[Sentence, ...]
    sources: tuple[SourceLine, ...]
    methods: tuple[str, ...]
    disclosure: str
    labels: PageLabels
    rise_is_red: bool
    tags: tuple[str, ...] = field(default=())
    credits: tuple[Credit, ...] = field(default=())
    draft: bool = False
    density: Density = "normal"
    cuts: tuple[int, ...] = field(default=())
    introduced: tuple[Sentence, ...] | None = None

    @property
    def publisher(self) -> str:
        """The publisher that a logo belongs to: its alternative text."""
        return self.byline or self.kicker
