"""The outline of a brief as frozen values: what it holds, in which order, and what a short one leaves out."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from reporter.narrative.chat_outline import ChatOutline, EndingOutline
from reporter.narrative.yaml_models import Ids, LabelField, Length, OfLengths, Slots, to_tuples
from reporter.syntax.model_diagnostics import StrictModel

#: As `date.weekday` counts them.
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
#: Ways to show a metric outside a sentence; `flow_money` is the flow's noun before its amount.
Show = Literal["", "signed", "funding", "flow_money", "date"]


class Takeaways(StrictModel):
    """Which findings may be key points, how many, and how many of them are facts of the news told nowhere else."""

    most: Annotated[int, Field(ge=0, le=10)] = 5
    news: Annotated[int, Field(ge=0, le=10)] = 0
    source: Annotated[Ids, Field(alias="from")] = ()


class TileOutline(StrictModel):
    """One key figure.

    Attributes:
        dated: a metric that is a date: the day the value is of, shown in place of a change.
    """

    label: LabelField
    value: str
    change: str = ""
    show: Show = ""
    dated: str = ""


class RowOutline(StrictModel):
    """One row of the signal board.

    Attributes:
        stance: findings of which the first that is true gives the row's side.
        note: findings of which the first that is true and has a phrase of the form "note" says what the reading
            means; where the list is empty, those of `stance`.
    """

    label: LabelField
    reading: str
    change: str = ""
    show: Show = ""
    stance: Ids = ()
    note: Ids = ()


class MethodOutline(StrictModel):
    """How figures are defined: a sentence, said always, or only with some findings and some metrics.

    Attributes:
        of: beginnings of metrics of which the brief has to show one; none where it is said without.
        only: the class of assets that it is true of; empty for all.
    """

    label: LabelField
    told_with: Annotated[Ids, Field(alias="with")] = ()
    of: Ids = ()
    only: Annotated[Literal["", "crypto"], Field(alias="class")] = ""


def _to_method_outline(value: object) -> object:
    return {"label": value} if isinstance(value, str) else value


class ArgumentOutline(StrictModel):
    """How a day's verdicts are told.

    Attributes:
        instead: the rules that are left out of the article where there is a thesis.
        nothing: findings that say that a day has no thesis, in the form "standfirst"; the first that is true.
        states: findings that stand for days; the article tells them on the first, fifth and each tenth day in a row.
        rests: findings that the article tells again only when five days have passed since it could last tell them.
        moves: findings whose body only says between which prices the day lay; told where an article argues nothing and
            the section has nothing else.
        consequences: what follows by definition → the findings from which it follows; a paragraph draws one at most.
    """

    instead: Ids = ()
    states: Ids = ()
    nothing: Ids = ()
    rests: Ids = ()
    moves: Ids = ()
    consequences: dict[str, Ids] = Field(default_factory=dict)


class SectionOutline(StrictModel):
    """One section: headed by the first of `heading` that is true.

    Attributes:
        news: how many facts of the news it tells.
        argument: whether it tells the thesis, what bears it out and what speaks against it; the thesis heads it.
        ending: what a close above one price and below another would mean, and what decides.
        rare: whether it lists the facts of the news, one a line, that are rare within a year and have no room where
            `news` are told.
        serves: whether, where there is a thesis, it tells only what is about the thesis or points the other way; the
            argument takes from it what proves the thesis and what speaks against it.
        rooms: beginnings of metrics whose facts of the news stand here that are rare and have no room where `news` are
            told.
        ended: whether it tells what no longer holds, of `since`.
        joined: whether an article joins its short paragraphs.
    """

    id: str
    length: OfLengths
    heading: Ids = ()
    paragraphs: Slots = ()
    list: Ids = ()
    figures: Ids = ()
    framework: bool = False
    board: bool = False
    since: bool = False
    corrections: bool = False
    news: Annotated[int, Field(ge=0, le=12)] = 0
    argument: bool = False
    serves: bool = False
    rare: bool = False
    rooms: Ids = ()
    ended: bool = False
    joined: bool = False
    ending: EndingOutline | None = None


class FrameworkOutline(StrictModel):
    """The findings that head the argument about a level; the rest of it is read with the rules."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    level: Ids


#: Kinds of charts that are made of whatever metrics a figure names.
METRIC_CHARTS: Final = ("line", "bar", "line+bar", "small multiples")


class FigureMetric(StrictModel):
    """A metric that a figure draws, and what it is called; a desk's own metric has a label by itself."""

    metric: str
    label: LabelField = ""


def _to_figure_metrics(value: object) -> object:
    if not isinstance(value, list):
        return value
    return tuple({"metric": item} if isinstance(item, str) else item for item in value)


FigureMetrics = Annotated[tuple[FigureMetric, ...], BeforeValidator(_to_figure_metrics)]


