"""desk.toml as frozen values: what the desk is, and which files feed which table."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from reporter.authored.positions import KeyPath, key_positions, place_of
from reporter.desk.feeds import FeedConfig
from reporter.desk.layouts import Layout
from reporter.errors import Problem

DESK_FILE = "desk.toml"
_DURATION = re.compile(r"([0-9]{1,5})(m|h|d)")
_SECONDS = {"m": 60, "h": 3600, "d": 86400}


def parse_duration(text: str) -> int:
    """Seconds of `15m`, `1h`, `1d` or `0`.

    Raises:
        ValueError: for anything else.
    """
    if text == "0":
        return 0
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError('write a length of time as "15m", "1h", "1d" or "0"')
    return int(match[1]) * _SECONDS[match[2]]


def _duration(text: str) -> str:
    parse_duration(text)
    return text


def _optional_duration(text: str) -> str:
    return _duration(text) if text else text


def _instant(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise ValueError('write an instant as "2026-02-06T08:00Z"') from error
    if moment is not None and moment.tzinfo is None and len(text) > len("2026-02-06"):
        raise ValueError('write an instant with its offset, such as "2026-02-06T08:00Z"')
    return text


def instant_seconds(text: str) -> int:
    """Seconds since 1970 UTC of an ISO instant; a bare date is its first moment in UTC."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _clock(text: str) -> str:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        raise ValueError('write a time of day as "16:00"')
    return text


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError('write an IANA time zone such as "UTC" or "America/New_York"') from error
    return text


def _slug(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text) or len(text) > 60:
        raise ValueError('write small letters, digits and single hyphens, such as "btc", at most 60 of them')
    return text


