"""Real files in vendors' layouts: each is recognised and read, or refused with its reason; sniff alone makes a desk.

They lie beside the project and are never copied into it.
"""

from __future__ import annotations

import os
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from reporter.desk import load_desk, read_desk_config
from reporter.desk.formats.layouts import load_own_layouts
from reporter.desk.sniff.suggestion import suggest_source
from reporter.desk.tables.recognition import recognise_file
from reporter.desk.tables.sources import read_sources
from reporter.diagnostics.errors import ReporterError
from reporter.metrics import compute_metrics
from reporter.model.metric import MetricSet
from tests.briefs import REAL, measured
from tests.commands import Command
from tests.desk.build import source, write_desk

_VENDOR = (Path(__file__).parent / "../../../shared/vendor").resolve()

pytestmark = pytest.mark.skipif(not _VENDOR.is_dir(), reason="the real files do not lie beside the project")

#: File → its format, how many rows a source of it has, and what a person answers.
_READ = {
    "coinalyze/funding_pct_bug.csv": ("coinalyze.funding", 90, ""),
    "coinalyze/open_interest.csv": ("coinalyze.open_interest", 400, ""),
    "coindesk/histohour.csv": ("coindesk.histo", 2366, ""),
    "coinglass_v4/api_etf_bitcoin_flow_history.parquet": ("coinglass_v4.etf_flow", 463, ""),
    "coinglass_v4/api_futures_fundingRate_oi_weight_ohlc_history_BTC.parquet": (
        "coinglass_v4.funding_history",
        1080,
        "",
    ),
    "coinglass_v4/api_futures_liquidation_aggregated_coin_history_BTC.parquet": (
        "coinglass_v4.liquidation_aggregated",
        1080,
        "",
    ),
    "coinglass_v4/api_futures_openInterest_ohlc_aggregated_history_BTC.parquet": ("coinglass_v4.oi_history", 1080, ""),
    "coinglass_v4/api_price_ohlc_history.parquet": ("coinglass_v4.price_history", 1105, ""),
    "coinmetrics/btc_community_2021.csv": ("coinmetrics.realised_price", 400, ""),
    "cryptodatadownload/Kraken_BTCUSD_d.csv": ("cryptodatadownload.bars", 2191, ""),
    "deribit_api/http_get_tradingview_chart_data.json": ("deribit.chart_data", 5, ""),
    "deribit_api/ws_ticker.json": ("deribit.ticker_perpetual", 1, ""),
    "deribit_api/ws_volatility_index.json": ("deribit.dvol_moment", 1, ""),
    "deribit_chain/full_data_sample.csv": ("deribit.chain", 24_562, ""),
    "deribit_chain/sample.csv": ("deribit.chain_moment", 1016, 'at = "2026-03-08T13:00Z"'),
    "deribit_web_export/BTC-1MAY26-export.csv": ("deribit.web_export", 58, 'at = "2026-04-30T07:00Z"'),
    "deribit_web_export/BTC-8MAY26-export.csv": ("deribit.web_export", 42, 'at = "2026-04-30T07:00Z"'),
    # Of 602 days, 410 had a session, and the last has no flow yet.
    "farside/bitcoin_etf_flows_long_daily.csv": ("farside.long", None, ""),
    "farside/bitcoin_etf_flows_wide_daily.csv": ("farside.wide", None, ""),
    "farside/bitcoin_etf_totals_daily.csv": ("farside.totals", None, ""),
    "freqtrade_ccxt/XRP_USDT_USDT-1h-futures.json.gz": ("ccxt.ohlcv", 100, 'cite = "Somebody"'),
    "okx/http_get_candlesticks_full.json": ("okx.candles", 2, ""),
    "okx/http_get_funding_rate_history.json": ("okx.funding", 2, ""),
    "okx/ws_opt_summary.json": ("okx.opt_summary", 2, ""),
    "tardis/options_chain.csv": ("tardis.options_chain", None, ""),
}
#: File → why no desk can use it.
_REFUSED = {
    "coinglass_v4/api_option_exchange_oi_history_BTC.parquet": "no table takes it: the table open_interest is that",
    "coinglass_v4/api_option_info_BTC.parquet": "no table takes it: open interest in options by exchange",
    "coinglass_v4/api_option_max_pain_BTC.parquet": "no table takes it: max pain is computed from a chain",
    "deribit_api/http_get_instrument_option.json": "no table takes it: an instrument's terms",
    "okx/http_get_candlesticks.json": "none of them is data; these bars have not closed",
}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    monkeypatch.chdir(tmp_path)
    return Command(monkeypatch, capsys)


def _needs_parquet(name: str) -> None:
    if name.endswith(".parquet"):
        pytest.importorskip("pyarrow", reason="pyarrow is not installed")


def _reads_beside(desk: Path) -> str:
    """A desk's line that lets it read what lies beside the project."""
    return f'roots = ["{os.path.relpath(_VENDOR.parent.resolve(), desk.resolve())}"]'


@pytest.mark.parametrize("name", _READ)
def test_a_file_is_read_with_what_sniff_says_of_it(run: Command, tmp_path: Path, name: str) -> None:
    _needs_parquet(name)
    layout, rows, answer = _READ[name]
    ran = run("sniff", (_VENDOR / name).as_posix(), "--desk", ".")
    assert ran.code == 0
    lines = re.sub(r'(?m)^(?:# )?\w+ = "\?".*$', answer, ran.out)
    assert f'format = "{layout}"' in lines
    table = load_own_layouts()[layout].table
    prices = [source("base", path="prices.csv")] if table != "prices" else []
    write_desk(tmp_path, *prices, lines, desk=_reads_beside(tmp_path))
    # The coin of a file is that of the desk.
    coin = name.rpartition("/")[2].partition("_")[0] if "XRP_" in name else "BTC"
    desk = tmp_path / "desk.toml"
    desk.write_text(desk.read_text("utf-8").replace('symbol = "BTC"', f'symbol = "{coin}"'), "utf-8")
    frame = read_sources(read_desk_config(tmp_path))[0][table][-1].frame
    assert rows is None or len(frame) == rows


