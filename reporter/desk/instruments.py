"""Cross-asset instruments that the program knows by key; their names stand in locales/terms.csv."""

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
