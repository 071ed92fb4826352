"""Every figure of the list of real days that a metric gives, at the precision printed there.

The list and the series lie beside the project and are never copied into it; nothing here repeats a figure of theirs.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from reporter.desk import cut_desk
from reporter.metrics.option_chains import atm_volatility, risk_reversal, split_snapshots
from reporter.model.metric import MetricSet, Observation
from tests.briefs import REAL, measured, rows_of

_HERE = Path(__file__).parent
_LIST = _HERE / "../../../shared/market/DATES.md"
_NUMBER = r"([+-]?[\d,]+(?:\.\d+)?)"
_NOON = timedelta(days=1, hours=12)

pytestmark = pytest.mark.skipif(not _LIST.is_file(), reason="the real series do not lie beside the project")

#: How the list names an instrument → its key.
_INSTRUMENTS = {
    "S&P 500": "spx",
    "Nasdaq-100": "ndx",
    "gold GC=F": "gold",
    "DXY": "dxy",
    "VIX": "vix",
    "WTI": "wti",
    "DIA": "dia",
    "SMH semis ETF": "smh",
    "SLV": "slv",
    "GLD": "gld",
    "SPY": "spy",
    "QQQ": "qqq",
}


@dataclass(frozen=True)
class Figure:
    """A printed figure: the metric that should give it, and the text it is printed as.

    Attributes:
        day: the brief's date.
        metric: metric id.
        printed: the number as printed, without separators.
        scale: by what the metric is divided to be printed so.
        late: whether the metric is read at noon of the next day, because the figure is not known at the cut.
    """

    day: date
    metric: str
    printed: str
    scale: float = 1.0
    late: bool = False

    def __str__(self) -> str:
        return f"{self.day}-{self.metric}"


def _entries() -> dict[date, str]:
    if not _LIST.is_file():
        return {}
    parts = re.split(r"^## (\d{4}-\d{2}-\d{2})", _LIST.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return {date.fromisoformat(day): text for day, text in zip(parts[::2], parts[1::2], strict=True)}


_ENTRIES = _entries()

#: Metrics of a sentence of the list, in the order of its numbers; and what each is divided by.
_SENTENCES: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = (
    (
        rf"open {_NUMBER}, high {_NUMBER}, low {_NUMBER}, close {_NUMBER};",
        (("price.open", 1), ("price.high", 1), ("price.low", 1), ("price.close", 1)),
    ),
    (rf"1d return {_NUMBER}% \(prev close {_NUMBER}\)", (("price.return_1d", 0.01), ("price.prev_close", 1))),
    (rf"range \(high/low-1\) {_NUMBER}%", (("price.range", 0.01),)),
    (rf"rebound close vs low {_NUMBER}%", (("price.rebound_from_low", 0.01),)),
    (rf"fall high->low {_NUMBER}%", (("price.fall_from_high", 0.01),)),
    (
        rf"drawdown of close from 31-day high {_NUMBER}% \(high {_NUMBER} on",
        (("price.drawdown_30d", 0.01), ("price.high_30d", 1)),
    ),
    (rf"vs highest daily close to date {_NUMBER}%", (("price.drawdown_record", 0.01),)),
    (rf"DVOL close {_NUMBER} \(prev {_NUMBER}\)", (("derivatives.dvol", 1), ("derivatives.dvol_prev", 1))),
    (rf"DVOL hourly high {_NUMBER}, low {_NUMBER}", (("derivatives.dvol_high", 1), ("derivatives.dvol_low", 1))),
    (rf"3 settlements {_NUMBER}%", (("derivatives.funding_1d", 0.01),)),
    (rf"Fear&Greed {_NUMBER}", (("sentiment.score", 1),)),
    (rf"realised price {_NUMBER}", (("onchain.realised_price", 1),)),
    (
        rf"OI \(day close\) \${_NUMBER}bn \({_NUMBER}%\)",
        (("derivatives.open_interest", 1e9), ("derivatives.open_interest_change_1d", 0.01)),
    ),
    # Here the list counts from the day's own first bar, the metric from the last reading of the day before.
    (rf"OI 4h: open \S+ -> close \${_NUMBER}bn", (("derivatives.open_interest", 1e9),)),
    (
        rf"liquidations(?: \(.*?\))? long \${_NUMBER}M / short \${_NUMBER}M",
        (("derivatives.liquidations_long", 1e6), ("derivatives.liquidations_short", 1e6)),
    ),
)


#: Open interest of 8 November 2022 repeats the day before to the last digit, though the price fell by a tenth: one of
#: the two is stale, and no change from or to it is one.
_VOID = {(date(2022, 11, 9), "derivatives.open_interest_change_1d")}


def _figures() -> Iterator[Figure]:
    for day, text in _ENTRIES.items():
        for form, metrics in _SENTENCES:
            found = re.search(form, text)
            if found is not None:
                for (metric, scale), printed in zip(metrics, found.groups(), strict=True):
                    if (day, metric) in _VOID:
                        continue
                    yield Figure(day, metric, printed.replace(",", ""), scale)
        yield from _flows(day, text)
        yield from _macro(day, text)


def _flows(day: date, text: str) -> Iterator[Figure]:
    found = re.search(rf"net flow {_NUMBER} \$M \(month to date {_NUMBER}\)", text)
    if found is not None:
        for metric, printed in zip(("etf.net_flow_1d", "etf.net_flow_mtd"), found.groups(), strict=True):
            yield Figure(day, metric, printed.replace(",", ""), 1e6, late=True)


def _macro(day: date, text: str) -> Iterator[Figure]:
    line = re.search(r"^- Macro: (.*)$", text, flags=re.MULTILINE)
    for item in line[1].split("; ") if line is not None else ():
        found = re.fullmatch(rf"(.+?) {_NUMBER}%(?: \(close {_NUMBER}\))?", item)
        if found is not None:
            key = _INSTRUMENTS[found[1]]
            yield Figure(day, f"macro.{key}.return_1d", found[2], 0.01)
            if found[3] is not None:
                yield Figure(day, f"macro.{key}.close", found[3].replace(",", ""))


_FIGURES = tuple(_figures())
#: A crash, a day whose bars are incomplete, a Saturday; the long tier takes every other too.
_SHORT = frozenset({date(2024, 8, 5), date(2025, 11, 14), date(2026, 1, 10)})


def _tiers(days: Iterable[date]) -> list[ParameterSet]:
    return [pytest.param(day, marks=() if day in _SHORT else pytest.mark.long) for day in days]


#: Figures that are rightly missing, and why.
_MISSING = {
    # Five of the day's six bars are there: their sum is no day's total.
    (date(2025, 11, 14), "derivatives.liquidations_long"): "the day's bars are incomplete",
    (date(2025, 11, 14), "derivatives.liquidations_short"): "the day's bars are incomplete",
}


def _measured(day: date, late: bool = False) -> MetricSet:
    """Metrics of a day's own brief, or of one made at noon of the next day."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return measured(REAL, day, midnight + _NOON if late else None)


