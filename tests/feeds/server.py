"""A server on this machine that answers as Binance and Deribit document it, with figures made up by a formula.

Faults are queued: each is given once, before the right answers.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

HOUR = 3_600_000
DAY = 24 * HOUR


@dataclass
class Fault:
    """An answer that is wrong in some way.

    Attributes:
        status, headers, body: what is sent.
        path: only for addresses that hold this.
        length: what the header says of the body's length, where that is not the truth.
        drip: seconds between two bytes.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    path: str = ""
    length: int | None = None
    drip: float = 0.0


@dataclass
class World:
    """What the server plays.

    Attributes:
        now: its time, in milliseconds.
        date: its Date header; none where empty.
        faults: to be given first.
        asked: every address that was asked for.
        restated: start of a bar → another close.
        begins: before this, there are no bars.
        broken: from this page of bars on, the server only fails; 0 for never.
        change: what is done to each right answer.
    """

    now: int
    date: str = ""
    faults: list[Fault] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    restated: dict[int, float] = field(default_factory=dict)
    begins: int = 0
    broken: int = 0
    change: Callable[[str, Any], Any] = lambda path, answer: answer

    def answer(self, path: str, asked: dict[str, str]) -> Any:
        """The right answer, as a value."""
        return self.change(path, _ANSWERS[path.rpartition("/")[2]](self, {**asked, "path": path}))

    def fault(self, path: str) -> Fault | None:
        """The fault that is next for an address."""
        if self.broken and sum("klines" in one for one in self.asked) >= self.broken:
            return Fault(500)
        found = next((item for item in self.faults if item.path in path), None)
        if found is not None:
            self.faults.remove(found)
        return found

    def span(self, asked: dict[str, str], step: int, limit: int) -> list[int]:
        """Starts of the bars that are asked for."""
        first = max(int(asked.get("startTime", self.now - limit * step)), self.begins)
        times = range(-(-first // step) * step, self.now + 1, step)
        return [moment for moment in times if moment <= int(asked.get("endTime", self.now))][:limit]


def close_at(start: int) -> float:
    """The made-up close of the hour that begins at a time."""
    return 60_000.0 + (start // HOUR) % 97


def _exchange_info(world: World, asked: dict[str, str]) -> object:
    filters = [
        {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01"},
        {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000", "stepSize": "0.00001"},
    ]
    market: dict[str, object] = {
        "symbol": "BTCUSDT",
        "pair": "BTCUSDT",
        "status": "TRADING",
        "baseAsset": "BTC",
        "quoteAsset": "USDT",
        "filters": filters,
        "isSpotTradingAllowed": True,
        "permissionSets": [["SPOT"]],
        "pricePrecision": 2,
        "quantityPrecision": 3,
    }
    if "fapi" in asked["path"]:
        market |= {"contractType": "PERPETUAL", "contractStatus": "TRADING", "marginAsset": "USDT"}
        market |= {"onboardDate": 0, "deliveryDate": 4_133_404_800_000}
    return {"timezone": "UTC", "serverTime": world.now, "rateLimits": [], "symbols": [market]}


def _klines(world: World, asked: dict[str, str]) -> object:
    step = {"1h": HOUR, "1d": DAY}[asked["interval"]]

    def candle(start: int) -> list[object]:
        close = str(world.restated.get(start, close_at(start)))
        prices = ["60000.0", "70000.0", "50000.0", close]
        return [start, *prices, "12.5", start + step - 1, "750000.0", 10, "6.0", "360000.0", "0"]

    return [candle(start) for start in world.span(asked, step, int(asked.get("limit", 500)))]


def _funding(world: World, asked: dict[str, str]) -> object:
    # Settled some milliseconds late, as it really is.
    return [
        {"symbol": "BTCUSDT", "fundingTime": moment + 7, "fundingRate": "0.00010000", "markPrice": "60000.1"}
        for moment in world.span(asked, 8 * HOUR, int(asked.get("limit", 100)))
    ]


def _open_interest(world: World, asked: dict[str, str]) -> object:
    return [
        {"symbol": "BTCUSDT", "sumOpenInterest": "100.5", "sumOpenInterestValue": "6030000000.5", "timestamp": moment}
        for moment in world.span(asked, HOUR, int(asked.get("limit", 30)))
    ]


def _dvol(world: World, asked: dict[str, str]) -> object:
    step = {"3600": HOUR, "1D": DAY}[asked["resolution"]]
    first, last = int(asked["start_timestamp"]), min(int(asked["end_timestamp"]), world.now)
    times = list(range(-(-max(first, world.begins) // step) * step, last + 1, step))
    newest = times[-400:]
    rest = newest[0] - 1 if len(newest) < len(times) else None
    data = [[moment, 50.0, 57.0, 45.0, 50.0 + (moment // step) % 7] for moment in newest]
    return {"jsonrpc": "2.0", "result": {"data": data, "continuation": rest}, "usIn": 1, "usOut": 2, "testnet": False}


def _book(world: World, asked: dict[str, str]) -> object:
    names = ("BTC-27MAR26-70000-C", "BTC-27MAR26-70000-P", "BTC-6FEB26-60000-P")
    listed = [
        {
            "instrument_name": name,
            "creation_timestamp": world.now - 5_000 + place * 1_000,
            "open_interest": 120.5 + place,
            "mark_iv": None if place == 2 else 45.25 + place,
            "underlying_price": 65000.0,
            "mark_price": 0.05,
            "base_currency": "BTC",
            "quote_currency": "BTC",
        }
        for place, name in enumerate(names)
    ]
    return {"jsonrpc": "2.0", "result": listed, "testnet": False}


_ANSWERS: dict[str, Callable[[World, dict[str, str]], Any]] = {
    "exchangeInfo": _exchange_info,
    "klines": _klines,
    "fundingRate": _funding,
    "openInterestHist": _open_interest,
    "get_volatility_index_data": _dvol,
    "get_book_summary_by_currency": _book,
}


@contextmanager
def serving(world: World) -> Iterator[str]:
    """Serve a world; gives the server's address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            sent = world.fault(self.path)
            world.asked.append(self.path)
            if sent is None:
                sent = Fault(body=json.dumps(world.answer(parts.path, dict(parse_qsl(parts.query)))).encode())
            self.send_response_only(sent.status)
            date = {"Date": world.date} if world.date else {}
            for name, value in {"Content-Type": "application/json", **date, **sent.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(sent.body) if sent.length is None else sent.length))
            self.end_headers()
            try:
                for part in [sent.body] if not sent.drip else [bytes([byte]) for byte in sent.body]:
                    self.wfile.write(part)
                    self.wfile.flush()
                    time.sleep(sent.drip)
            except OSError:
                return

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    # A client that was cut off leaves its thread writing; nobody waits for it.
    server.block_on_close = False
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
