"""desk.toml as frozen values: what the desk is, and which files feed which table.

pydantic checks the shape; positions come from a scan of the text, because TOML readers drop them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from reporter.errors import InputError, Problem, did_you_mean

DESK_FILE = "desk.toml"
_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_DURATION = re.compile(r"^(\d+)(m|h|d)$")
_SECONDS = {"m": 60, "h": 3600, "d": 86400}


def parse_duration(text: str) -> int:
    """Seconds of `15m`, `1h`, `1d` or `0`.

    Raises:
        ValueError: for anything else.
    """
    if text == "0":
        return 0
    match = _DURATION.match(text)
    if match is None:
        raise ValueError('write a length of time as "15m", "1h", "1d" or "0"')
    return int(match[1]) * _SECONDS[match[2]]


def _duration(text: str) -> str:
    parse_duration(text)
    return text


def _clock(text: str) -> str:
    if not re.match(r"^([01]\d|2[0-3]):[0-5]\d$", text):
        raise ValueError('write a time of day as "16:00"')
    return text


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError('write an IANA time zone such as "UTC" or "America/New_York"') from error
    return text


def _per_locale(value: object) -> object:
    return {"": value} if isinstance(value, str) else value


Duration = Annotated[str, AfterValidator(_duration)]
Clock = Annotated[str, AfterValidator(_clock)]
Zone = Annotated[str, AfterValidator(_zone)]
#: Text per locale; a plain string stands for every locale under the key "".
PerLocale = Annotated[dict[str, str], BeforeValidator(_per_locale)]

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
InstrumentClass = Literal["equity", "metal", "dollar", "rates", "volatility", "energy", "crypto", "currency", "bonds"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class AssetConfig(_Model):
    """The asset a desk writes about."""

    symbol: Annotated[str, Field(min_length=1)]
    name: PerLocale
    short: PerLocale = Field(default_factory=dict)
    quote: Literal["USD"] = "USD"


class DeskSection(_Model):
    """The `[desk]` table."""

    slug: Annotated[str, Field(pattern=_SLUG, max_length=60)]
    report: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")] = "market_brief"
    locales: Annotated[tuple[str, ...], BeforeValidator(lambda v: tuple(v) if isinstance(v, list) else v)] = (
        "zh-Hant",
        "en",
    )
    day_cut: Clock = "00:00"
    byline: PerLocale = Field(default_factory=dict)
    disclosure: PerLocale = Field(default_factory=dict)
    tags: Annotated[tuple[str, ...], BeforeValidator(lambda v: tuple(v) if isinstance(v, list) else v)] = ()


class InstrumentConfig(_Model):
    """A cross-asset instrument that the program does not know by itself."""

    kind: Annotated[InstrumentClass, Field(alias="class")]
    name: PerLocale


class SourceConfig(_Model):
    """One `[[source]]`: which file feeds which table, and how to read it."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    table: TableName
    path: Annotated[str, Field(min_length=1)]
    format: Literal["csv"] = "csv"
    time: str
    time_format: str = ""
    timezone: Zone
    bar: Duration
    stamp: Literal["start", "end"] = "start"
    session_close: Clock | None = None
    lag: Duration = "0"
    layout: Literal["long", "wide"] = "long"
    columns: dict[str, str] = Field(default_factory=dict)
    instruments: dict[str, str] = Field(default_factory=dict)
    unit: str
    where: dict[str, str] = Field(default_factory=dict)
    cite: PerLocale
    link: Annotated[str, Field(pattern=r"^(https?://\S+)?$")] = ""
    coverage: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> SourceConfig:
        if self.layout == "wide" and self.table != "cross_asset":
            raise ValueError('layout = "wide" is for the table cross_asset')
        if self.table == "cross_asset" and not self.instruments:
            raise ValueError('a cross_asset source needs instruments, such as instruments = { spx = "SPX" }')
        if self.session_close is not None and self.bar != "1d":
            raise ValueError('session_close needs bar = "1d"')
        return self


class DeskConfig(_Model):
    """All of desk.toml."""

    desk: DeskSection
    asset: AssetConfig
    source: tuple[SourceConfig, ...]
    instrument: dict[str, InstrumentConfig] = Field(default_factory=dict)
    folder: Path = Path()
    shown_as: str = DESK_FILE

    def problem(self, source: SourceConfig, what: str, hint: str = "") -> Problem:
        """A problem at the `[[source]]` it is about."""
        positions = _positions((self.folder / DESK_FILE).read_text("utf-8"))
        index = self.source.index(source)
        line, column = positions.get(("source", index), (1, 1))
        return Problem(self.shown_as, line, column, f'source "{source.id}": {what}', hint)