def _seen(day: date, metric: str, late: bool = False) -> Observation:
    known = _measured(day, late)
    return known.series[metric].observation_at(known.today_index)


def _rounded(value: float, printed: str) -> str:
    places = len(printed.partition(".")[2])
    sign = "+" if printed.startswith("+") else ""
    return f"{value:{sign}.{places}f}"


def test_the_list_is_read_whole() -> None:
    assert len(_ENTRIES) == 15
    assert {figure.day for figure in _FIGURES} == set(_ENTRIES)
    # Twelve figures of each day's price, and no sentence of the list that is read for no day at all.
    for metric in ("price.open", "price.drawdown_record", "price.high_30d", "derivatives.funding_1d"):
        assert sum(figure.metric == metric for figure in _FIGURES) == 15
    for _, metrics in _SENTENCES:
        assert {metric for metric, _ in metrics} <= {figure.metric for figure in _FIGURES}


@pytest.mark.parametrize(
    "figure",
    [pytest.param(one, marks=() if one.day in _SHORT else pytest.mark.long) for one in _FIGURES],
    ids=str,
)
def test_a_printed_figure_is_what_its_metric_says(figure: Figure) -> None:
    if figure.metric in ("price.high_30d", "price.drawdown_30d") and _is_high_of_bar_31(figure.day):
        pytest.skip("the list's high is of 31 bars, and the metric's of thirty")
    seen = _seen(figure.day, figure.metric, figure.late)
    why = _MISSING.get((figure.day, figure.metric))
    if why is not None:
        assert (seen.value, seen.missing) == (None, why)
        return
    assert seen.value is not None, seen.missing
    assert _rounded(seen.value / figure.scale, figure.printed) == figure.printed


def _is_high_of_bar_31(day: date) -> bool:
    printed = re.search(r"31-day high \S+ \(high \S+ on (\S+)\)", _ENTRIES[day])
    return printed is not None and (day - date.fromisoformat(printed[1])).days == 30


@pytest.mark.parametrize("day", _tiers(_ENTRIES), ids=str)
def test_the_high_of_the_month_is_dated(day: date) -> None:
    if _is_high_of_bar_31(day):
        pytest.skip("the list's high is of 31 bars, and the metric's of thirty")
    printed = re.search(r"31-day high \S+ \(high \S+ on (\S+)\)", _ENTRIES[day])
    assert printed is not None
    seen = _seen(day, "price.high_30d_date").value
    assert seen is not None
    assert datetime.fromtimestamp(seen, UTC).date().isoformat() == printed[1]


