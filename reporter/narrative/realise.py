"""A plan → a document: every slot as a sentence in one locale, every shown figure bound to its claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from reporter.language import dates
from reporter.language.catalogues import label, msgid
from reporter.language.filter_contract import Voice
from reporter.language.locales import Locale
from reporter.language.own_labels import LabelText, translate_label
from reporter.language.terms import term_name
from reporter.language.texts import text_in_locale
from reporter.language.typography import set_spaces
from reporter.model.document import (
    Block,
    Cell,
    ClaimSpan,
    ConditionLine,
    Conditions,
    ConversationTurn,
    Credit,
    Document,
    Figure,
    LiteralSpan,
    PageLabels,
    Paragraph,
    Section,
    Sentence,
    SourceLine,
    Table,
    Tile,
)
from reporter.model.finding import Fact
from reporter.model.metric import MetricSet, split_sources
from reporter.model.timestamps import to_midnight
from reporter.narrative.chart_specs import ChartSource, build_chart, describe_chart
from reporter.narrative.metric_charts import build_metric_chart, list_drawn_sources
from reporter.narrative.metric_spans import BOARD, NOTHING, TILE, ShownMetric, is_partial_sum, show_metric
from reporter.narrative.outline import METRIC_CHARTS, Outline
from reporter.narrative.phrases.phrases import PhraseBook, SpeechContext, Utterance
from reporter.narrative.phrases.question_openings import QuestionOpenings
from reporter.narrative.phrases.wording_choice import Key, say_all_findings
from reporter.narrative.plan_model import Label, Plan, PlannedFigure, PlannedRow, PlannedSection, PlannedSide, Slot
from reporter.narrative.source_notes import drop_named_sources

_SPARK_DAYS = 30
#: What the ids of an edition's sentences begin with.
_LETTERS = {"article": "s", "chat": "c"}


@dataclass(frozen=True, slots=True)
class BriefMetadata:
    """What a document states of itself beside its findings: slug, byline, tags and dates.

    Attributes:
        slug: folder name of the brief.
        symbol: the asset's symbol.
        byline, disclosure: per locale; may be empty.
        tags: for a blog's front matter.
        credits: locale → who made its text.
        as_of: end of the newest row used, seconds since 1970 UTC.
        posted: instant that the brief's post is dated, in the desk's zone.
        draft: whether it is only to be looked at.
    """

    slug: str
    symbol: str
    byline: Mapping[str, str]
    disclosure: Mapping[str, str]
    tags: tuple[str, ...]
    as_of: float
    posted: datetime
    credits: Mapping[str, Sequence[Credit]] = field(default_factory=dict)
    draft: bool = False


@dataclass(frozen=True, slots=True)
class RealisedDocument:
    """A document and the claims its text shows: claim id → (kind, fact)."""

    document: Document
    claims: Mapping[str, tuple[str, Fact]]


def realise_plan(
    plan: Plan, outline: Outline, book: PhraseBook, context: SpeechContext, metrics: MetricSet, setting: BriefMetadata
) -> RealisedDocument:
    """Realise a plan as a document in the book's locale.

    Args:
        plan: what is said, in which order.
        outline: of the report type.
        book: phrases of one locale.
        context: what every sentence may use.
        metrics: of the day, for tiles, board and charts.
        setting: slug, byline and dates of the brief.

    Raises:
        InputError: a phrase is missing or asks for what its finding lacks.
    """
    parts = (plan, outline, book, context, metrics, setting)
    # Said once in turn's words to learn what is said where, then in words that don't begin alike.
    draft = _Realiser(*parts)
    draft.build_document()
    return _Realiser(*parts, say_all_findings(book, draft.slots, context)).build_document()


def build_page_labels(locale: Locale) -> PageLabels:
    """Build the fixed words of a page in a locale."""
    return PageLabels(
        data_cut=label("Data to", locale),
        takeaways=label("Key points", locale),
        key_figures=label("Key figures", locale),
        gaps=label("What could not be known", locale),
        sources=label("Sources", locale),
        methods=label("Methods", locale),
        disclosure=label("Disclosure", locale),
        page=label("Page", locale),
        figure=label("Figure", locale),
        article=label("Article", locale),
        conversation=label("Conversation", locale),
        draft=label("Draft, not published", locale),
    )


class _Realiser:
    def __init__(
        self,
        plan: Plan,
        outline: Outline,
        book: PhraseBook,
        context: SpeechContext,
        metrics: MetricSet,
        setting: BriefMetadata,
        said: Mapping[Key, Utterance] | None = None,
    ) -> None:
        self.plan, self.outline, self.book = plan, outline, book
        self.context, self.metrics, self.setting = context, metrics, setting
        self.locale: Locale = book.locale
        self.voice = Voice(book.locale, context.citations, context.names)
        self.claims: dict[str, tuple[str, Fact]] = {}
        #: Sources of what charts draw.
        self.drawn: set[str] = set()
        self.said: Mapping[Key, Utterance] = said or {}
        self.slots: list[Slot] = []
        self.count = 0
        # Sources that the section has named; a chat is one conversation.
        self.named: set[str] = set()
        self.openings = QuestionOpenings(book, context.date)

    def build_document(self) -> RealisedDocument:
        plan, setting, locale = self.plan, self.setting, self.locale
        day = self.context.date
        document = Document(
            locale=locale.tag,
            lang=locale.lang,
            edition=plan.edition,
            slug=setting.slug,
            date=day.isoformat(),
            date_label=dates.format_full_date(to_midnight(day), locale),
            as_of=datetime.fromtimestamp(setting.as_of, UTC).isoformat(),
            as_of_label=dates.format_date_time(setting.as_of, locale),
            posted=setting.posted.isoformat(),
            asset=text_in_locale(self.context.asset_name, locale, name=True) or setting.symbol,
            kicker=self._translate_label(self.outline.title),
            byline=text_in_locale(setting.byline, locale, name=True) or "",
            headline=self._say_headline(),
            standfirst=Paragraph(tuple(map(self._say_slot, plan.standfirst))),
            takeaways=tuple(map(self._say_slot, plan.takeaways)),
            tiles=self._build_tiles(),
            sections=tuple(map(self._build_section, plan.sections)),
            gaps=tuple(map(self._say_slot, plan.gaps)),
            sources=self._build_source_lines(),
            methods=self._list_methods(),
            disclosure=text_in_locale(setting.disclosure, locale) or "",
            labels=build_page_labels(locale),
            rise_is_red=locale.rise_is_red,
            tags=setting.tags,
            credits=tuple(setting.credits.get(locale.tag, ())),
            draft=setting.draft,
        )
        return RealisedDocument(document, dict(self.claims))

    def _translate_label(self, text: LabelText) -> str:
        return translate_label(text, self.locale)

    def _list_methods(self) -> tuple[str, ...]:
        said = {finding.id for finding in self.plan.said}
        shown = {reading.metric for _, fact in self.claims.values() for reading in fact.inputs}
        return tuple(
            self._translate_label(item.label)
            for item in self.outline.methods
            if (not item.told_with or said.intersection(item.told_with))
            and (not item.of or any(metric.startswith(item.of) for metric in shown))
        )

    def _next_id(self) -> str:
        # Every locale walks the same plan in the same order, so a sentence has the same id in all of them.
        self.count += 1
        return f"{_LETTERS[self.plan.edition]}{self.count:03d}"

    def _say_question(self, question: Slot) -> Sentence:
        return self._say_slot(question, self.openings.choose_wording(question.finding.id, question.form))

    def _say_slot(self, slot: Slot, wording: int | None = None) -> Sentence:
        if wording is None:
            self.slots.append(slot)
        spoken = self.said.get((slot.finding.id, slot.form)) if wording is None else None
        spoken = spoken or self.book.say_finding(slot.finding, slot.form, self.context, wording=wording)
        spans = drop_named_sources(spoken.spans, self.named)
        shown = {span.claim for span in spans if isinstance(span, ClaimSpan)}
        for claim, kind, fact in spoken.claims:
            if kind != "source" or claim in shown:
                self.claims.setdefault(claim, (kind, fact))
        return Sentence(self._next_id(), slot.finding.id, slot.form, spoken.phrase, spoken.wording, spans)

    def _say_headline(self) -> Sentence:
        """Say the headline, and after it the clause that stands beside it, if any."""
        main = self._say_slot(self.plan.headline)
        if self.plan.beside is None:
            return main
        beside = self._say_slot(self.plan.beside)
        spans = (*main.spans, LiteralSpan(self.locale.joiners.clause), *beside.spans)
        return replace(main, spans=spans, also=(beside.finding,), first=len(main.spans))

    def _say_label(self, text: LabelText) -> Sentence:
        return Sentence(self._next_id(), "", "label", "", 0, (LiteralSpan(self._translate_label(text)),))

    def _show_metric(self, metric_id: str, place: str, show: str = "") -> ShownMetric:
        shown = show_metric(self.metrics, metric_id, place, self.voice, show)
        for claim, kind, fact in shown.claims:
            self.claims.setdefault(claim, (kind, fact))
        if shown.spans and is_partial_sum(self.metrics, metric_id):
            least = self._translate_label("at least")
            return replace(shown, spans=(LiteralSpan(f"{least} "), *shown.spans))
        return shown

    def _build_tiles(self) -> tuple[Tile, ...]:
        tiles = []
        for tile in self.plan.tiles:
            value = self._show_metric(tile.value, TILE, tile.show)
            change = self._show_metric(tile.change, TILE, "signed") if tile.change else NOTHING
            change = self._show_metric(tile.dated, TILE, "date") if tile.dated else change
            moved = self.metrics.series[tile.change].values[-1] if tile.change else None
            direction = "flat" if not moved else "up" if moved > 0 else "down"
            spark = self.metrics.series[tile.value].values[-_SPARK_DAYS:]
            tiles.append(Tile(self._translate_label(tile.label), value.spans, change.spans, direction, spark))  # type: ignore[arg-type]
        return tuple(tiles)

    def _build_section(self, planned: PlannedSection) -> Section:
        if planned.question is None:
            self.named.clear()
        heading = planned.heading
        said = self._say_slot(heading) if isinstance(heading, Slot) else None
        if isinstance(heading, Label):
            said = self._say_label(heading.msgid)
        asked = self._say_question(planned.question) if planned.question else None
        told = [Paragraph(tuple(map(self._say_slot, slots))) for slots in planned.paragraphs]
        told += [Paragraph((self._say_slot(slot),)) for slot in planned.items]
        blocks: list[Block] = [*self._build_turns(asked, told, follows=planned.follows)] if asked else [*told]
        blocks += [self._build_side(side) for side in planned.sides]
        if planned.board:
            blocks.append(self._build_board(planned.board))
        blocks += [figure for planned_figure in planned.figures if (figure := self._build_figure(planned_figure))]
        return Section(planned.id, said, tuple(blocks))

    def _build_turns(
        self, asked: Sentence, told: Iterable[Paragraph], *, follows: bool
    ) -> tuple[ConversationTurn, ConversationTurn]:
        chat = self.outline.chat
        reader, desk = (self._translate_label(chat.reader), self._translate_label(chat.desk)) if chat else ("", "")
        return ConversationTurn("reader", reader, (Paragraph((asked,)),), follows), ConversationTurn(
            "desk", desk, tuple(told)
        )

    def _build_side(self, side: PlannedSide) -> Conditions:
        title = self._say_slot(side.title)
        items = tuple(
            ConditionLine(
                item.status,
                self._translate_label(item.status),
                self._say_slot(item.slot),
                tuple(map(self._say_slot, item.notes)),
            )
            for item in side.items
        )
        return Conditions(side.side, title, items)

    def _build_board(self, rows: Iterable[PlannedRow]) -> Table:
        title = self._say_label("Where each signal stands")
        names = (msgid("Signal"), msgid("Reading"), msgid("Change"), msgid("Stance"), msgid("Note"))
        header = tuple(map(self._translate_label, names))
        return Table("board", title, header, tuple(map(self._build_row, rows)))

    def _build_row(self, row: PlannedRow) -> tuple[Cell, ...]:
        reading = self._show_metric(row.outline.reading, BOARD, row.outline.show)
        change = self._show_metric(row.outline.change, BOARD, "signed") if row.outline.change else NOTHING
        return (
            Cell((LiteralSpan(self._translate_label(row.outline.label)),)),
            Cell(reading.spans, numeric=True),
            Cell(change.spans or (LiteralSpan("–"),), numeric=True),
            Cell((LiteralSpan(self._translate_label(row.stance)),), stance=row.stance),
            self._build_note_cell(row.note),
        )

    def _build_note_cell(self, slot: Slot | None) -> Cell:
        if slot is None:
            return Cell((LiteralSpan("–"),))
        said = self._say_slot(slot)
        return Cell(said.spans, of=said)

    def _build_figure(self, planned: PlannedFigure) -> Figure | None:
        source = ChartSource(self.metrics, planned.finding, self.locale)
        if planned.outline.kind in METRIC_CHARTS:
            chart = build_metric_chart(planned.outline, source)
        else:
            chart = build_chart(planned.outline.kind, planned.outline.id, source)
        if chart is None:
            return None
        title = self._say_slot(Slot(planned.finding, "figure"))
        caption = self._say_slot(Slot(planned.finding, "caption"))
        alt = describe_chart(planned.outline.kind, chart, self.locale)
        return Figure(chart, title, (caption,), alt, self._list_chart_sources(planned))

    def _list_chart_sources(self, planned: PlannedFigure) -> str:
        """Join the names of the sources of what is drawn, then of what the caption states."""
        drawn = [self.metrics.bar_source] if planned.outline.kind == "price_path" else []
        items = (*planned.outline.lines, *planned.outline.bars)
        drawn += list_drawn_sources(planned.outline, (self.metrics.series[item.metric] for item in items))
        self.drawn.update(drawn)
        stated = [source for fact in planned.finding.facts for source in _list_source_ids(fact)]
        names = dict.fromkeys(self._get_source_name(name) for name in (*drawn, *stated))
        return self._join_names(names)

    def _get_source_name(self, source_id: str) -> str:
        return text_in_locale(self.context.citations[source_id].name, self.locale, name=True) or source_id

    def _build_source_lines(self) -> tuple[SourceLine, ...]:
        """Build a line for every source that a claim rests on or a chart draws, in the desk's order, each once."""
        used = {source for _, fact in self.claims.values() for source in _list_source_ids(fact)} | self.drawn
        lines: dict[tuple[str, str], list[str]] = {}
        for citation in self.context.citations.values():
            if citation.id in used:
                gave = lines.setdefault((self._get_source_name(citation.id), citation.link), [])
                gave.append(self._get_table_name(citation.table))
        return tuple(SourceLine(name, link, self._join_names(gave)) for (name, link), gave in lines.items())

    def _join_names(self, names: Iterable[str]) -> str:
        """Join names as the language does, with its spacing."""
        joined = self.locale.join(tuple(dict.fromkeys(names)))
        return "".join(text for _, text in set_spaces([joined], [False], han=self.locale.han_spacing))

    def _get_table_name(self, table: str) -> str:
        own = text_in_locale(self.context.names.get(f"table.{table}", {}), self.locale, name=True)
        return own or term_name(f"table.{table}", self.locale)


def _list_source_ids(fact: Fact) -> tuple[str, ...]:
    """Ids of the sources that a fact rests on."""
    read = dict.fromkeys([reading.source for reading in fact.inputs])
    own = [part for source in read for part in split_sources(source)]
    if fact.event is not None:
        own.append(fact.event.source)
    return tuple(dict.fromkeys([*own, *(source for member in fact.members for source in _list_source_ids(member))]))