def _identifier(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        raise ValueError('write small letters, digits and underscores, such as "prices_daily"')
    return text


def _address(text: str) -> str:
    if not re.fullmatch(r"(https?://\S+)?", text):
        raise ValueError('write a whole address, such as "https://example.org"')
    return text


def _colour(text: str) -> str:
    if not re.fullmatch(r"(#[0-9A-Fa-f]{6})?", text):
        raise ValueError('write a colour as "#123F6D"')
    return text


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("it must not be empty")
    return text


def _per_locale(value: object) -> object:
    return {"": value} if isinstance(value, str) else value


def _some(texts: dict[str, str]) -> dict[str, str]:
    if not texts or not all(text.strip() for text in texts.values()):
        raise ValueError("it must not be empty")
    return texts


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Filled = Annotated[str, AfterValidator(_filled)]
Identifier = Annotated[str, AfterValidator(_identifier)]
Duration = Annotated[str, AfterValidator(_duration)]
Clock = Annotated[str, AfterValidator(_clock)]
Zone = Annotated[str, AfterValidator(_zone)]
#: Text per locale; a plain string stands for every locale under the key "".
PerLocale = Annotated[dict[str, str], BeforeValidator(_per_locale)]
SomePerLocale = Annotated[PerLocale, AfterValidator(_some)]
Words = Annotated[tuple[Filled, ...], BeforeValidator(_as_tuple)]

TableName = Literal[
    "prices",
    "open_interest",
    "funding",
    "liquidations",
    "options",
    "volatility_index",
    "cross_asset",
    "fund_flows",
    "miners",
    "cost_basis",
    "realised_price",
    "sentiment",
    "events",
]
#: Tables whose sources are held against one another.
ComparedTable = Literal["prices", "open_interest", "funding", "liquidations", "volatility_index"]
InstrumentClass = Literal["equity", "metal", "dollar", "rates", "volatility", "energy", "crypto", "currency", "bonds"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class AssetConfig(_Model):
    """The asset a desk writes about."""

    symbol: Filled
    name: SomePerLocale
    short: PerLocale = Field(default_factory=dict)
    quote: Literal["USD"] = "USD"


class DeskSection(_Model):
    """The `[desk]` table."""

    slug: Annotated[str, AfterValidator(_slug)]
    report: Identifier = "market_brief"
    locales: Annotated[Words, Field(min_length=1)] = ("zh-Hant", "en")
    editions: Annotated[tuple[Literal["article", "chat"], ...], BeforeValidator(_as_tuple), Field(min_length=1)] = (
        "article",
    )
    day_cut: Clock = "00:00"
    byline: PerLocale = Field(default_factory=dict)
    disclosure: PerLocale = Field(default_factory=dict)
    tags: Words = ()
    attach_ledger: bool = False


class InstrumentConfig(_Model):
    """A cross-asset instrument that the program does not know by itself."""

    kind: Annotated[InstrumentClass, Field(alias="class")]
    name: SomePerLocale


class Approval(_Model):
    """A row that looks wrong and that somebody has looked at and found right.

    Attributes:
        time: the row's time, as a date or an ISO time in UTC.
        reason: why it is right; it is told with every brief's notices.
    """

    time: Annotated[str, AfterValidator(_instant)]
    reason: Filled


class SourceConfig(_Model):
    """One `[[source]]`: which file feeds which table, and how to read it.

    Attributes:
        coverage: what the source covers, in the desk's words; changes are computed within one coverage only.
        partial: whether that is only a part of the market, so that its sums are told as "at least".
    """

    id: Identifier
    table: TableName
    path: Filled
    format: Filled = "csv"
    member: str = ""
    query: str = ""
    time: str = ""
    time_format: str = ""
    timezone: Zone
    bar: Duration
    at: Annotated[str, AfterValidator(_instant)] = ""
    taken: Clock | None = None
    stamp: Literal["start", "end"] = "start"
    calendar: Literal["", "us", "none"] = ""
    session_close: Clock | None = None
    lag: Duration = "0"
    known: str = ""
    per: Annotated[str, AfterValidator(_optional_duration)] = ""
    layout: Literal["long", "wide", "closes"] = "long"
    columns: dict[str, Filled] = Field(default_factory=dict)
    instruments: dict[str, Filled] = Field(default_factory=dict)
    unit: str
    where: dict[str, str] = Field(default_factory=dict)
    cite: SomePerLocale
    link: Annotated[str, AfterValidator(_address)] = ""
    coverage: str = ""
    partial: bool = False
    measures: str = ""
    approved: Annotated[tuple[Approval, ...], BeforeValidator(_as_tuple)] = ()

    @property
    def keeps_revisions(self) -> bool:
        """Whether rows may be restated: each says when it was known, or is of a file that does."""
        return bool(self.known) or self.taken is not None

    @property
    def calendar_name(self) -> str:
        """The exchange calendar of its sessions: what closes in New York keeps New York's holidays, if not denied."""
        if self.calendar:
            return "" if self.calendar == "none" else self.calendar
        return "us" if self.session_close is not None and self.timezone == "America/New_York" else ""


class ThemeConfig(_Model):
    """How the desk's pages look: a palette of the report type, paper, the colour of headings, a logo."""

    palette: Filled = "standard"
    paper: Literal["A4", "Letter"] = "A4"
    accent: Annotated[str, AfterValidator(_colour)] = ""
    logo: str = ""


class FontsConfig(_Model):
    """Families to set the page in instead of Noto CJK; each must be installed, with a Regular and a Bold."""

    sans: str = ""
    serif: str = ""


class DeskConfig(_Model):
    """All of desk.toml."""

    desk: DeskSection
    asset: AssetConfig
    source: Annotated[tuple[SourceConfig, ...], BeforeValidator(_as_tuple), Field(min_length=1)]
    instrument: dict[Identifier, InstrumentConfig] = Field(default_factory=dict)
    fonts: FontsConfig = Field(default_factory=FontsConfig)
    feed: Annotated[tuple[FeedConfig, ...], BeforeValidator(_as_tuple)] = ()
    tolerance: dict[ComparedTable, Annotated[float, Field(ge=0.0, le=1.0)]] = Field(default_factory=dict)
    theme: ThemeConfig = Field(default_factory=ThemeConfig)
    layouts: dict[str, Layout] = Field(default_factory=dict)
    folder: Path = Path()
    shown_as: str = DESK_FILE

    def place(self, path: KeyPath) -> tuple[int, int]:
        """Line and column of a key in desk.toml, or of the nearest table around it."""
        return place_of(key_positions((self.folder / DESK_FILE).read_text("utf-8-sig")), path)

    def layout(self, source: SourceConfig) -> Layout | None:
        """The vendor's layout that a source names; None for a plain table."""
        return self.layouts.get(source.format)

    def problem(self, source: SourceConfig, what: str, hint: str = "") -> Problem:
        """A problem at the `[[source]]` it is about."""
        line, column = self.place(("source", self.source.index(source)))
        return Problem(self.shown_as, line, column, f'source "{source.id}": {what}', hint)