@pytest.mark.parametrize(
    "day", _tiers(day for day, text in _ENTRIES.items() if "hourly bars available" in text), ids=str
)
def test_the_hours_of_low_and_high_come_from_a_source_that_has_all_bars(day: date) -> None:
    printed = re.search(r"available: (\d+) of 24; hourly low \S+ at (\S+) UTC, high \S+ at (\S+) UTC", _ENTRIES[day])
    assert printed is not None
    source = "yahoo_hourly" if printed[1] == "24" else "coindesk_hourly"
    for metric, hour in (("price.hour_of_low", printed[2]), ("price.hour_of_high", printed[3])):
        seen = _seen(day, metric)
        assert seen.value is not None
        assert datetime.fromtimestamp(seen.value, UTC).strftime("%Y-%m-%d %H:%M") == f"{day} {hour}"
        assert seen.source == source


@pytest.mark.parametrize("day", [day for day, text in _ENTRIES.items() if "markets closed" in text], ids=str)
def test_closed_markets_are_told_as_closed(day: date) -> None:
    for key in ("spx", "ndx", "gold", "dxy", "vix", "dia", "slv"):
        assert _seen(day, f"macro.{key}.return_1d").missing == "market closed"


@pytest.mark.parametrize("day", _tiers(day for day, text in _ENTRIES.items() if "net flow" in text), ids=str)
def test_at_the_cut_the_newest_known_flow_is_that_of_the_session_before(day: date) -> None:
    with (_HERE / "../../../shared/market/etf_flows_usd_m.csv").open(encoding="utf-8") as stream:
        flows = {
            date.fromisoformat(row["date"]): float(row["flow_usd_m"])
            for row in csv.DictReader(stream)
            if (row["asset"], row["ticker"]) == ("BTC", "TOTAL") and row["flow_usd_m"]
        }
    before = max(published for published in flows if published < day)
    seen, dated = _seen(day, "etf.net_flow_1d"), _seen(day, "etf.flow_date")
    assert seen.value is not None and dated.value is not None
    assert seen.value == pytest.approx(flows[before] * 1e6, rel=1e-12)
    assert datetime.fromtimestamp(dated.value, UTC).date() == before


@pytest.mark.parametrize("fund", ["spy", "qqq", "gld"])
def test_a_fund_is_silent_where_its_index_speaks(fund: str) -> None:
    assert _seen(date(2026, 2, 6), f"macro.{fund}.return_1d").missing == "told by the index it tracks"
    assert _seen(date(2020, 3, 12), f"macro.{fund}.return_1d").value is not None


def test_the_chain_says_what_the_note_on_the_expiry_day_says() -> None:
    day = date(2026, 1, 23)
    desk = cut_desk(rows_of(REAL), day)
    found = split_snapshots(desk.tables["options"][0])
    at_eight = found[int(datetime(2026, 1, 23, 8, tzinfo=UTC).timestamp())]
    printed = re.findall(
        r"(\d\d[A-Z]{3}\d\d)(?: ATM IV)? ([\d.]+)(?:, 25-delta RR \(call-put\) |/)(-[\d.]+)", _ENTRIES[day]
    )
    assert len(printed) == 4
    for name, atm, reversal in printed:
        chain = at_eight.select_options(at_eight.expiry == _expiry(name))
        assert _rounded(atm_volatility(chain), atm) == atm
        assert _rounded(risk_reversal(chain), reversal) == reversal
    assert not (at_eight.expiry == _expiry("23JAN26")).any()


def test_the_kink_of_the_weekend_does_not_bend_the_term_structure() -> None:
    day = date(2026, 1, 23)
    front, back = _seen(day, "options.atm_front").value, _seen(day, "options.atm_back").value
    slope = _seen(day, "options.term_slope").value
    assert front is not None and back is not None and slope is not None
    assert 30 < front < back
    assert slope == pytest.approx(back - front)
    # The expiry nearest thirty days is the one of 27 February.
    assert _seen(day, "options.risk_reversal_expiry").value == _expiry("27FEB26")


def _expiry(name: str) -> float:
    return datetime.strptime(name.title(), "%d%b%y").replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "day", [day if at < 4 else pytest.param(day, marks=pytest.mark.long) for at, day in enumerate(_ENTRIES)], ids=str
)
def test_a_later_brief_replays_a_day_as_its_own_brief_saw_it(day: date) -> None:
    own, later = _measured(day), _measured(max(_ENTRIES))
    index = later.dates.index(day)
    differing = [
        key
        for key, series in own.series.items()
        if series.observation_at(own.today_index) != later.series[key].observation_at(index)
    ]
    assert differing == []
