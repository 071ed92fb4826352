"""The real clients against a server on this machine: what is written, what is refused, and what is asked again."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ccxt", reason="the extra market-reporter[feeds] is not installed")
pytest.importorskip("tenacity", reason="the extra market-reporter[feeds] is not installed")

from typer.testing import CliRunner

from reporter.cli.app import app
from reporter.desk import load_desk, read_desk_config
from reporter.diagnostics.errors import LockedError
from reporter.feeds.clock import Clock
from reporter.feeds.http_session import RequestLimits
from reporter.feeds.run import FetchResult, plan_fetch, run_fetch
from reporter.pipeline.publish import lock_brief_folder
from tests.desk.build import seconds, source, write_desk
from tests.feeds.server import DAY, HOUR, Fault, World, close_at, serving

NOW = seconds("2026-02-06T10:25:00")
FEEDS: Mapping[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "hours": ("prices", {"bar": "1h"}, {"kind": "ccxt", "exchange": "binance", "symbol": "BTC/USDT", "data": "ohlcv"}),
    "funding": (
        "funding",
        {"bar": "8h", "stamp": "end"},
        {"kind": "ccxt", "exchange": "binance", "symbol": "BTC/USDT:USDT", "data": "funding"},
    ),
    "interest": (
        "open_interest",
        {"bar": "0"},
        {"kind": "ccxt", "exchange": "binance", "symbol": "BTC/USDT:USDT", "data": "open_interest", "every": "1h"},
    ),
    "dvol": ("volatility_index", {"bar": "1h"}, {"kind": "deribit", "symbol": "BTC", "data": "dvol"}),
    "chain": ("options", {"bar": "0"}, {"kind": "deribit", "symbol": "BTC", "data": "chain"}),
}
QUICK = RequestLimits(apart=0.0)
DRIFT = "the answer has another form, and nothing was written"


class Desk:
    """A desk, a world, and a clock that nobody waits for."""

    def __init__(self, folder: Path, world: World, base: str) -> None:
        self.folder, self.world, self.base = folder, world, base
        self.waits: list[float] = []
        self.declare("hours")

    def declare(self, *names: str, **more: str) -> None:
        """Let the desk have these feeds."""
        sources, feeds = [], []
        for name in names:
            table, keys, feed = FEEDS[name]
            path = f"feeds/{name}.csv"
            sources.append(source(name, table, **{"time": "time", "known": "known", "path": path, **keys}))
            told = {"source": name, **feed, "base": self.base, "since": "2026-02-01", **more}
            feeds.append("[[feed]]\n" + "".join(f'{key} = "{value}"\n' for key, value in told.items()))
        write_desk(self.folder, source("prices"), *sources, *feeds)

    def fetch(self, since: date | None = None, limits: RequestLimits = QUICK) -> list[FetchResult]:
        """Fetch; waiting costs no time."""
        clock = Clock(lambda: self.world.now / 1000, self.waits.append)
        config = read_desk_config(self.folder, "desk.toml")
        return list(run_fetch(plan_fetch(config, since), clock, limits))

    def fault(self, limits: RequestLimits = QUICK) -> str:
        """What is said of the one feed that fails."""
        (found,) = self.fetch(limits=limits)
        return str(found.fault or "").replace(self.base, "BASE")

    def file(self, name: str = "hours") -> Path:
        return self.folder / "feeds" / f"{name}.csv"

    def rows(self, name: str = "hours") -> list[dict[str, str]]:
        """The rows of a feed's file."""
        with self.file(name).open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    world = World(now=NOW * 1000)
    with serving(world) as base:
        yield Desk(tmp_path, world, base)


# --- what is written -------------------------------------------------------------------------------------