@pytest.mark.parametrize("name", _REFUSED)
def test_a_file_of_no_use_is_refused_with_its_reason(run: Command, name: str) -> None:
    _needs_parquet(name)
    ran = run("sniff", (_VENDOR / name).as_posix())
    assert ran.code == 1
    assert _REFUSED[name] in ran.out


def test_no_file_is_left_out() -> None:
    files = {path.relative_to(_VENDOR).as_posix() for path in _VENDOR.rglob("*") if path.is_file()}
    exports = {name for name in files if name.startswith("deribit_web_export/")}
    assert files - exports - {"README.md", "FORMATS.md"} == {*_READ, *_REFUSED} - exports


def test_the_three_tables_of_flows_agree(tmp_path: Path) -> None:
    flows = []
    for kind in ("long", "wide", "totals"):
        name = {"long": "flows_long", "wide": "flows_wide", "totals": "totals"}[kind]
        path = (_VENDOR / f"farside/bitcoin_etf_{name}_daily.csv").as_posix()
        relative = Path("../" * len(tmp_path.resolve().parts[1:])) / path.lstrip("/")
        declared = f'[[source]]\nid = "f"\nformat = "farside.{kind}"\npath = "{relative.as_posix()}"\n'
        write_desk(tmp_path.resolve(), source("prices"), declared, desk=_reads_beside(tmp_path))
        frame = read_sources(read_desk_config(tmp_path.resolve()))[0]["fund_flows"][0].frame
        flows.append({int(day): round(flow / 1e6, 1) for day, flow in zip(frame["day"], frame["flow"], strict=True)})
    assert flows[0] == flows[1] == flows[2]
    # Weekends and holidays stand in the tables with zeros; so does the last day, which nobody had reported yet.
    assert len(flows[0]) < 420
    assert all(flow != 0 for day, flow in flows[0].items() if day == max(flows[0]))


def test_the_column_that_is_a_hundred_times_too_big_is_refused(run: Command, tmp_path: Path) -> None:
    bug = _VENDOR / "coinalyze/funding_pct_bug.csv"
    out = run("sniff", bug.as_posix()).out
    assert 'column "funding_rate_pct" is not to be used: it is "funding_rate" times 100 in all 90 rows' in out
    (tmp_path / "f.csv").symlink_to(bug)
    columns = {"rate": "funding_rate_pct"}
    plain = source("f", "funding", unit="percent", time="timestamp", time_format="s", columns=columns)
    write_desk(tmp_path, source("prices"), plain, desk=_reads_beside(tmp_path))
    ran = run("metrics", ".")
    assert ran.code == 2
    assert "100 times too big" in ran.err


def _measured(folder: Path, day: date) -> MetricSet:
    return compute_metrics(load_desk(read_desk_config(folder), day))


@pytest.mark.parametrize(
    "day",
    [pytest.param(day, marks=pytest.mark.long) for day in ("2024-08-05", "2025-11-14", "2026-01-23", "2026-02-06")],
)
def test_a_desk_of_sniff_s_suggestions_alone_measures_the_same(tmp_path: Path, day: str) -> None:
    declared = tomllib.loads((REAL / "desk.toml").read_text("utf-8"))
    parts = []
    for entry in declared["source"]:
        path = (REAL / entry["path"]).resolve()
        made = suggest_source(
            recognise_file(path, path.name, load_own_layouts()), path, path.relative_to("/").as_posix(), "BTC"
        )
        # Whose figures they are, no file says; nothing else may be left open.
        assert set(made.asks) <= {"cite"}
        parts.append(re.sub(r"(?m)^# cite = .*$", 'cite = "Somebody"', made.to_toml()))
    root = "../" * len(tmp_path.resolve().parts[1:])
    text = "\n".join(parts).replace('path = "', f'path = "{root}')
    write_desk(tmp_path.resolve(), text, desk=_reads_beside(tmp_path))
    known, ours = measured(REAL, date.fromisoformat(day)), _measured(tmp_path.resolve(), date.fromisoformat(day))
    for name, series in known.series.items():
        if "(" in name:
            # What rules ask for by a call is no metric of a desk by itself.
            continue
        subject, key = name.split(".")[:2]
        # Sniff takes every instrument it knows, and the desk leaves two funds of bonds and the dollar out.
        if subject != "breadth" and (subject != "macro" or key in known.instruments):
            seen, again = series.observation_at(known.today_index), ours.series[name].observation_at(ours.today_index)
            assert (seen.value, seen.as_of) == (again.value, again.as_of), name


def test_a_damaged_file_is_never_a_traceback(tmp_path: Path) -> None:
    for path in sorted(_VENDOR.rglob("*.*")):
        data = path.read_bytes()[:60_000]
        for cut in (len(data) // 3, len(data) - 1):
            half = tmp_path / path.name
            half.write_bytes(data[:cut])
            try:
                recognise_file(half, path.name, load_own_layouts())
            except ReporterError as error:
                assert str(error).startswith(path.name)