class FigureOutline(StrictModel):
    """A chart of a kind the program can draw, titled by the first of its findings that is true.

    Attributes:
        lines, bars: of a chart that is made of metrics, those that are drawn as lines, the first in front, and as bars.
        days: how many days it shows.
        size: of a chart that is made of metrics.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    kind: Literal[
        "price_path",
        "price_days",
        "price_closes",
        "deleveraging",
        "cross_asset",
        "put_strikes",
        "cost_basis",
        "fund_flows",
        "line",
        "bar",
        "line+bar",
        "small multiples",
    ]
    findings: Ids
    lines: FigureMetrics = ()
    bars: FigureMetrics = ()
    days: Annotated[int, Field(ge=2, le=1_000)] = 90
    size: Literal["small", "wide"] = "small"


class SinceOutline(StrictModel):
    """The findings whose end is reported when they were true the day before."""

    ended: Ids = ()


class NewsLead(StrictModel):
    """What a kind of fact must have to lead a brief.

    Attributes:
        days: least days since the last as extreme, or that its data go back where none is.
        size: least size of its value, in the metric's unit.
        share: least share of a move that was undone.
    """

    days: Annotated[int, Field(ge=0)] = 0
    size: Annotated[float, Field(ge=0.0)] = 0.0
    share: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0


def _to_news_lead(value: object) -> object:
    return {} if value is None else value


class NewsOutline(StrictModel):
    """How a day's facts of `reporter news` are told; their findings are `news.` and the kind.

    Attributes:
        lead: kinds that may lead, with what each must have; of others none leads.
        rather: kind → the kind that leads in its place where the day has both.
        beside: least share of the lead's score for a fact that the headline tells in a second clause.
        sooner: least share of the lead's score for a fact of another topic that this clause tells rather than the
            thesis; beside a day's plain move, a fact of the price that scores more than that move.
        plain: lists of findings whose form "beside" stands beside a day's plain move, where no news does.
        rotate: least share of a lead's score for a fact that leads in its place where its kind led the day before.
        longest: locale → most characters of a headline with a second clause; one that is longer has none.
        calm: findings that lead with words of calm, which are not said where a rare fact is.
        still: kinds of facts that words of calm go with.
        rare: score from which a fact is rare.
        instead: finding → the rules that say the same, and are left out of body and standfirst where it is told.
    """

    lead: dict[str, Annotated[NewsLead, BeforeValidator(_to_news_lead)]] = Field(default_factory=dict)
    rather: dict[str, str] = Field(default_factory=dict)
    beside: Annotated[float, Field(ge=0.0, le=1.0)] = 0.6
    sooner: Annotated[float, Field(ge=0.0)] = 1.0
    plain: Slots = ()
    rotate: Annotated[float, Field(ge=0.0, le=1.0)] = 1.0
    longest: dict[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    calm: Ids = ()
    still: Ids = ()
    rare: Annotated[float, Field(ge=0.0)] = 5.0
    instead: dict[str, Ids] = Field(default_factory=dict)


class Lengths(StrictModel):
    """Which leading findings ask for which length; all others ask for the standard one."""

    full: Ids = ()
    standard: Ids = ()
    short: Ids = ()


#: So many sentences a standfirst with news has.
STANDFIRST_LENGTH: Final = 3


class LimitsOutline(StrictModel):
    """How long a text may be: locale → most words, or characters where the locale's words have no spaces.

    Attributes:
        standfirst: most sentences of a standfirst with news or a thesis; the first is the day's move.
        news: most facts of the news that the body tells, the rare ones among them; those of the headline come first.
        text: of headline, standfirst and body together.
        post: characters of headline and standfirst, which are posted as they stand.
    """

    standfirst: Annotated[int, Field(ge=1, le=STANDFIRST_LENGTH)] = STANDFIRST_LENGTH
    news: Annotated[int, Field(ge=0)] | None = None
    text: dict[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    post: dict[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)


class Outline(StrictModel):
    """All of report.yaml.

    Attributes:
        silent: findings that have nothing to say: where one has the headline, there is no brief.
        ends_on: the weekday that the report is made of, where it is not made of every day.
        gaps: metrics whose absence readers hear of, beside those of key figures and board.
    """

    title: str
    lead: str
    silent: Ids = ()
    gaps: Ids = ()
    ends_on: Weekday | None = None
    limits: LimitsOutline = LimitsOutline()
    methods: Annotated[
        tuple[Annotated[MethodOutline, BeforeValidator(_to_method_outline)], ...], BeforeValidator(to_tuples)
    ] = ()
    length: Lengths
    standfirst: Slots
    takeaways: Takeaways
    tiles: Annotated[tuple[TileOutline, ...], BeforeValidator(to_tuples)] = ()
    sections: Annotated[tuple[SectionOutline, ...], BeforeValidator(to_tuples)]
    headings: dict[str, LabelField] = Field(default_factory=dict)
    framework: FrameworkOutline
    since: SinceOutline = SinceOutline()
    news: NewsOutline = NewsOutline()
    argument: ArgumentOutline = ArgumentOutline()
    terms: dict[str, str] = Field(default_factory=dict)
    board: Annotated[tuple[RowOutline, ...], BeforeValidator(to_tuples)] = ()
    figures: Annotated[tuple[FigureOutline, ...], BeforeValidator(to_tuples)] = ()
    chat: ChatOutline | None = None
    contradictions: Slots = ()
    tensions: Slots = ()

    def list_labels(self) -> tuple[str, ...]:
        """List every msgid of the label catalogue that the outline uses."""
        methods = (method.label for method in self.methods)
        tiles = (tile.label for tile in self.tiles)
        rows = (row.label for row in self.board)
        speakers = (self.chat.reader, self.chat.desk) if self.chat else ()
        every = (self.title, *methods, *self.headings.values(), *tiles, *rows, *speakers)
        return tuple(dict.fromkeys(text for text in every if isinstance(text, str)))

    def choose_length(self, lead: str) -> Length:
        """Return the length of a brief that a finding leads."""
        if lead in self.length.full:
            return "full"
        return "short" if lead in self.length.short else "standard"