def test_closed_bars_are_written_and_the_open_one_is_not(desk: Desk) -> None:
    (result,) = desk.fetch()
    rows = desk.rows()
    assert (result.fault, result.added, result.newest) == (None, 5 * 24 + 10, "2026-02-06T09:00:00Z")
    assert (rows[0]["time"], rows[-1]["time"]) == ("2026-02-01T00:00:00Z", "2026-02-06T09:00:00Z")
    prices = {"open": "60000", "high": "70000", "low": "50000", "close": "60044", "volume": "12.5"}
    assert rows[0] == {"time": "2026-02-01T00:00:00Z", **prices, "known": ""}


def test_a_desk_is_built_from_what_was_fetched(desk: Desk) -> None:
    desk.declare(*FEEDS)
    assert [item.fault for item in desk.fetch()] == [None] * 5
    loaded = load_desk(read_desk_config(desk.folder), date(2026, 2, 5))
    tables = {name: held[-1].frame for name, held in loaded.tables.items()}
    assert len(tables["prices"]) == 5 * 24
    # The first is the settlement of midnight, for the eight hours before.
    assert tables["funding"]["rate"].tolist() == [0.0001] * 16
    assert int(tables["funding"]["end"].iloc[-1]) == seconds("2026-02-06")
    assert tables["open_interest"]["open_interest"].iloc[-1] == 6_030_000_000.5
    assert tables["volatility_index"]["close"].iloc[0] == 50.0 + (seconds("2026-02-01") * 1000 // HOUR) % 7
    assert len(tables["options"]) == 0


def test_a_chain_is_a_snapshot_of_its_own_moment(desk: Desk) -> None:
    desk.declare("chain")
    desk.fetch()
    desk.world.now += HOUR
    desk.fetch()
    rows = desk.rows("chain")
    named = {"time": "2026-02-06T10:24:57Z", "expiry": "2026-02-06", "strike": "60000", "type": "put"}
    assert len(rows) == 6
    assert rows[0] == {**named, "open_interest": "122.5", "mark_iv": "", "known": ""}
    assert rows[3]["time"] == "2026-02-06T11:24:57Z"


def test_a_later_run_goes_on_after_the_last_row(desk: Desk) -> None:
    desk.fetch()
    before = desk.file().read_bytes()
    desk.world.asked.clear()
    desk.world.now += 2 * HOUR
    (result,) = desk.fetch()
    starts = [part for path in desk.world.asked for part in path.split("&") if "startTime" in part]
    assert starts[0] == f"startTime={seconds('2026-02-06T09:00:00') * 1000}"
    assert (result.added, result.restated) == (2, 0)
    assert desk.file().read_bytes().startswith(before)


def test_a_run_that_brings_nothing_leaves_the_file_alone(desk: Desk) -> None:
    desk.fetch()
    before = desk.file().stat().st_mtime_ns
    (result,) = desk.fetch()
    assert (result.added, desk.file().stat().st_mtime_ns) == (0, before)
    assert [item.name for item in desk.file().parent.iterdir()] == ["hours.csv"]


def test_many_pages_and_spans_without_bars(desk: Desk) -> None:
    desk.declare("hours", since="2025-06-01")
    desk.world.begins = seconds("2025-09-15") * 1000
    (result,) = desk.fetch()
    hours = [seconds(row["time"].removesuffix("Z")) for row in desk.rows()]
    assert result.fault is None
    assert hours[0] == seconds("2025-09-15")
    assert {after - before for before, after in pairwise(hours)} == {3600}


def test_all_parts_of_a_page_that_the_server_gives_in_parts(desk: Desk) -> None:
    desk.declare("dvol", since="2025-12-01")
    (result,) = desk.fetch()
    assert result.added == (NOW - seconds("2025-12-01")) // 3600
    assert len({row["time"] for row in desk.rows("dvol")}) == result.added


def test_a_restated_bar_is_kept_beside_the_first_and_counts_from_then_on(desk: Desk) -> None:
    desk.fetch()
    start = seconds("2026-02-05T23:00:00")
    desk.world.restated[start * 1000] = 61_234.5
    (result,) = desk.fetch(since=date(2026, 2, 5))
    versions = [(row["close"], row["known"]) for row in desk.rows() if row["time"] == "2026-02-05T23:00:00Z"]
    assert (result.added, result.restated) == (0, 1)
    assert versions == [(f"{close_at(start * 1000):.0f}", ""), ("61234.5", "2026-02-06T10:25:00Z")]

    def close(as_of: str) -> float:
        instant = datetime.fromisoformat(as_of).replace(tzinfo=UTC)
        frame = load_desk(read_desk_config(desk.folder), date(2026, 2, 5), instant).tables["prices"][-1].frame
        return float(frame["close"][frame["start"] == start].iloc[0])

    assert close("2026-02-06T09:00:00") == close_at(start * 1000)
    assert close("2026-02-06T10:25:00") == 61_234.5


# --- what is asked again -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "waits"),
    [
        (Fault(429, {"Retry-After": "7"}), [7.0]),
        (Fault(429, {"Retry-After": "Fri, 06 Feb 2026 10:25:30 GMT"}), [30.0]),
        (Fault(429), [1.0]),
        (Fault(500, body=b"oops"), [1.0]),
        (Fault(503, body=b"<html>maintenance</html>"), [1.0]),
        (Fault(body=b'[[1770000000000,"60000.0"'), [1.0]),
        (Fault(body=b"[[177", length=5_000), [1.0]),
        (Fault(headers={"Content-Encoding": "gzip"}, body=b"not packed"), [1.0]),
    ],
    ids=["429", "429 with a date", "429 alone", "500", "503", "cut JSON", "cut off", "unpackable"],
)
def test_asked_again(desk: Desk, fault: Fault, waits: list[float]) -> None:
    fault.path = "klines"
    desk.world.faults.append(fault)
    (result,) = desk.fetch()
    assert (result.fault, result.added) == (None, 130)
    assert desk.waits == waits


