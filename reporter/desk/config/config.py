"""desk.toml as frozen values: what the desk is, and which files feed which table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from reporter.desk.config.exchange_calendars import load_sessions
from reporter.desk.config.feed_config import FeedConfig
from reporter.desk.config.fields import (
    BUILT_IN,
    Address,
    Calendar,
    Clock,
    Colour,
    Currency,
    Day,
    DayAddress,
    Duration,
    Filled,
    Identifier,
    Instant,
    Market,
    OptionalDuration,
    PerLocale,
    Slug,
    SomePerLocale,
    SourceCalendar,
    Tick,
    Words,
    Zone,
    as_names,
    as_tuple,
    ordered_span,
    parse_duration,
)
from reporter.desk.config.gate_config import GatesConfig
from reporter.desk.config.metric_files import WrittenMetric
from reporter.desk.config.own_tables import TableConfig
from reporter.desk.config.publish_config import PublishConfig
from reporter.desk.formats.containers import TextForm
from reporter.desk.formats.layouts import Layout
from reporter.desk.formats.market_identity import is_dollar
from reporter.desk.formats.schema import TABLES, TableSpec
from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.model.timestamps import DAY
from reporter.syntax.authored_text import read_authored_text
from reporter.syntax.model_diagnostics import StrictModel
from reporter.syntax.toml_positions import KeyPath, find_place, key_positions

DESK_FILE = "desk.toml"

#: Tables whose sources are held against one another.
ComparedTable = Literal["prices", "open_interest", "funding", "liquidations", "volatility_index"]
#: What kind of thing the desk writes about.
AssetClass = Literal["crypto", "equity", "fund", "index", "commodity", "fx"]
InstrumentClass = Literal["equity", "metal", "dollar", "rates", "volatility", "energy", "crypto", "currency", "bonds"]


class SplitConfig(StrictModel):
    """A split of the asset.

    Attributes:
        date: the first day that is traded on the new scale.
        factor: how many new ones stand for an old one; below 1 where they are merged.
    """

    date: Day
    factor: Annotated[float, Field(gt=0.0, le=10_000.0)]


class AssetConfig(StrictModel):
    """The asset a desk writes about.

    Attributes:
        kind: its class; what is true of coins alone is said of coins alone.
        quote: what its price is in: a currency of ISO 4217, a coin that is meant to be a dollar, or points.
        calendar: when it is traded: around the clock, on weekdays, or in an exchange's sessions.
        splits: its splits; files hold prices as they were traded.
        tick: smallest step of its price; prices are written with its decimals.
        span: the lowest and the highest that its price can be; what is known of the coin where absent.
    """

    symbol: Filled
    kind: Annotated[AssetClass, Field(alias="class")] = "crypto"
    name: SomePerLocale
    short: PerLocale = Field(default_factory=dict)
    quote: Currency = "USD"
    tick: Tick = ""
    calendar: Calendar = "24/7"
    splits: Annotated[tuple[SplitConfig, ...], BeforeValidator(as_tuple)] = ()
    span: Annotated[tuple[float, float] | None, BeforeValidator(as_tuple), AfterValidator(ordered_span)] = None

    @property
    def currency(self) -> str:
        """Code of the currency of its price; "USD" for a coin that is meant to be a dollar, or points."""
        return "USD" if is_dollar(self.quote) else self.quote

    @property
    def tick_places(self) -> int | None:
        """Decimals of its prices where a tick is declared."""
        return len(self.tick.partition(".")[2]) if self.tick else None


class CreditsConfig(StrictModel):
    """Who made a locale's text.

    Attributes:
        author, translator, editor: names; empty where there is none to name.
        original: address of the text that it was made from; may name the brief or its day, as `{brief}` or `{date}`.
    """

    author: str = ""
    translator: str = ""
    editor: str = ""
    original: DayAddress = ""


class DeskSection(StrictModel):
    """The `[desk]` table.

    Attributes:
        timezone: of the desk's own clock, in which its posts are dated.
        reports: the report types; a brief is of the first where no other is asked for.
        credits: locale → who made its text.
        roots: folders outside of the desk's own from which it reads too; relative to it.
    """

    slug: Slug
    reports: Annotated[tuple[Identifier, ...], Field(alias="report", min_length=1), BeforeValidator(as_names)] = (
        "market_brief",
    )
    locales: Annotated[Words, Field(min_length=1)] = ("zh-Hant", "en")
    editions: Annotated[tuple[Literal["article", "chat"], ...], BeforeValidator(as_tuple), Field(min_length=1)] = (
        "article",
    )
    day_cut: Clock = "00:00"
    timezone: Zone = "UTC"
    byline: PerLocale = Field(default_factory=dict)
    disclosure: PerLocale = Field(default_factory=dict)
    credits: dict[str, CreditsConfig] = Field(default_factory=dict)
    tags: Words = ()
    site: Address = ""
    roots: Words = ()
    attach_ledger: bool = False


#: What says that shares are US ones, or is silent of it; and the class of those that are traded elsewhere.
US_MARKETS = frozenset({"", "us", "XNYS", "XNAS", "XASE", "BATS", "ARCX"})
ABROAD = "equity_abroad"


class InstrumentConfig(StrictModel):
    """A cross-asset instrument that the program does not know by itself.

    Attributes:
        market: where its shares are traded: "us", or an exchange's code; needed where nothing else says that they are
            US ones.
    """

    kind: Annotated[InstrumentClass, Field(alias="class")]
    name: SomePerLocale
    market: Market = ""

    @property
    def told_as(self) -> str:
        """The class that it is told as: shares that are traded outside of the US are no US shares."""
        return ABROAD if self.kind == "equity" and self.market not in US_MARKETS else self.kind


class Approval(StrictModel):
    """A row that looks wrong and that somebody has looked at and found right.

    Attributes:
        time: the row's time, as a date or an ISO time in UTC.
        reason: why it is right, per locale; it is told with every brief that may rest on the row.
    """

    time: Instant
    reason: SomePerLocale


#: Under which key a source is given the declaration of its table; no author can write it.
OWN_TABLE = "[table]"


class SourceConfig(StrictModel):
    """One `[[source]]`: which file feeds which table, and how to read it.

    Attributes:
        own: the declaration of its table, where that is one of the desk's own; no key of desk.toml.
        coverage: what the source covers, in the desk's words; changes are computed within one coverage only.
        partial: whether that is only a part of the market, so that its sums are told as "at least".
    """

    id: Identifier
    own: Annotated[TableConfig | None, Field(alias=OWN_TABLE)] = None
    table: str
    path: Filled
    format: Filled = "csv"
    member: str = ""
    query: str = ""
    time: str = ""
    time_format: str = ""
    timezone: Zone
    bar: Duration
    at: Instant = ""
    taken: Clock | None = None
    stamp: Literal["start", "end"] = "start"
    calendar: SourceCalendar = ""
    session_close: Clock | None = None
    lag: Duration = "0"
    known: str = ""
    per: OptionalDuration = ""
    layout: Literal["long", "wide", "closes"] = "long"
    encoding: Literal["utf-8", "utf-16", "big5", "gb18030", "cp1252", "shift_jis"] = "utf-8"
    separator: Literal[",", ";", "\t", "|"] = ","
    header: Annotated[int, Field(ge=1, le=100)] = 1
    header_lines: Annotated[int, Field(ge=1, le=4)] = 1
    numbers: Literal["", "1234.56", "1,234.56", "1.234,56", "1 234,56", "1 234.56", "1'234.56", "1234,56"] = ""
    blank: Words = ()
    drop: dict[str, Words] = Field(default_factory=dict)
    columns: dict[str, Filled] = Field(default_factory=dict)
    instruments: dict[str, Filled] = Field(default_factory=dict)
    unit: str
    where: dict[str, str] = Field(default_factory=dict)
    cite: SomePerLocale
    link: Address = ""
    coverage: str = ""
    partial: bool = False
    measures: str = ""
    approved: Annotated[tuple[Approval, ...], BeforeValidator(as_tuple)] = ()

    @field_validator("table")
    @classmethod
    def _check_table(cls, name: str, info: ValidationInfo) -> str:
        if name not in TABLES and info.data.get("own") is None:
            own = (info.context or {}).get("tables", ())
            known = ", ".join(f"'{one}'" for one in (*TABLES, *own))
            raise PydanticCustomError("literal_error", "Input should be {expected}", {"expected": known})
        return name

    @property
    def spec(self) -> TableSpec:
        """The columns, units and bounds of its table."""
        return self.own.spec if self.own is not None else TABLES[self.table]

    @property
    def text_form(self) -> TextForm:
        """How its file is written, where it is a text table."""
        return TextForm(self.encoding, self.separator, self.header, self.header_lines)

    @property
    def time_columns(self) -> tuple[str, ...]:
        """The column of its times, or the two of date and clock ("Date + Time"); none where a file has no times."""
        return tuple(self.time.split(" + ")) if self.time else ()

    @property
    def keeps_revisions(self) -> bool:
        """Whether rows may be restated: each row, or its file, has the time it was known at."""
        return bool(self.known) or self.taken is not None

    @property
    def calendar_name(self) -> str:
        """The exchange calendar of its sessions: what closes in New York keeps New York's holidays, if not denied."""
        if self.calendar:
            return "" if self.calendar == "none" else self.calendar
        return "us" if self.session_close is not None and self.timezone == "America/New_York" else ""

    @property
    def session_clock(self) -> str:
        """The local time at which its sessions usually close; empty for a source whose rows are no sessions."""
        if self.session_close is not None or self.calendar in BUILT_IN or parse_duration(self.bar) != DAY:
            return self.session_close or ""
        return f"{load_sessions(self.calendar).usual_close:%H:%M}"