def read_desk_config(folder: Path, shown_as: str | None = None) -> DeskConfig:
    """Read and check desk.toml.

    Args:
        folder: the desk.
        shown_as: how to name the file in messages; the path itself where absent.

    Raises:
        InputError: with every mistake found, located.
    """
    path = folder / DESK_FILE
    shown = shown_as or path.as_posix()
    if not path.is_file():
        hint = "run `reporter init DIR` to make a desk to start from"
        what = "no desk.toml here" if folder.is_dir() else "no such folder"
        raise InputError([Problem(folder.as_posix(), None, None, what, hint)])
    try:
        text = path.read_text("utf-8-sig")
        data = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise InputError([Problem(shown, None, None, "not UTF-8 text", "save the file as UTF-8")]) from error
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(match[1]), int(match[2])) if match else (None, None)
        what = re.sub(r"\s*\(at [^)]*\)", "", str(error))
        raise InputError([Problem(shown, line, column, f"not TOML: {what[:1].lower()}{what[1:]}")]) from error
    return _validate(data, text, folder, shown)


def _validate(data: dict[str, Any], text: str, folder: Path, shown: str) -> DeskConfig:
    positions = _positions(text)
    try:
        if isinstance(data.get("source"), list):
            data["source"] = tuple(data["source"])
        config = DeskConfig.model_validate({**data, "folder": folder, "shown_as": shown})
    except ValidationError as error:
        raise InputError(_problem(item, positions, shown) for item in error.errors()) from error
    seen: dict[str, int] = {}
    problems = []
    for index, source in enumerate(config.source):
        if source.id in seen:
            line, column = positions.get(("source", index, "id"), (1, 1))
            problems.append(Problem(shown, line, column, f'two sources have the id "{source.id}"', "ids are unique"))
        seen[source.id] = index
    if problems:
        raise InputError(problems)
    return config


_KNOWN_KEYS: Mapping[tuple[str, ...], tuple[str, ...]] = {
    (): ("desk", "asset", "source", "instrument"),
    ("desk",): tuple(DeskSection.model_fields),
    ("asset",): tuple(AssetConfig.model_fields),
    ("source",): tuple(SourceConfig.model_fields),
}


def _problem(item: Any, positions: Mapping[tuple[str | int, ...], tuple[int, int]], shown: str) -> Problem:
    """One pydantic error as a located problem with a hint."""
    path = tuple(part for part in item["loc"] if part != "[key]")
    place = path
    while place and place not in positions:
        place = place[:-1]
    line, column = positions.get(place, (1, 1))
    name = ".".join(str(part) for part in path if isinstance(part, str))
    if item["type"] == "extra_forbidden":
        parent = tuple(part for part in path[:-1] if isinstance(part, str))
        return Problem(
            shown, line, column, f'unknown key "{path[-1]}"', did_you_mean(str(path[-1]), _KNOWN_KEYS.get(parent, ()))
        )
    if item["type"] == "missing":
        return Problem(shown, line, column, f'missing key "{path[-1]}"', f"add {name} = …")
    message = str(item["msg"]).removeprefix("Value error, ")
    given = item.get("input")
    if item["type"] == "literal_error" and isinstance(given, str):
        allowed = [word.strip("' ") for word in re.split(r",| or ", item["ctx"]["expected"])]
        hint = did_you_mean(given, allowed) or f"one of {', '.join(allowed)}"
        return Problem(shown, line, column, f'{name}: unknown value "{given}"', hint)
    shown_value = f' "{given}"' if isinstance(given, (str, int, float)) else ""
    return Problem(shown, line, column, f"{name}: wrong value{shown_value}", message[:1].lower() + message[1:])


_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\-]+)\s*\]\]?")
_KEY = re.compile(r"^(\s*)([A-Za-z0-9_\-]+|\"[^\"]+\")((?:\.[A-Za-z0-9_\-]+)*)\s*=")


def _positions(text: str) -> dict[tuple[str | int, ...], tuple[int, int]]:
    """Where each table header and key of a TOML text stands: path → (line, column), both from 1."""
    found: dict[tuple[str | int, ...], tuple[int, int]] = {}
    counts: dict[str, int] = {}
    prefix: tuple[str | int, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header is not None:
            name = header[2]
            prefix = tuple(name.split("."))
            if header[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
                prefix = (*prefix, counts[name])
            found.setdefault(prefix, (number, line.index("[") + 1))
            continue
        key = _KEY.match(line)
        if key is not None:
            parts = (key[2].strip('"'), *(part for part in key[3].split(".") if part))
            found.setdefault((*prefix, *parts), (number, len(key[1]) + 1))
    return found