def test_a_slow_drip_is_cut_off_and_asked_again(desk: Desk) -> None:
    desk.world.faults.append(Fault(path="klines", body=b"[" + b" " * 10_000, drip=0.02))
    (result,) = desk.fetch(limits=RequestLimits(seconds=0.5, apart=0.0))
    assert (result.fault, result.added) == (None, 130)


def test_a_server_that_is_never_well_is_given_up(desk: Desk) -> None:
    desk.world.faults += [Fault(500, path="exchangeInfo") for _ in range(9)]
    assert desk.fault() == "BASE/api/v3/exchangeInfo: answers 500; gave up after 5 attempts"
    assert desk.waits == [1.0, 2.0, 4.0, 8.0]
    assert not desk.file().exists()


def test_a_server_that_asks_for_an_hour_is_left_alone(desk: Desk) -> None:
    desk.world.faults.append(Fault(429, {"Retry-After": "3600"}, path="exchangeInfo"))
    assert desk.fault() == "BASE/api/v3/exchangeInfo: answers 429 and asks to wait 3600 seconds"


def test_pages_before_a_broken_line_are_kept_and_the_next_run_goes_on(desk: Desk) -> None:
    desk.declare("hours", since="2025-12-01")
    desk.world.broken = 2
    assert desk.fault() == "BASE/api/v3/klines: answers 500; gave up after 5 attempts"
    some = len(desk.rows())
    desk.world.broken = 0
    (result,) = desk.fetch()
    assert 0 < some < some + result.added == (NOW - seconds("2025-12-01")) // 3600


def test_questions_keep_apart(desk: Desk) -> None:
    desk.fetch(limits=RequestLimits(apart=0.5))
    assert desk.waits == [0.5] * (len(desk.world.asked) - 1)


# --- what is refused -----------------------------------------------------------------------------------------


def test_a_redirect_elsewhere_is_not_followed(desk: Desk) -> None:
    desk.world.faults.append(Fault(302, {"Location": "http://127.0.0.1:9/steal"}, path="exchangeInfo"))
    assert desk.fault() == "BASE/api/v3/exchangeInfo: answers 302, a redirect to 127.0.0.1:9; refused"
    assert len(desk.world.asked) == 1


