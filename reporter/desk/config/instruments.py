"""Cross-asset instruments that the program knows by key; their names are in locales/terms.csv."""

from __future__ import annotations

from collections.abc import Mapping

#: Key → class, in the order in which a sentence lists them.
INSTRUMENTS: Mapping[str, str] = {
    "spx": "equity",
    "nasdaq": "equity",
    "ndx": "equity",
    "dow": "equity",
    "sox": "equity",
    "spy": "equity",
    "qqq": "equity",
    "dia": "equity",
    "smh": "equity",
    "gold": "metal",
    "silver": "metal",
    "gld": "metal",
    "slv": "metal",
    "dxy": "dollar",
    "uup": "dollar",
    "ust10y": "rates",
    "tlt": "bonds",
    "vix": "volatility",
    "wti": "energy",
    "eth": "crypto",
}

#: Key → span in which the middle of a file's closes lies, as the market quotes it; a hundred times today's level, or a
#: hundredth of it, is outside. Prices of funds are left out, since a fund may be split.
USUAL_LEVELS: Mapping[str, tuple[float, float]] = {
    "spx": (700.0, 50_000.0),
    "nasdaq": (1_500.0, 150_000.0),
    "ndx": (1_500.0, 150_000.0),
    "dow": (6_000.0, 400_000.0),
    "gold": (250.0, 20_000.0),
    "silver": (4.0, 300.0),
    "dxy": (50.0, 200.0),
    "ust10y": (0.1, 18.0),
    "vix": (6.0, 90.0),
    "wti": (8.0, 300.0),
}

#: A fund that tracks an index says nothing new on a day when the index itself is known.
STANDS_IN_FOR: Mapping[str, tuple[str, ...]] = {
    "spy": ("spx",),
    "qqq": ("nasdaq", "ndx"),
    "dia": ("dow",),
    "smh": ("sox",),
    "gld": ("gold",),
    "slv": ("silver",),
    "uup": ("dxy",),
    "ndx": ("nasdaq",),
}

#: Symbols and keys of share indices of other countries, in capitals, without the mark that Yahoo sets before them.
FOREIGN_INDICES = frozenset(
    {
        "TAIEX",
        "TWII",
        "TWSE",
        "TPEX",
        "HSI",
        "HSCEI",
        "HSTECH",
        "N225",
        "NIKKEI",
        "NI225",
        "NKY",
        "TOPIX",
        "TPX",
        "KOSPI",
        "KS11",
        "KOSDAQ",
        "SSE",
        "SSEC",
        "000001.SS",
        "SHCOMP",
        "CSI300",
        "399001.SZ",
        "STI",
        "SENSEX",
        "BSESN",
        "NIFTY",
        "NIFTY50",
        "NSEI",
        "ASX200",
        "AXJO",
        "FTSE",
        "FTSE100",
        "UKX",
        "DAX",
        "GDAXI",
        "CAC",
        "CAC40",
        "FCHI",
        "IBEX",
        "IBEX35",
        "SMI",
        "SSMI",
        "AEX",
        "STOXX50E",
        "SX5E",
        "STOXX600",
        "SXXP",
        "FTSEMIB",
        "TSX",
        "GSPTSE",
        "BOVESPA",
        "BVSP",
        "IBOV",
        "MXX",
        "JKSE",
        "KLSE",
    }
)
