"""The canonical tables: their columns, units, and the values that are plausible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Factors that turn a declared unit into the canonical one.
USD_SCALES: Mapping[str, float] = {"usd": 1.0, "usd_k": 1e3, "usd_m": 1e6, "usd_bn": 1e9}
RATE_SCALES: Mapping[str, float] = {"fraction": 1.0, "percent": 0.01, "bp": 0.0001}

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class TableSpec:
    """The columns, units and bounds of a canonical table.

    Attributes:
        required: numeric columns that must be there.
        scales: unit → factor applied to the columns in `scaled`.
        scaled: columns that the declared unit is about.
        optional: numeric columns that may be there.
        text: text columns that must be there.
        dates: columns holding a date, read as seconds at 00:00 UTC.
        bounds: span per column outside of which a row is refused, in the canonical unit.
        typical: span per column in which the median size of a file's values lies; outside, the declared unit is
            wrong even where no single value is impossible.
        key: columns that, with the time, identify a row.
        bars: whether a row describes a period (True), an instant (False), or may do either (None).
        sessions: whether a row is a calendar day of a market, so that only bars of a day make sense.
        in_quote: whether its values are prices of the asset, so that their unit is the currency that it is quoted in.
        factors: of a desk's own table, the factor of each column where its source declares no unit.
    """

    required: tuple[str, ...]
    scales: Mapping[str, float]
    scaled: tuple[str, ...]
    optional: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    bounds: Mapping[str, Span] = field(default_factory=dict)
    typical: Mapping[str, Span] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    bars: bool | None = None
    sessions: bool = False
    in_quote: bool = False
    factors: Mapping[str, float] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every canonical column, required or not."""
        return (*self.required, *self.optional, *self.text, *self.dates)

    def list_units(self, currency: str) -> tuple[str, ...]:
        """The units that its values may be declared in.

        Args:
            currency: code of the currency that the asset is quoted in, or "points".
        """
        return (currency.lower(),) if self.in_quote else tuple(self.scales)

    def find_factor(self, unit: str, column: str) -> float:
        """The factor that turns a column in a declared unit into the canonical one.

        Args:
            unit: what its source declares; empty where the table's own declaration says each column's.
            column: one of those in `scaled`.
        """
        if not unit:
            return self.factors[column]
        return 1.0 if self.in_quote else self.scales[unit]


_POSITIVE = (1e-12, 1e15)
_PRICES = ("open", "high", "low", "close")
_LEVELS = ("close", "high", "low")

TABLES: Mapping[str, TableSpec] = {
    "prices": TableSpec(
        required=_PRICES,
        optional=("volume",),
        scales={"usd": 1.0},
        in_quote=True,
        scaled=_PRICES,
        bounds=dict.fromkeys(_PRICES, _POSITIVE),
        bars=True,
    ),
    "open_interest": TableSpec(
        required=("open_interest",),
        scales=USD_SCALES,
        scaled=("open_interest",),
        bounds={"open_interest": (1.0, 2e12)},
        typical={"open_interest": (1e6, 2e12)},
    ),
    "funding": TableSpec(
        required=("rate",),
        scales=RATE_SCALES,
        scaled=("rate",),
        # Exchanges cap a settlement at 0.75 % to 3 %; a day's sum beyond 5 % is a unit mistake.
        bounds={"rate": (-0.05, 0.05)},
        # For eight hours. Binance's middle settlement since 2020 is 0.008 %; nineteen of twenty are below 0.05 %.
        typical={"rate": (3e-6, 0.002)},
        bars=True,
    ),
    "liquidations": TableSpec(
        required=("long", "short"),
        scales=USD_SCALES,
        scaled=("long", "short"),
        bounds={"long": (0.0, 1e12), "short": (0.0, 1e12)},
        # In five years the middle day had 1.6e7 a side, the greatest 3e9.
        typical={"long": (1e3, 1e10), "short": (1e3, 1e10)},
        bars=True,
    ),
    "options": TableSpec(
        required=("strike",),
        optional=("open_interest", "mark_iv", "delta"),
        text=("type",),
        dates=("expiry",),
        scales={"percent": 1.0, "fraction": 100.0},
        scaled=("mark_iv",),
        bounds={"strike": _POSITIVE, "open_interest": (0.0, 1e9), "mark_iv": (0.0, 1000.0), "delta": (-1.0, 1.0)},
        typical={"mark_iv": (3.0, 600.0)},
        key=("expiry", "strike", "type"),
    ),
    "volatility_index": TableSpec(
        required=("close",),
        optional=("high", "low"),
        scales={"vol_points": 1.0},
        scaled=_LEVELS,
        bounds=dict.fromkeys(_LEVELS, (1.0, 500.0)),
    ),
    "cross_asset": TableSpec(
        required=("close",),
        optional=("high", "low"),
        text=("instrument",),
        scales={"level": 1.0},
        scaled=_LEVELS,
        # Oil futures and bond yields have been below zero.
        bounds=dict.fromkeys(_LEVELS, (-100.0, 1e7)),
        key=("instrument",),
        bars=True,
        sessions=True,
    ),
    "fund_flows": TableSpec(
        required=("flow",),
        scales=USD_SCALES,
        scaled=("flow",),
        bounds={"flow": (-1e11, 1e11)},
        # All US bitcoin funds together: 2e8 on the middle day, 1.4e9 on the greatest.
        typical={"flow": (1e5, 3e9)},
        bars=True,
        sessions=True,
    ),
    "miners": TableSpec(
        required=("hashprice",),
        optional=("difficulty_change",),
        dates=("difficulty_date",),
        scales={"fraction": 1.0, "percent": 0.01},
        scaled=("difficulty_change",),
        # The protocol allows a factor of four either way; a doubling within two weeks is not believed.
        bounds={"hashprice": (0.1, 10_000.0), "difficulty_change": (-0.75, 1.0)},
        typical={"difficulty_change": (0.0005, 0.3)},
    ),
    "cost_basis": TableSpec(
        required=("low", "high"),
        scales={"usd": 1.0},
        in_quote=True,
        scaled=("low", "high"),
        bounds={"low": _POSITIVE, "high": _POSITIVE},
    ),
    "realised_price": TableSpec(
        required=("realised_price",),
        scales={"usd": 1.0},
        in_quote=True,
        scaled=("realised_price",),
        bounds={"realised_price": _POSITIVE},
    ),
    "sentiment": TableSpec(
        required=("score",),
        scales={"score": 1.0},
        scaled=("score",),
        bounds={"score": (0.0, 100.0)},
        typical={"score": (1.5, 100.0)},
    ),
    "events": TableSpec(
        required=(), text=("id", "topic", "grade"), scales={"text": 1.0}, scaled=(), key=("id",), bars=False
    ),
}

#: Optional date columns: present in the file or absent as a whole.
OPTIONAL_DATES = frozenset({"difficulty_date"})
#: Events may also carry these, each with a locale after it (`text_en`), or as they stand.
EVENT_COLUMNS = ("text", "cite", "speaker", "link", "due")
EVENT_TOPICS = ("policy", "trigger", "forced_selling", "corroboration", "quote", "calendar")
EVENT_GRADES = ("coincident", "correlated", "corroborated", "attributed")