@pytest.mark.parametrize("packed", [False, True])
def test_a_huge_answer_is_refused(desk: Desk, packed: bool) -> None:
    body = b"[" + b" " * 3_000_000 + b"]"
    headers = {"Content-Encoding": "gzip"} if packed else {}
    desk.world.faults.append(Fault(headers=headers, body=gzip.compress(body) if packed else body, path="klines"))
    said = desk.fault(RequestLimits(megabytes=1, apart=0.0))
    assert said == "BASE/api/v3/klines: the answer is larger than 1 MB; refused"


def _rows(part: str, **fields: Any) -> Callable[[str, Any], Any]:
    """Answers of some addresses, with fields of each row changed."""
    return lambda path, answer: [{**row, **fields} for row in answer] if part in path else answer


def _without(field: str) -> Callable[[str, Any], Any]:
    def change(path: str, answer: Any) -> Any:
        for row in answer["result"] if isinstance(answer["result"], list) else [answer["result"]]:
            row.pop(field, None)
        return answer

    return change


def _no_close(path: str, answer: Any) -> Any:
    return [[*row[:4], None, *row[5:]] for row in answer] if "klines" in path else answer


def _renamed(path: str, answer: Any) -> Any:
    return json.loads(json.dumps(answer).replace("BTC-6FEB26-60000-P", "BTC/6FEB26"))


def _refusal(path: str, answer: Any) -> Any:
    return {"jsonrpc": "2.0", "error": {"code": -32602, "message": "Invalid params"}}


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("hours", _no_close, f'binance BTC/USDT 1h, row 1: field "close": "null" is no number; {DRIFT}'),
        (
            "funding",
            _rows("fundingRate", fundingRate=None),
            f'binance BTC/USDT:USDT funding, row 1: field "fundingRate": "null" is no number; {DRIFT}',
        ),
        (
            "interest",
            _rows("openInterest", sumOpenInterestValue=None),
            'binance BTC/USDT:USDT open interest, row 1: field "openInterestValue": '
            f"null beside openInterestAmount 100.5: no value in dollars; {DRIFT}",
        ),
        ("dvol", _without("data"), f'deribit get_volatility_index_data BTC: field "data": is missing; {DRIFT}'),
        (
            "chain",
            _without("open_interest"),
            f'deribit get_book_summary_by_currency BTC, row 1: field "open_interest": is missing; {DRIFT}',
        ),
        (
            "chain",
            _renamed,
            'deribit get_book_summary_by_currency BTC, row 3: field "instrument_name": '
            f'"BTC/6FEB26" is no option such as BTC-27MAR26-70000-C; {DRIFT}',
        ),
        ("dvol", _refusal, "deribit get_volatility_index_data BTC: the exchange says: Invalid params"),
    ],
)
def test_a_changed_form_names_the_field_and_writes_nothing(
    desk: Desk, name: str, change: Callable[[str, Any], Any], said: str
) -> None:
    desk.declare(name)
    desk.world.change = change
    assert desk.fault() == said
    assert not desk.file(name).exists()


@pytest.mark.parametrize(
    ("name", "place", "value", "said"),
    [
        ("dvol", 4, -51.5, "close -51.5 is outside of what it can be"),
        ("dvol", 0, None, 'no bar of "1h" begins then'),
        ("dvol", 2, 1.5, "high and low do not enclose open and close"),
    ],
)
def test_what_build_would_refuse_is_never_stored(
    desk: Desk, name: str, place: int, value: float | None, said: str
) -> None:
    def change(path: str, answer: Any) -> Any:
        rows = answer["result"]["data"]
        rows[1][place] = rows[1][place] + 1_349_000 if value is None else value
        return answer

    desk.declare(name)
    desk.world.change = change
    fault = desk.fault()
    assert said in fault
    assert fault.endswith("nothing was stored; ask again later, or report it to the exchange")
    assert not desk.file(name).exists()


