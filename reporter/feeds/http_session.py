"""HTTP within limits: a request → a whole JSON answer of that server, or an error that says what came instead.

Every client asks through one `HttpSession`, ccxt's exchanges included, so that limits and retries stand in one place.
Retried: 429 and 5xx (as `Retry-After` asks), connections that fail or end early, answers that take too long, answers
that are no JSON. Refused: redirects, answers larger than the limit.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from requests.exceptions import RequestException
from requests.utils import get_environ_proxies
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from reporter import __version__
from reporter.feeds.clock import Clock
from reporter.feeds.feed_error import FeedError

_TOO_MANY = {418, 429}
_CHUNK = 65_536
Got = TypeVar("Got")


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """Limits of one answer: time, size, attempts and waits.

    Attributes:
        seconds: from the question to the answer's last byte.
        connect: to a connection, and between two bytes.
        megabytes: of an answer, unpacked.
        attempts: how often a question is asked at all.
        longest_wait: seconds between two attempts; a server that asks for more is left alone.
        apart: least seconds between two questions.
    """

    seconds: float = 60.0
    connect: float = 15.0
    megabytes: float = 64.0
    attempts: int = 5
    longest_wait: float = 120.0
    apart: float = 0.1


class _RetryError(Exception):
    """An answer that may be better next time."""

    def __init__(self, what: str, wait: float | None = None) -> None:
        self.what, self.wait = what, wait
        super().__init__(what)


class HttpSession(requests.Session):
    """A session that ccxt can use as its own.

    Attributes:
        clock: waits are its.
        server_time: what the last answer's Date header said, seconds since 1970 UTC, or None.
    """

    def __init__(self, clock: Clock, limits: RequestLimits = RequestLimits()) -> None:
        """Begin without a connection."""
        super().__init__()
        # A password in ~/.netrc is no business of a public feed's.
        self.trust_env = False
        self.headers["User-Agent"] = f"market-reporter/{__version__}"
        self.clock = clock
        self.server_time: float | None = None
        self._limits = limits
        self._asked = float("-inf")

    def now(self) -> float:
        """The time, seconds since 1970 UTC; the server's where that is earlier, so that no clock runs ahead of it."""
        own = self.clock.now()
        return own if self.server_time is None else min(own, self.server_time)

    def request(self, method: str | bytes, url: str | bytes, *_: Any, **options: Any) -> requests.Response:
        """Ask until there is a whole JSON answer.

        Args:
            method: GET or POST.
            url: the address.
            *_: not used; ccxt passes none.
            **options: what `requests` takes.

        Raises:
            FeedError: there is none after several attempts, or one that is refused.
        """
        shown = _strip_query(str(url))
        retrying = Retrying(
            stop=stop_after_attempt(self._limits.attempts),
            wait=self._wait_seconds,
            retry=retry_if_exception_type(_RetryError),
            sleep=self.clock.sleep,
            reraise=True,
        )
        try:
            return retrying(self._send_request, str(method), str(url), shown, options)
        except _RetryError as error:
            attempts = f"{self._limits.attempts} attempts" if self._limits.attempts > 1 else "1 attempt"
            raise FeedError(
                "feed.unreachable", f"{shown}: {error.what}", f"gave up after {attempts}", lasting=False
            ) from error

    def _wait_seconds(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome is not None else None
        wished = error.wait if isinstance(error, _RetryError) else None
        return min(2.0 ** (state.attempt_number - 1), 30.0) if wished is None else wished

    def _send_request(self, method: str, url: str, shown: str, options: dict[str, Any]) -> requests.Response:
        early = self._asked + self._limits.apart - self.clock.now()
        if early > 0:
            self.clock.sleep(min(early, self._limits.apart))
        self._asked = self.clock.now()
        try:
            answer = _run_within(
                self._limits.seconds, lambda over: self._receive_answer(method, url, shown, options, over)
            )
        except RequestException as error:
            raise _RetryError(_describe_error(error)) from error
        if answer is None:
            raise _RetryError(f"no whole answer within {self._limits.seconds:g} seconds")
        self._check_answer(answer, shown)
        return answer

    def _receive_answer(
        self, method: str, url: str, shown: str, options: dict[str, Any], over: threading.Event
    ) -> requests.Response:
        kept = {name: options.get(name) for name in ("params", "data", "headers", "files")}
        with super().request(
            method,
            url,
            **kept,
            timeout=self._limits.connect,
            stream=True,
            allow_redirects=False,
            proxies=options.get("proxies") or get_environ_proxies(url, no_proxy=None),
        ) as answer:
            body = bytearray()
            most = int(self._limits.megabytes * 2**20)
            for part in answer.iter_content(_CHUNK):
                body += part
                if len(body) > most:
                    raise FeedError(
                        "feed.too-large", f"{shown}: the answer is larger than {self._limits.megabytes:g} MB", "refused"
                    )
                if over.is_set():
                    break
            # Requests keeps a body that it was not asked to stream under this name.
            answer._content = bytes(body)
            return answer

    def _check_answer(self, answer: requests.Response, shown: str) -> None:
        """Store the server's time, and raise for an answer that is not JSON data."""
        self.server_time = _parse_date(answer.headers.get("Date")) or self.server_time
        status = answer.status_code
        if 300 <= status < 400:
            target = urlsplit(answer.headers.get("Location", "")).netloc or "itself"
            raise FeedError("feed.redirected", f"{shown}: answers {status}, a redirect to {target}", "refused")
        if status in _TOO_MANY or status >= 500:
            raise self._make_busy_error(answer, status, shown)
        if status < 400:
            try:
                json.loads(answer.content)
            except RecursionError as error:
                raise FeedError(
                    "feed.too-deep", f"{shown}: the answer is JSON that is nested too deep", "refused"
                ) from error
            except ValueError as error:
                raise _RetryError("the answer is no JSON, or cut off") from error

    def _make_busy_error(self, answer: requests.Response, status: int, shown: str) -> Exception:
        wait = _retry_after(answer.headers.get("Retry-After"), self.clock.now())
        if wait is not None and wait > self._limits.longest_wait:
            return FeedError(
                "feed.busy", f"{shown}: answers {status} and asks to wait {wait:.0f} seconds", lasting=False
            )
        return _RetryError(f"answers {status}", wait)


def _run_within(seconds: float, call: Callable[[threading.Event], Got]) -> Got | None:
    """The result of a call, or None where it takes too long: socket time-outs don't bound a dripping answer."""
    got: list[Got] = []
    failed: list[BaseException] = []
    over = threading.Event()

    def run_call() -> None:
        try:
            got.append(call(over))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run_call, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        over.set()
        return None
    if failed:
        raise failed[0]
    return got[0]


def _retry_after(text: str | None, now: float) -> float | None:
    """Seconds that a `Retry-After` header asks to wait: a number of them, or a date."""
    if not text:
        return None
    if text.strip().isdecimal():
        return float(text)
    moment = _parse_date(text)
    return None if moment is None else max(moment - now, 0.0)


def _parse_date(text: str | None) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except (TypeError, ValueError):
        return None


def _strip_query(url: str) -> str:
    """An address without its query, which may hold a signature."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def _describe_error(error: RequestException) -> str:
    """What happened, without object addresses and query strings."""
    kind = type(error).__name__
    told = {
        "ConnectTimeout": "no connection in time",
        "ReadTimeout": "no answer in time",
        "ConnectionError": "no connection, or it broke",
        "ChunkedEncodingError": "the answer was cut off",
        "ContentDecodingError": "the answer can't be unpacked",
        "SSLError": "the server's certificate is not valid",
    }
    return told.get(kind, kind)
