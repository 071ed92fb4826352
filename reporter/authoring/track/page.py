"""The track record → a page in each language, as Markdown and for screens. It holds nothing that the record doesn't.

What did not hold stands before what did, and each count before that of all days. Fewer than three settled statements
of a group are told without a share.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from reporter.authoring.track.record import (
    DIRECTION,
    LEAST_TOLD,
    OUTCOMES,
    Counts,
    Line,
    TrackedStatement,
    TrackRecord,
    find_usual_shares,
)
from reporter.authoring.track.statements import KINDS, Kind
from reporter.authoring.trial import Trial
from reporter.desk import DeskConfig, date_post
from reporter.language import dates, numbers
from reporter.language.catalogues import label, msgid
from reporter.language.locales import Locale
from reporter.language.terms import term_name
from reporter.language.texts import text_in_locale
from reporter.model.document import Cell, Document, LiteralSpan, Paragraph, Section, Sentence, SourceLine, Table
from reporter.model.metric import split_sources
from reporter.model.timestamps import to_midnight
from reporter.narrative.phrases.phrases import PhraseBook
from reporter.narrative.plan.argument import HEADING
from reporter.narrative.realise import build_page_labels
from reporter.pipeline.screen_page import SHEET
from reporter.render.fonts import embed_faces, find_fonts
from reporter.render.html import Link, Screen, render_html
from reporter.render.markdown import render_markdown
from reporter.report_type.theme import load_theme

FORMATS = ("md", "html")
#: So many of the newest statements that did not hold, and of those that did, are listed.
_NEWEST = 10
_NONE = "–"

_TITLE = msgid("Track record")
_SAME = msgid("the same on all days")
_SECTIONS: Mapping[Kind, str] = {
    "level": msgid("Levels"),
    "condition": msgid("Conditions of levels"),
    "ending": msgid("Endings"),
    "decider": msgid("What was to decide"),
    "verdict": msgid("Verdicts"),
}
_CAPTIONS: Mapping[Kind, str] = {
    "level": msgid("The close on the last day of the argument about the level"),
    "condition": msgid("Whether a condition was met in its time"),
    "ending": msgid("Which of an ending's two prices a close passed first"),
    "decider": msgid("Whether a close had passed one of them by the time that was given"),
    "verdict": msgid("The close one day and seven days after a verdict"),
}
#: What can hold or not.
_KINDS: Mapping[Kind, str] = {"level": msgid("Level"), "verdict": msgid("Verdict")}
_OUTCOMES: Mapping[str, str] = {
    "lost": msgid("Lost"),
    "held": msgid("Held"),
    "not won": msgid("Not regained"),
    "won": msgid("Regained"),
    "not met": msgid("Not met"),
    "dropped": msgid("Level dropped first"),
    "met": msgid("Met"),
    "neither": msgid("Neither in seven days"),
    "above": msgid("Upper price first"),
    "below": msgid("Lower price first"),
    "undecided": msgid("Not decided by then"),
    "decided": msgid("Decided by then"),
    "down": msgid("Lower after seven days"),
    "up": msgid("Higher after seven days"),
    "unchanged": msgid("Unchanged after seven days"),
}
#: What a line is about where no finding names it, by kind and by how it was told.
_LINES: Mapping[tuple[str, str], str] = {
    ("level", "above"): msgid("With the close above it when set"),
    ("level", "below"): msgid("With the close below it when set"),
    ("condition", "met"): msgid("All that were met when told: on their last day"),
    ("condition", "not met"): msgid("All that were not met when told: up to their last day"),
    ("ending", ""): msgid("All endings"),
    ("ending", "move"): msgid("With the prices of the day's move"),
    ("ending", "verdict"): msgid("With the prices of a verdict"),
    ("verdict", ""): msgid("All verdicts"),
    ("verdict", "bull"): msgid("All in favour of the price"),
    ("verdict", "bear"): msgid("All against the price"),
    ("verdict", "mixed"): msgid("All that cut both ways"),
    ("verdict", "neutral"): msgid("All without a side"),
}
_MET: Mapping[str, str] = {"met": msgid("met when told"), "not met": msgid("not met when told")}
_METHODS = (
    msgid("The briefs are computed anew from what was known on each day, and all of their statements count."),
    msgid("Closes are daily, and seven days are calendar days; where they are not over, a statement is open."),
    msgid("A level is judged by the close on the last day of the argument about it."),
    msgid("A verdict describes a day and forecasts nothing; what came after it is told all the same."),
    msgid("Below each count stands the same measure of all days, whatever was written on them."),
    msgid("Days that follow one another share most of their seven days, so the counts overstate how much is known."),
    msgid("Of fewer than three no share is told."),
    msgid("Every statement is a row of track.csv, with its prices, what became of it, and when."),
)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the record in one locale."""

    record: TrackRecord
    trial: Trial
    config: DeskConfig
    book: PhraseBook

    @property
    def locale(self) -> Locale:
        return self.book.locale

    def build_document(self) -> Document:
        """Build the page."""
        config, locale, last = self.config, self.locale, self.record.last
        metrics, posted = self.trial.metrics, date_post(self.record.last, self.config)
        spans = (self.record.first, last)
        title = f"{self._translate(_TITLE)} · {' – '.join(map(self._format_day, spans))}"
        return Document(
            locale=locale.tag,
            lang=locale.lang,
            edition="article",
            slug=f"{config.desk.slug}-track",
            date=last.isoformat(),
            date_label=dates.format_full_date(to_midnight(last), locale),
            as_of=datetime.fromtimestamp(metrics.newest_used, UTC).isoformat(),
            as_of_label=dates.format_date_time(metrics.newest_used, locale),
            posted=posted.isoformat(),
            asset=text_in_locale(config.asset.name, locale, name=True) or config.asset.symbol,
            kicker=self._translate(self.trial.authored.report.outline.title),
            byline=text_in_locale(config.desk.byline, locale, name=True) or "",
            headline=_make_sentence(title),
            standfirst=Paragraph(
                (_make_sentence(self._translate(msgid("What the briefs said, and what became of it."))),)
            ),
            takeaways=(),
            tiles=(),
            sections=tuple(self._list_sections()),
            gaps=(),
            sources=tuple(self._list_sources()),
            methods=tuple(map(self._translate, _METHODS)),
            disclosure=text_in_locale(config.desk.disclosure, locale) or "",
            labels=build_page_labels(locale),
            rise_is_red=locale.rise_is_red,
            tags=config.desk.tags,
        )

    def _translate(self, text: str) -> str:
        return label(text, self.locale)

    def _format_day(self, day: date) -> str:
        return dates.format_full_date(to_midnight(day), self.locale)

    def _list_sources(self) -> Iterator[SourceLine]:
        """List where the closes come from."""
        named = self.trial.metrics.series["price.close"].source
        used = {part for source in set(named) for part in split_sources(source)}
        prices = term_name("table.prices", self.locale)
        for citation in self.trial.metrics.citations.values():
            if citation.id in used:
                name = text_in_locale(citation.name, self.locale, name=True) or citation.id
                yield SourceLine(name, citation.link, prices)

    def _list_sections(self) -> Iterator[Section]:
        yield self._make_section("summary", msgid("In short"), [self._make_summary()])
        for held, title in ((False, msgid("What did not hold")), (True, msgid("What held"))):
            rows = [row for row in self.record.rows if row.held is held]
            if rows:
                yield self._make_section("held" if held else "not-held", title, [self._make_list(rows)])
        for kind in KINDS:
            lines = self._choose_lines(kind)
            if lines:
                yield self._make_section(kind, _SECTIONS[kind], [self._make_table(kind, lines)])

    def _make_section(self, name: str, title: str, tables: Sequence[Table]) -> Section:
        return Section(name, _make_sentence(self._translate(title)), tuple(tables))

    def _make_summary(self) -> Table:
        """Make the table of how many statements of a kind did not hold and how many did."""
        rows = []
        for kind, name in _KINDS.items():
            of_kind = [row for row in self.record.rows if row.kind == kind]
            told = [row for row in of_kind if row.kind != "verdict" or row.stance in DIRECTION]
            failed, held = (sum(row.held is side for row in told) for side in (False, True))
            counts = [self._format_share(count, failed + held) for count in (failed, held)]
            left = len(told) - failed - held
            rows.append((_cell(self._translate(name)), *map(_figure, (*counts, self._format_count(left)))))
            usual = find_usual_shares(self.record.lines, kind)
            if usual is not None:
                shares = (numbers.format_percent(share, self.locale) for share in usual)
                rows.append((_cell(self._translate(_SAME)), *map(_figure, (*shares, _NONE))))
        header = (msgid("Statement"), msgid("What did not hold"), msgid("What held"), msgid("Open or unknown"))
        title = self._translate(msgid("Levels, and verdicts for or against the price"))
        return Table("summary", _make_sentence(title), tuple(map(self._translate, header)), tuple(rows))

    def _make_list(self, rows: Sequence[TrackedStatement]) -> Table:
        header = (msgid("Brief of"), msgid("Statement"), msgid("Price"), msgid("What became of it"), msgid("Day"))
        title = self._translate(msgid("The newest"))
        newest = list(reversed(rows))[:_NEWEST]
        cells = tuple(self._make_list_row(row) for row in newest)
        return Table("newest", _make_sentence(title), tuple(map(self._translate, header)), cells)

    def _make_list_row(self, row: TrackedStatement) -> tuple[Cell, ...]:
        what = self._translate(_KINDS[row.kind])
        if row.kind == "verdict":
            what = f"{self._name_finding(row.id)}{self._format_stance(row.stance)}"
        price = row.level if row.kind == "level" else row.close
        shown = _NONE if price is None else numbers.format_price(price, self.locale)
        became = self._translate(_OUTCOMES[row.outcome])
        if row.kind == "verdict" and row.return_7d is not None:
            became = f"{became} {numbers.format_percent(row.return_7d, self.locale, signed=True)}"
        settled = "" if row.settled is None else self._format_day(date.fromisoformat(row.settled))
        said = self._format_day(date.fromisoformat(row.date))
        return (_cell(said), _cell(what), _figure(shown), _cell(became), _cell(settled))

    def _choose_lines(self, kind: Kind) -> list[Line]:
        """Choose the lines of a kind that a page tells: all of them together, then each of which three are settled."""
        lines = [line for line in self.record.lines if line.kind == kind]
        if kind in ("level", "decider"):
            return lines
        whole = [line for line in lines if not line.id]
        own = [line for line in lines if line.id and line.counts.settled >= LEAST_TOLD]
        own = [line for line in own if kind != "ending" or line.id in self._list_verdicts()]
        return [*whole, *sorted(own, key=self._rank_line)]

    def _list_verdicts(self) -> frozenset[str]:
        return frozenset(row.id for row in self.record.rows if row.told_as == "verdict")

    def _rank_line(self, line: Line) -> tuple[float, int, str]:
        """Rank lines: the worst first, then those of which more is known."""
        adverse = OUTCOMES[line.kind][0]
        if line.kind == "verdict":
            meant = DIRECTION.get(self.record.names[line.id].stance)
            adverse = "" if meant is None else "up" if meant == "down" else "down"
        share = line.counts.find_share(adverse) if adverse else -1.0
        return (-(share or 0.0), -line.counts.settled, line.id)

    def _make_table(self, kind: Kind, lines: Sequence[Line]) -> Table:
        names = _choose_outcomes(kind, lines)
        header = [msgid("Statement"), msgid("Settled"), *(_OUTCOMES[name] for name in names)]
        header += [msgid("Median after one day"), msgid("Median after seven days")] if kind == "verdict" else []
        header.append(msgid("Open"))
        shared = kind in ("ending", "verdict")
        rows = []
        for line in lines:
            rows.append(self._make_counts_row(self._name_line(line), line.counts, names, line))
            if not shared:
                rows.append(self._make_counts_row(self._translate(_SAME), line.twin, names, line))
        if shared and lines:
            rows.append(self._make_counts_row(self._translate(msgid("All days")), lines[0].twin, names, lines[0]))
        title = _make_sentence(self._translate(_CAPTIONS[kind]))
        return Table(kind, title, tuple(map(self._translate, header)), tuple(rows))

    def _make_counts_row(self, title: str, counts: Counts, names: Sequence[str], line: Line) -> tuple[Cell, ...]:
        found, kind = dict(counts.outcomes), line.kind
        cells = [self._format_count(counts.settled)]
        cells += [self._format_share(found[name], counts.settled) if name in found else _NONE for name in names]
        if kind == "verdict":
            medians = (counts.median_1d, counts.median_7d)
            cells += [
                _NONE if move is None else numbers.format_percent(move, self.locale, signed=True) for move in medians
            ]
        cells.append(self._format_count(counts.open))
        return (_cell(title), *map(_figure, cells))

    def _format_stance(self, stance: str) -> str:
        return f" · {self._translate(stance)}" if stance in DIRECTION else ""

    def _name_line(self, line: Line) -> str:
        if line.kind == "condition" and line.id:
            return f"{self._name_condition(line.id)} · {self._translate(_MET[line.told_as])}"
        if line.id:
            stance = self.record.names[line.id].stance if line.kind == "verdict" else ""
            return f"{self._name_finding(line.id)}{self._format_stance(stance)}"
        return self._translate(_LINES[line.kind, line.told_as])

    def _name_condition(self, rule: str) -> str:
        framework = self.trial.replay.book.framework
        conditions = framework.conditions if framework is not None else ()
        name = next((condition.name for condition in conditions if condition.id == rule), {})
        return text_in_locale(name, self.locale) or rule

    def _name_finding(self, rule: str) -> str:
        """Name a finding by its heading, as the last brief that told it has it; one without is named by its rule."""
        finding = self.record.names.get(rule)
        if finding is None or not self.book.has_phrase(rule, HEADING):
            return self._translate(_DECIDERS[rule]) if rule in _DECIDERS else rule
        return self.book.say_finding(finding, HEADING, replace(self.trial.context, date=self.record.last)).text

    def _format_count(self, count: int) -> str:
        return numbers.format_count(count, self.locale)

    def _format_share(self, count: int, settled: int) -> str:
        shown = self._format_count(count)
        if settled < LEAST_TOLD:
            return shown
        return f"{numbers.format_percent(count / settled, self.locale)} · {shown}"