def test_prices_that_the_asset_can_t_have_are_never_stored(desk: Desk) -> None:
    declared = desk.folder / "desk.toml"
    declared.write_text(declared.read_text("utf-8").replace("span = [0.01, 1e9]", "span = [1, 2]"), "utf-8")
    fault = desk.fault()
    assert "is no price of BTC in US dollars, which lies between 1 and 2; nothing was stored" in fault
    assert not list(desk.folder.glob("**/hours.csv"))


def test_a_form_that_changes_on_a_later_page_takes_the_earlier_ones_with_it(desk: Desk) -> None:
    desk.fetch()
    before = desk.file().read_bytes()
    late = seconds("2026-03-08") * 1000
    desk.world.now += 60 * DAY

    def change(path: str, answer: Any) -> Any:
        return [row if row[0] < late else [*row[:4], "n/a", *row[5:]] for row in answer] if "klines" in path else answer

    desk.world.change = change
    assert desk.fault().endswith(f'field "close": "null" is no number; {DRIFT}')
    assert desk.file().read_bytes() == before


def test_a_clock_that_runs_ahead_of_the_server_stores_no_open_bar(desk: Desk) -> None:
    desk.world.date = "Fri, 06 Feb 2026 08:10:00 GMT"
    desk.fetch()
    assert desk.rows()[-1]["time"] == "2026-02-06T07:00:00Z"


def test_keys_come_from_the_environment_and_are_never_shown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.declare("hours", key_env="DESK_KEY", secret_env="DESK_SECRET")
    assert desk.fault() == "the environment variable DESK_KEY is not set; nothing was asked"
    monkeypatch.setenv("DESK_KEY", "k-very-private")
    monkeypatch.setenv("DESK_SECRET", "s-very-private")
    refusal = json.dumps({"code": -2015, "msg": "Invalid API-key k-very-private or s-very-private"}).encode()
    desk.world.faults += [Fault(401, body=refusal) for _ in range(5)]
    said = desk.fault()
    assert "very-private" not in said
    assert "Invalid API-key" in said


def test_two_runs_at_once(desk: Desk) -> None:
    with lock_brief_folder(desk.folder / "feeds", "hours"), pytest.raises(LockedError, match="another run is writing"):
        desk.fetch()


# --- the command line ----------------------------------------------------------------------------------------


def _cli(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["fetch", *words])
    raised = result.exception is not None and not isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, str(result.exception) if raised else result.stderr


def test_a_dry_run_asks_nothing(desk: Desk) -> None:
    desk.declare("hours", "chain")
    assert _cli(str(desk.folder), "--dry-run") == (
        0,
        f"hours: binance BTC/USDT ohlcv, from 2026-02-01T00:00Z into {desk.folder}/feeds/hours.csv (0 rows)\n"
        f"chain: deribit BTC chain, a snapshot into {desk.folder}/feeds/chain.csv (0 rows)\n",
        "",
    )
    assert desk.world.asked == []
    assert not desk.file().parent.exists()


def test_one_feed_of_two_that_fails(desk: Desk) -> None:
    desk.declare("dvol", "chain", since="2026-02-05")
    desk.world.faults.append(Fault(302, path="volatility"))
    code, told, wrong = _cli(str(desk.folder))
    assert code == 3
    assert told.splitlines()[1].endswith("feeds/chain.csv: 3 rows added; newest 2026-02-06T10:24:57Z")
    assert wrong.startswith("dvol: ")
    assert wrong.endswith("answers 302, a redirect to itself; refused\n")


def test_only_one_source(desk: Desk) -> None:
    desk.declare("dvol", "chain")
    code, told, _ = _cli(str(desk.folder), "--only", "chain")
    assert (code, len(told.splitlines())) == (0, 1)
    _, _, wrong = _cli(str(desk.folder), "--only", "chian")
    assert wrong == 'command line: no feed fills a source "chian"; did you mean "chain"?'
