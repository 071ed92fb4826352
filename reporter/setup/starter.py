"""A folder → a new desk: desk.toml with comments, and a sample table of prices."""

from __future__ import annotations

import math
import shutil
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean
from reporter.diagnostics.errors import InputError, usage_error
from reporter.model.resources import samples_folder

_DESK = """\
# A desk: what it writes about, and which files feed it. Every key is explained in docs/desk.md, which the README names.

[desk]
slug = "btc"                          # a brief's folder is <slug>-<date>
report = "market_brief"               # the report type
locales = ["zh-Hant", "en"]
# byline = { en = "Our desk", zh-Hant = "本刊編輯部" }
# disclosure = { en = "Not investment advice.", zh-Hant = "不構成投資建議。" }

[asset]
symbol = "BTC"
name = { en = "Bitcoin", zh-Hant = "比特幣" }

# Daily prices are all that a brief needs. These are invented: put your own file here, with your own column names
# in columns = { close = "Close" } where they differ.
[[source]]
id = "prices"
table = "prices"
path = "prices.csv"
time = "date"
timezone = "UTC"
bar = "1d"
unit = "usd"
cite = { en = "Invented prices", zh-Hant = "虛構價格" }

# More tables make a fuller brief. Take off the # where you have the file.
# [[source]]
# id = "open_interest"
# table = "open_interest"
# path = "open_interest.csv"
# time = "date"
# timezone = "UTC"
# bar = "1d"
# unit = "usd"                        # or usd_m, usd_bn: always declared, never guessed
# cite = "CoinGlass"
#
# [[source]]
# id = "fund_flows"
# table = "fund_flows"
# path = "fund_flows.csv"
# time = "date"
# timezone = "America/New_York"
# bar = "1d"
# session_close = "16:00"
# lag = "8h"                          # published this long after the close: until then it is not known
# unit = "usd_m"
# cite = "Farside"

# What a brief can't do without, and how old data may be: docs/data.md, "Gates".
# [gates]
# require = ["price.close", "etf.net_flow_1d"]
# [gates.freshness]
# fund_flows = "2d"
"""

_DAYS = 120
_FIRST = date(2026, 1, 1)


def make_desk(folder: Path) -> tuple[Path, ...]:
    """Write a new desk.

    Args:
        folder: made where it is missing; must not hold a desk already.

    Returns:
        The files written.

    Raises:
        InputError: there is a desk already, or the folder can't be written.
    """
    desk, prices = folder / "desk.toml", folder / "prices.csv"
    for path in (desk, prices):
        if path.exists():
            what = f"{path.name} is here already"
            raise InputError([Diagnostic("output.occupied", Place(folder.as_posix()), what, "choose an empty folder")])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        desk.write_text(_DESK, "utf-8")
        prices.write_text(_make_prices(), "utf-8")
    except OSError as error:
        for path in (desk, prices):
            # Neither was here before, and half a desk is none.
            with suppress(OSError):
                path.unlink()
        what = f"can't be written: {error.strerror}"
        raise InputError(
            [Diagnostic("file.unwritable", Place(folder.as_posix()), what, "choose another folder, or make room")]
        ) from error
    return desk, prices


def copy_sample(folder: Path, name: str) -> tuple[Path, ...]:
    """Copy a sample desk.

    Args:
        folder: made; must not be there, or be empty.
        name: the sample's.

    Returns:
        The files written.

    Raises:
        InputError: there is no such sample, something is in the folder, or it can't be written.
    """
    known = sorted(path.parent.name for path in samples_folder().glob("*/desk.toml"))
    if name not in known:
        hint = did_you_mean(name, known) or f"samples are {', '.join(known)}"
        raise usage_error("usage.unknown-value", f'unknown sample "{name}"', hint)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        what = "something is here already"
        raise InputError([Diagnostic("output.occupied", Place(folder.as_posix()), what, "choose an empty folder")])
    try:
        shutil.copytree(samples_folder() / name, folder, dirs_exist_ok=True)
    except OSError as error:
        hint = "choose another folder, or make room"
        raise InputError([Diagnostic("file.unwritable", Place(folder.as_posix()), "can't be written", hint)]) from error
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))


def _make_prices() -> str:
    """Make four months of invented prices, the same on every machine."""
    rows = ["date,open,high,low,close"]
    before = 80_000.0
    for number in range(_DAYS):
        wave = math.sin(number / 17) * 0.006 + math.sin(number * 1.7) * 0.012 + math.sin(number * 0.61) * 0.008
        close = before * (1 + wave)
        high, low = max(before, close) * (1 + abs(wave) / 3 + 0.002), min(before, close) * (1 - abs(wave) / 4 - 0.002)
        day = _FIRST + timedelta(days=number)
        rows.append(f"{day},{before:.2f},{high:.2f},{low:.2f},{close:.2f}")
        before = round(close, 2)
    return "\n".join(rows) + "\n"
