"""What sniff proposes for a file is accepted as it stands, with its questions answered; or sniff says why not.

The files lie beside the project and are never copied into it.
"""

from __future__ import annotations

import os
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from reporter.desk import load_desk, read_desk_config
from reporter.desk.formats.layouts import load_own_layouts
from reporter.desk.sniff.column_evidence import NO_DAY
from reporter.metrics import compute_metrics
from tests.commands import Command

_SHARED = (Path(__file__).parent / "../../../shared").resolve()
_NO_DATA = {"README.md", "FORMATS.md", "desk.toml"}
_FILES = sorted(
    path.relative_to(_SHARED).as_posix()
    for folder in ("cases", "vendor")
    for path in (_SHARED / folder).rglob("*")
    if path.is_file() and path.name not in _NO_DATA
)
_ANSWERS = {
    "cite": '"Ours"',
    "timezone": '"UTC"',
    "bar": '"1d"',
    "per": '"8h"',
    "at": '"2026-02-06T00:00Z"',
    "stamp": '"end"',
}

pytestmark = pytest.mark.skipif(not _FILES, reason="the real files do not lie beside the project")


def _tier(name: str) -> tuple[pytest.MarkDecorator, ...]:
    """The long tier for what takes seconds, a chain of options of which a sample lies beside it."""
    return (pytest.mark.long,) if name.endswith("full_data_sample.csv") else ()


def _answered(line: str) -> str:
    """A line of a proposal; a question answered with the first thing that it names."""
    asked = re.match(r'(?:# )?(\w+) = "\?"  # say it: (.*)', line)
    if asked is None:
        return line
    key, why = asked.groups()
    if key == "unit":
        return f'unit = "{re.findall(r"(usd_bn|usd_m|usd_k|usd|percent|fraction|bp)(?![a-z])", why)[0]}"'
    if key == "table":
        return f'table = "{re.findall(r"the values say ([a-z_]+)|^.?([a-z_]+).? if", why)[0][-1] or "prices"}"'
    if key == "where":
        column, value = re.findall(r'\{ "?([^"=]+?)"? = "…" \}, one of ([^,]+)', why)[0]
        return f'where = {{ "{column}" = "{value}" }}'
    if key == "instruments":
        return f'instruments = {{ spx = "{re.findall(r"KEY = .([^ ]+). ", why)[0]}" }}'
    return f"{key} = {_ANSWERS[key]}"


def _base_prices(said: str, coin: str) -> str:
    """Prices of every day that a file tells of, and of the sixty before."""
    days = re.findall(r"\d{4}-\d\d-\d\d", said.partition("[[source]]")[0]) or ["2026-01-01", "2026-02-06"]
    day, last = date.fromisoformat(min(days)) - timedelta(60), date.fromisoformat(max(days))
    rows = ["date,open,high,low,close"]
    while day <= last:
        close = (2 if coin == "XRP" else 60_000 if day.year > 2020 else 9_000) * (1 + day.toordinal() * 37 % 11 / 100)
        rows.append(f"{day},{close:.2f},{close * 1.01:.2f},{close * 0.99:.2f},{close:.2f}")
        day += timedelta(1)
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize("name", [pytest.param(name, marks=_tier(name)) for name in _FILES])
def test_a_proposal_passes_its_own_check_or_sniff_says_why_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    if name.endswith(".parquet"):
        pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    monkeypatch.chdir(tmp_path)
    # The coin of a file is that of the desk.
    coin = "XRP" if "XRP_" in name else "BTC"
    roots = os.path.relpath((_SHARED / name).parent, tmp_path.resolve())
    head = f'[desk]\nslug = "btc"\nlocales = ["en"]\nroots = ["{roots}"]\n\n[asset]\nsymbol = "{coin}"\nname = "It"\n\n'
    (tmp_path / "desk.toml").write_text(head, "utf-8")
    ran = Command(monkeypatch, capsys)("sniff", (_SHARED / name).as_posix(), "--desk", ".")
    if ran.code:
        assert re.search(r"not for a desk: .{20}", ran.out) or len(ran.err) > 20
        return
    if NO_DAY in ran.out:
        return
    block = "\n".join(map(_answered, ran.out[ran.out.index("[[source]]") :].splitlines())) + "\n"
    named = re.search(r'(?m)^table = "(\w+)"', block)
    layout = re.search(r'(?m)^format = "([\w.]+)"', block)
    table = named[1] if named else load_own_layouts()[layout[1]].table if layout else ""
    if table != "prices":
        (tmp_path / "base.csv").write_text(_base_prices(ran.out, coin), "utf-8")
        keys = 'table = "prices"\npath = "base.csv"\ntime = "date"\ntimezone = "UTC"\nbar = "1d"\nunit = "usd"\n'
        block = f'[[source]]\nid = "base"\n{keys}cite = "Base"\n\n{block}'
    (tmp_path / "desk.toml").write_text(head + block, "utf-8")
    desk = load_desk(read_desk_config(tmp_path, "desk.toml"))
    assert len(desk.tables[table])
    assert compute_metrics(desk).dates