class ThemeConfig(StrictModel):
    """How the desk's pages look: a palette of the report type, paper, the colour of headings, a logo."""

    palette: Filled = "standard"
    paper: Literal["A4", "Letter"] = "A4"
    accent: Colour = ""
    logo: str = ""


class AuditConfig(StrictModel):
    """Who vouches for the desk's ledgers: the environment variable with the key that signs them; nobody where empty."""

    key_env: Annotated[str, Field(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")] = ""


class FontsConfig(StrictModel):
    """Families to set the page in instead of Noto CJK; each must be installed, with a Regular and a Bold."""

    sans: str = ""
    serif: str = ""


class NewsConfig(StrictModel):
    """The `[news]` table.

    Attributes:
        weights: kind of fact → how much this desk's readers ask for it, in place of the program's own; 0 for never.
        lead: ISO date → name of the fact that leads that day's brief, whatever ranks first.
        ban: kinds of facts that are told as news in no brief.
    """

    weights: dict[Identifier, Annotated[float, Field(ge=0.0, le=10.0)]] = Field(default_factory=dict)
    lead: dict[Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")], str] = Field(default_factory=dict)
    ban: Annotated[tuple[Identifier, ...], BeforeValidator(as_tuple)] = ()


class DeskConfig(StrictModel):
    """All of desk.toml."""

    desk: DeskSection
    asset: AssetConfig
    table: dict[Identifier, TableConfig] = Field(default_factory=dict)
    source: Annotated[tuple[SourceConfig, ...], BeforeValidator(as_tuple), Field(min_length=1)]
    instrument: dict[Identifier, InstrumentConfig] = Field(default_factory=dict)
    fonts: FontsConfig = Field(default_factory=FontsConfig)
    feed: Annotated[tuple[FeedConfig, ...], BeforeValidator(as_tuple)] = ()
    tolerance: dict[ComparedTable, Annotated[float, Field(ge=0.0, le=1.0)]] = Field(default_factory=dict)
    theme: ThemeConfig = Field(default_factory=ThemeConfig)
    gates: GatesConfig = Field(default_factory=GatesConfig)
    audit: AuditConfig = Field(default_factory=AuditConfig)
    news: NewsConfig = Field(default_factory=NewsConfig)
    publish: Annotated[tuple[PublishConfig, ...], BeforeValidator(as_tuple)] = ()
    layouts: dict[str, Layout] = Field(default_factory=dict)
    metrics: tuple[WrittenMetric, ...] = ()
    folder: Path = Path()
    shown_as: str = DESK_FILE

    def locate_key(self, path: KeyPath) -> Place:
        """The line and column of a key in desk.toml, or of the nearest table around it."""
        text = read_authored_text(self.folder / DESK_FILE, self.shown_as)
        return Place(self.shown_as, *find_place(key_positions(text), path))

    def choose_report(self, name: str) -> DeskConfig:
        """Return the desk as it is for briefs of one report type: of any but its first, the slug names the type.

        Args:
            name: a report type, or nothing for the first.
        """
        first = self.desk.reports[0]
        if not name or name == first:
            return self
        slug = f"{self.desk.slug}-{name.replace('_', '-')}"
        return self.model_copy(update={"desk": self.desk.model_copy(update={"slug": slug, "reports": (name,)})})

    def find_layout(self, source: SourceConfig) -> Layout | None:
        """The vendor's layout that a source names; None for a plain table."""
        return self.layouts.get(source.format)

    def source_diagnostic(self, code: str, source: SourceConfig, what: str, hint: str = "") -> Diagnostic:
        """A diagnostic located at the `[[source]]` it is about.

        Args:
            code: the diagnostic's code.
            source: the source it is about.
            what: what is wrong.
            hint: what to do.
        """
        place = self.locate_key(("source", self.source.index(source)))
        return Diagnostic(code, place, f'source "{source.id}": {what}', hint)