#: What decides is a sentence without a heading.
_DECIDERS: Mapping[str, str] = {
    "decider.close": msgid("The next daily close"),
    "decider.flow": msgid("The next ETF flow"),
    "decider.session": msgid("The stock market's next close"),
    "decider.positions": msgid("Open interest at the next daily close"),
    "decider.expiry": msgid("The expiry of the most puts"),
    "decider.volatility": msgid("Implied volatility at the next daily close"),
}


def _choose_outcomes(kind: Kind, lines: Iterable[Line]) -> list[str]:
    """Choose the columns of a kind: those outcomes that a line or all days have."""
    counted = [dict(counts.outcomes) for line in lines for counts in (line.counts, line.twin)]
    return [name for name in OUTCOMES[kind] if any(found.get(name) for found in counted)]


def _make_sentence(text: str) -> Sentence:
    return Sentence("", "", "label", "", 0, (LiteralSpan(text),))


def _cell(text: str) -> Cell:
    return Cell((LiteralSpan(text),))


def _figure(text: str) -> Cell:
    return Cell((LiteralSpan(text),), numeric=True)


def render_pages(record: TrackRecord, trial: Trial, config: DeskConfig, formats: Sequence[str]) -> dict[str, bytes]:
    """Render the record in every locale of a trial: file name → content.

    Args:
        record: the record.
        trial: whose phrases and names are used.
        config: the desk.
        formats: what is made, of `FORMATS`.

    Raises:
        InputError: a layout, a style sheet or the theme is wrong.
    """
    report = trial.authored.report
    documents = [_Writer(record, trial, config, book).build_document() for book in report.books]
    locales = {book.locale.tag: book.locale for book in report.books}
    files: dict[str, bytes] = {}
    for document in documents:
        if "md" in formats:
            text = render_markdown(document, report.files.list_folders("layouts"), lambda chart: chart)
            files[f"track.{document.locale}.md"] = text.encode()
        if "html" in formats:
            others = (other for other in documents if other is not document)
            links = (
                *(
                    Link(f"track.{other.locale}.html", locales[other.locale].name, other.lang, translation=True)
                    for other in others
                ),
                Link("track.csv", "CSV", document.lang, "text/csv"),
            )
            files[f"track.{document.locale}.html"] = _render_screen(document, trial, config, links).encode()
    return files


def _render_screen(document: Document, trial: Trial, config: DeskConfig, links: tuple[Link, ...]) -> str:
    files = trial.authored.report.files
    fonts = find_fonts(document.lang, sans=config.fonts.sans, serif=config.fonts.serif)
    dress = load_theme(config, files).dress

    def render_page(screen: Screen) -> str:
        return render_html(
            document, files.list_folders("layouts"), files.find_file(SHEET), {}, dress=dress, screen=screen
        )

    screen = Screen({}, links=links)
    # Which characters the fonts need is known once the page is there.
    return render_page(replace(screen, faces=embed_faces(render_page(screen), document.headline.text, fonts)))
