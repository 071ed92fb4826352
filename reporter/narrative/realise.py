"""A plan to a document: every slot said in one locale's own words, every shown figure bound to its claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from reporter.language import dates
from reporter.language.catalogues import label, msgid
from reporter.language.locales import Locale
from reporter.language.spoken import Voice
from reporter.language.terms import term
from reporter.language.texts import in_locale
from reporter.language.typography import set_spaces
from reporter.model.document import (
    Block,
    Cell,
    Condition,
    Conditions,
    Document,
    Figure,
    Labels,
    Paragraph,
    Section,
    Sentence,
    SourceLine,
    Table,
    Tile,
    Turn,
    Words,
)
from reporter.model.finding import Fact
from reporter.model.metric import MetricSet
from reporter.narrative.cells import BOARD, NOTHING, TILE, ShownMetric, is_partial, show_metric
from reporter.narrative.figures import ChartSource, build_chart
from reporter.narrative.openings import Openings
from reporter.narrative.outline import Outline
from reporter.narrative.phrases import PhraseBook, SpeechContext, Utterance
from reporter.narrative.planned import Label, Plan, PlannedFigure, PlannedRow, PlannedSection, PlannedSide, Slot
from reporter.narrative.variation import Key, say_all

_SPARK_DAYS = 30
#: What the ids of an edition's sentences begin with.
_LETTERS = {"article": "s", "chat": "c"}


@dataclass(frozen=True, slots=True)
class Setting:
    """What a document says of itself beside its findings.

    Attributes:
        slug: folder name of the brief.
        symbol: the asset's symbol.
        byline, disclosure: per locale; may be empty.
        tags: for a blog's front matter.
        as_of: end of the newest row used, seconds since 1970 UTC.
        posted: end of the brief's day, seconds since 1970 UTC.
        draft: whether it is only to be looked at.
    """

    slug: str
    symbol: str
    byline: Mapping[str, str]
    disclosure: Mapping[str, str]
    tags: tuple[str, ...]
    as_of: float
    posted: float
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Realised:
    """A document and the claims its text shows: claim id → (kind, fact)."""

    document: Document
    claims: Mapping[str, tuple[str, Fact]]


def realise(
    plan: Plan, outline: Outline, book: PhraseBook, context: SpeechContext, metrics: MetricSet, setting: Setting
) -> Realised:
    """Say a plan in the book's locale.

    Raises:
        InputError: a phrase is missing or asks for what its finding lacks.
    """
    parts = (plan, outline, book, context, metrics, setting)
    # Said once in turn's words to learn what is said where, then in words that don't begin alike.
    draft = _Realiser(*parts)
    draft.realise()
    return _Realiser(*parts, say_all(book, draft.slots, context)).realise()


class _Realiser:
    def __init__(
        self,
        plan: Plan,
        outline: Outline,
        book: PhraseBook,
        context: SpeechContext,
        metrics: MetricSet,
        setting: Setting,
        said: Mapping[Key, Utterance] | None = None,
    ) -> None:
        self.plan, self.outline, self.book = plan, outline, book
        self.context, self.metrics, self.setting = context, metrics, setting
        self.locale: Locale = book.locale
        self.voice = Voice(book.locale, context.citations, context.names)
        self.claims: dict[str, tuple[str, Fact]] = {}
        self.said: Mapping[Key, Utterance] = said or {}
        self.slots: list[Slot] = []
        self.count = 0
        self.openings = Openings(book, context.date)

    def realise(self) -> Realised:
        plan, setting, locale = self.plan, self.setting, self.locale
        day = self.context.date
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
        document = Document(
            locale=locale.tag,
            lang=locale.lang,
            edition=plan.edition,
            slug=setting.slug,
            date=day.isoformat(),
            date_label=dates.date_full(midnight, locale),
            as_of=datetime.fromtimestamp(setting.as_of, UTC).isoformat(),
            as_of_label=dates.date_time(setting.as_of, locale),
            posted=datetime.fromtimestamp(setting.posted, UTC).isoformat(),
            asset=in_locale(self.context.asset_name, locale, name=True) or setting.symbol,
            kicker=self._label(self.outline.title),
            byline=in_locale(setting.byline, locale, name=True) or "",
            headline=self._say(plan.headline),
            standfirst=Paragraph(tuple(map(self._say, plan.standfirst))),
            takeaways=tuple(map(self._say, plan.takeaways)),
            tiles=self._tiles(),
            sections=tuple(map(self._section, plan.sections)),
            gaps=tuple(map(self._say, plan.gaps)),
            sources=self._sources(),
            methods=self._methods(),
            disclosure=in_locale(setting.disclosure, locale) or "",
            labels=self._labels(),
            rise_is_red=locale.rise_is_red,
            tags=setting.tags,
            draft=setting.draft,
        )
        return Realised(document, dict(self.claims))

    def _label(self, text: str) -> str:
        return label(text, self.locale)

    def _methods(self) -> tuple[str, ...]:
        said = {finding.id for finding in self.plan.said}
        needed = (item for item in self.outline.methods if not item.told_with or said.intersection(item.told_with))
        return tuple(self._label(item.label) for item in needed)

    def _labels(self) -> Labels:
        return Labels(
            data_cut=self._label("Data to"),
            takeaways=self._label("Key points"),
            key_figures=self._label("Key figures"),
            gaps=self._label("What could not be known"),
            sources=self._label("Sources"),
            methods=self._label("Methods"),
            disclosure=self._label("Disclosure"),
            page=self._label("Page"),
            figure=self._label("Figure"),
            article=self._label("Article"),
            conversation=self._label("Conversation"),
            draft=self._label("Draft, not published"),
        )

    def _next_id(self) -> str:
        # Every locale walks the same plan in the same order, so a sentence has the same id in all of them.
        self.count += 1
        return f"{_LETTERS[self.plan.edition]}{self.count:03d}"

    def _ask(self, question: Slot) -> Sentence:
        return self._say(question, self.openings.wording(question.finding.id, question.form))

    def _say(self, slot: Slot, wording: int | None = None) -> Sentence:
        if wording is None:
            self.slots.append(slot)
        spoken = self.said.get((slot.finding.id, slot.form)) if wording is None else None
        spoken = spoken or self.book.say(slot.finding, slot.form, self.context, wording=wording)
        for claim, kind, fact in spoken.claims:
            self.claims.setdefault(claim, (kind, fact))
        return Sentence(self._next_id(), slot.finding.id, slot.form, spoken.phrase, spoken.wording, spoken.spans)

    def _labelled(self, text: str) -> Sentence:
        return Sentence(self._next_id(), "", "label", "", 0, (Words(self._label(text)),))

    def _show(self, metric_id: str, place: str, show: str = "") -> ShownMetric:
        shown = show_metric(self.metrics, metric_id, place, self.voice, show)
        for claim, kind, fact in shown.claims:
            self.claims.setdefault(claim, (kind, fact))
        if shown.spans and is_partial(self.metrics, metric_id):
            least = self._label("at least")
            return replace(shown, spans=(Words(f"{least} "), *shown.spans))
        return shown

    def _tiles(self) -> tuple[Tile, ...]:
        tiles = []
        for tile in self.plan.tiles:
            value = self._show(tile.value, TILE, tile.show)
            change = self._show(tile.change, TILE, "signed") if tile.change else NOTHING
            change = self._show(tile.dated, TILE, "date") if tile.dated else change
            moved = self.metrics.series[tile.change].values[-1] if tile.change else None
            direction = "flat" if not moved else "up" if moved > 0 else "down"
            spark = self.metrics.series[tile.value].values[-_SPARK_DAYS:]
            tiles.append(Tile(self._label(tile.label), value.spans, change.spans, direction, spark))  # type: ignore[arg-type]
        return tuple(tiles)

    def _section(self, planned: PlannedSection) -> Section:
        heading = planned.heading
        said = self._say(heading) if isinstance(heading, Slot) else None
        if isinstance(heading, Label):
            said = self._labelled(heading.msgid)
        asked = self._ask(planned.question) if planned.question else None
        told = [Paragraph(tuple(map(self._say, slots))) for slots in planned.paragraphs]
        told += [Paragraph((self._say(slot),)) for slot in planned.items]
        blocks: list[Block] = [*self._turns(asked, told, follows=planned.follows)] if asked else [*told]
        blocks += [self._side(side) for side in planned.sides]
        if planned.board:
            blocks.append(self._board(planned.board))
        blocks += [figure for planned_figure in planned.figures if (figure := self._figure(planned_figure))]
        return Section(planned.id, said, tuple(blocks))

    def _turns(self, asked: Sentence, told: Iterable[Paragraph], *, follows: bool) -> tuple[Turn, Turn]:
        chat = self.outline.chat
        reader, desk = (self._label(chat.reader), self._label(chat.desk)) if chat else ("", "")
        return Turn("reader", reader, (Paragraph((asked,)),), follows), Turn("desk", desk, tuple(told))

    def _side(self, side: PlannedSide) -> Conditions:
        title = self._say(side.title)
        items = tuple(
            Condition(item.status, self._label(item.status), self._say(item.slot), tuple(map(self._say, item.notes)))
            for item in side.items
        )
        return Conditions(side.side, title, items)

    def _board(self, rows: Iterable[PlannedRow]) -> Table:
        title = self._labelled("Where each signal stands")
        names = (msgid("Signal"), msgid("Reading"), msgid("Change"), msgid("Stance"), msgid("Note"))
        header = tuple(map(self._label, names))
        return Table("board", title, header, tuple(map(self._row, rows)))

    def _row(self, row: PlannedRow) -> tuple[Cell, ...]:
        reading = self._show(row.outline.reading, BOARD, row.outline.show)
        change = self._show(row.outline.change, BOARD, "signed") if row.outline.change else NOTHING
        return (
            Cell((Words(self._label(row.outline.label)),)),
            Cell(reading.spans, numeric=True),
            Cell(change.spans or (Words("–"),), numeric=True),
            Cell((Words(self._label(row.stance)),), stance=row.stance),
            self._note(row.note),
        )

    def _note(self, slot: Slot | None) -> Cell:
        if slot is None:
            return Cell((Words("–"),))
        said = self._say(slot)
        return Cell(said.spans, of=said)

    def _figure(self, planned: PlannedFigure) -> Figure | None:
        source = ChartSource(self.metrics, planned.finding, self.locale)
        chart = build_chart(planned.outline.kind, planned.outline.id, source)
        if chart is None:
            return None
        title = self._say(Slot(planned.finding, "figure"))
        caption = self._say(Slot(planned.finding, "caption"))
        alt = f"{title.text}{self.locale.joiners.stop}{caption.text}"
        return Figure(chart, title, (caption,), alt, self._chart_sources(planned))

    def _chart_sources(self, planned: PlannedFigure) -> str:
        """Who gave what is drawn, then who gave what the caption states."""
        drawn = [self.metrics.bar_source] if planned.outline.kind == "price_path" else []
        stated = [source for fact in planned.finding.facts for source in _sources(fact)]
        names = dict.fromkeys(self._citation(name) for name in (*drawn, *stated))
        return self._listed(names)

    def _citation(self, source_id: str) -> str:
        return in_locale(self.context.citations[source_id].name, self.locale, name=True) or source_id

    def _sources(self) -> tuple[SourceLine, ...]:
        """Every source that a shown claim rests on, in the desk's order, named once."""
        used = {source for _, fact in self.claims.values() for source in _sources(fact)}
        lines: dict[tuple[str, str], list[str]] = {}
        for citation in self.context.citations.values():
            if citation.id in used:
                gave = lines.setdefault((self._citation(citation.id), citation.link), [])
                gave.append(self._table_name(citation.table))
        return tuple(SourceLine(name, link, self._listed(gave)) for (name, link), gave in lines.items())

    def _listed(self, names: Iterable[str]) -> str:
        """Names joined as the language does, with its spacing."""
        joined = self.locale.join(tuple(dict.fromkeys(names)))
        return "".join(text for _, text in set_spaces([joined], [False], han=self.locale.han_spacing))

    def _table_name(self, table: str) -> str:
        return term(f"table.{table}", self.locale)


def _sources(fact: Fact) -> tuple[str, ...]:
    """Ids of the sources that a fact rests on."""
    own = [part for reading in fact.inputs if reading.source for part in reading.source.split("+")]
    if fact.event is not None:
        own.append(fact.event.source)
    return tuple(dict.fromkeys([*own, *(source for member in fact.members for source in _sources(member))]))
