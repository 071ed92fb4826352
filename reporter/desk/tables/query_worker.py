"""The process that asks a database one question, with limits, and can be killed; `queries` starts it.

It imports nothing of this program, so that it begins at once. Its task comes as one line of JSON on standard input,
which stays open as long as its parent lives. What it finds goes to standard output as pickled pairs of a kind and a
value: `columns` (names), `rows` (a list of tuples of plain values, many times), `notice` (what the database's
administrator should know), and at the end `done`, or `failed` with a kind of failure and the database's own words.
"""

from __future__ import annotations

import json
import os
import pickle
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as time_of_day
from decimal import Decimal
from functools import partial
from typing import Any, BinaryIO, NoReturn
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

_BATCH = 2_000
#: What a number or a time takes as text, about; a text takes what it has.
_PLAIN_SIZE = 16
#: What crosses to the parent as it is; anything else as its text.
_PLAIN = (str, bool, int, float, Decimal, date, datetime, type(None))

#: Facts about a PostgreSQL role that make it more than a reader.
_ROLE = """
SELECT current_user::text,
       (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user),
       EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
               WHERE c.relkind IN ('r', 'p', 'v', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                 AND pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')),
       EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname IN ('pg_read_server_files', 'pg_write_server_files',
               'pg_execute_server_program', 'pg_signal_backend')
                 AND pg_catalog.pg_has_role(current_user, oid, 'MEMBER'))
"""


class _StopError(Exception):
    """A limit that was reached, or a failure: its kind, and what to say."""

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(what)
        self.kind = kind


def main() -> None:
    """Run the query that standard input asks for, and write the answer to standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = sys.stdin.buffer.readline()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if not line:
        return
    task = json.loads(line)
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr
    limit_memory(task["megabytes"])
    try:
        _answer_task(task, answers)
        _send_answer(answers, "done", None)
    except _StopError as stop:
        _send_answer(answers, "failed", (stop.kind, str(stop)))
    except MemoryError:
        _send_answer(answers, "failed", ("memory", ""))
    except Exception as error:
        # A driver's own fault is not taken for a limit; its words may repeat parts of an address.
        _send_answer(answers, "failed", ("database", f"{type(error).__name__} in the database's driver"))
    _exit_process()


def _exit_process() -> NoReturn:
    # Libraries' threads and pools have nothing left to tidy up: nothing was written.
    sys.stdout.flush()
    os._exit(0)


def _end_with_parent() -> None:
    """Wait for the end of standard input, which comes with the end of the parent, however it ends."""
    while os.read(0, 4096):
        pass
    os._exit(1)


def limit_memory(megabytes: int) -> None:
    """Limit the addresses of this process, where the system can (Linux can, macOS can't)."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))
    except (ImportError, ValueError, OSError):
        return


def _send_answer(answers: BinaryIO, kind: str, value: Any) -> None:
    pickle.dump((kind, value), answers)
    answers.flush()


def _answer_task(task: dict[str, Any], answers: BinaryIO) -> None:
    asked = {"duckdb": _ask_duckdb, "sqlite": _ask_sqlite, "postgresql": _ask_postgresql}[task["kind"]]
    for kind, value in asked(task):
        _send_answer(answers, kind, value)


def _ask_duckdb(task: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    try:
        import duckdb
    except ImportError as error:
        raise _StopError("library", "DuckDB") from error
    config: dict[str, str | bool | int | float | list[str]] = {
        # Without external access a query can't read other files or the network, or spill to disk beside the database.
        "enable_external_access": "false",
        "allow_community_extensions": "false",
        "memory_limit": f"{task['megabytes'] // 3}MB",
        "threads": "2",
        "temp_directory": "",
    }
    try:
        with duckdb.connect(task["database"], read_only=True, config=config) as database:
            statements = database.extract_statements(task["query"])
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise _StopError("not-select", "")
            database.execute("SET TimeZone = 'UTC'")
            database.execute("SET lock_configuration = true")
            timer = threading.Timer(task["seconds"], database.interrupt)
            timer.daemon = True
            timer.start()
            cursor = database.execute(statements[0])
            yield from _iterate_batches([str(item[0]) for item in cursor.description or ()], cursor.fetchmany, task)
            timer.cancel()
    except duckdb.InterruptException as error:
        raise _StopError("time", "") from error
    except duckdb.OutOfMemoryException as error:
        raise _StopError("memory", "") from error
    except duckdb.Error as error:
        raise _StopError("database", str(error)) from error


def _ask_sqlite(task: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    import sqlite3

    allowed = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
    end = time.monotonic() + task["seconds"]
    database = sqlite3.connect(f"file:{quote(task['database'])}?mode=ro", uri=True)
    try:
        database.execute("PRAGMA query_only = ON")
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, task["bytes"])
        database.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY)
        database.set_progress_handler(lambda: int(time.monotonic() > end), 10_000)
        cursor = database.execute(task["query"])
        yield from _iterate_batches([str(item[0]) for item in cursor.description or ()], cursor.fetchmany, task)
    except sqlite3.OperationalError as error:
        raise _StopError("time" if str(error) == "interrupted" else "database", str(error)) from error
    except sqlite3.ProgrammingError as error:
        raise _StopError("not-select", "") from error
    except sqlite3.DataError as error:
        raise _StopError("bytes", "") from error
    except sqlite3.Error as error:
        raise _StopError("database", str(error)) from error
    finally:
        database.close()


def _ask_postgresql(task: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    try:
        import asyncpg
    except ImportError as error:
        raise _StopError("library", "asyncpg") from error
    import asyncio

    address = read_address(task["database"])
    lost: list[object] = []
    with asyncio.Runner() as runner:
        # What breaks while an answer comes in, such as that there is no room for it, is told to the loop alone.
        runner.get_loop().set_exception_handler(lambda _, context: lost.append(context.get("exception")))
        try:
            database = runner.run(_connect_read_only(address, task["seconds"]))
        except _list_driver_errors() as error:
            raise _to_connection_failure(error, address) from error
        try:
            yield from ((("notice", notice)) for notice in _list_role_notices(runner.run(_begin_transaction(database))))
            names = runner.run(_declare_cursor(database, task["query"]))
            # The server's own limit does not count the time that a huge row takes to arrive.
            late = task["seconds"] + 5
            fetch = partial(database.fetch, timeout=late)
            yield from _iterate_batches(names, lambda count: runner.run(fetch(f"FETCH {count} FROM reporter")), task)
        except (asyncpg.QueryCanceledError, TimeoutError) as error:
            raise _StopError("time", "") from error
        except asyncpg.ProgramLimitExceededError as error:
            raise _StopError("bytes", "") from error
        except _list_driver_errors() as error:
            if any(isinstance(item, MemoryError) for item in lost):
                raise _StopError("memory", "") from error
            raise _StopError("database", _mask_passwords(_format_error(error), address)) from error
        finally:
            # Closed without a commit: whatever a function left pending is rolled back.
            with suppress(Exception):
                runner.run(database.close(timeout=5))


def _list_driver_errors() -> tuple[type[Exception], ...]:
    import asyncpg

    return (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, ValueError)


async def _connect_read_only(address: Address, seconds: float) -> Any:
    """Open a session that is read-only from the start."""
    import asyncpg

    settings = {
        "application_name": "reporter",
        **address.settings,
        # Ours come last, and count for more than what `options` sets.
        "default_transaction_read_only": "on",
        "statement_timeout": str(int(seconds * 1000)),
        "lock_timeout": "10000",
        "idle_in_transaction_session_timeout": "60000",
        "TimeZone": "UTC",
        "DateStyle": "ISO",
    }
    database = await asyncpg.connect(
        address.url, timeout=address.seconds, server_settings=settings, statement_cache_size=0
    )
    # As text, these lose nothing: the shortest decimals of a float4, and times that Python's calendar does not reach.
    for kind, read in _READ_AS.items():
        await database.set_type_codec(kind, schema="pg_catalog", encoder=str, decoder=_make_reader(read), format="text")
    return database


#: PostgreSQL types whose text is read, and how.
_READ_AS: dict[str, Callable[[str], Any]] = {
    "float4": float,
    "date": date.fromisoformat,
    "time": time_of_day.fromisoformat,
    "timestamp": datetime.fromisoformat,
    "timestamptz": datetime.fromisoformat,
    "json": json.loads,
    "jsonb": json.loads,
}


def _make_reader(read: Callable[[str], Any]) -> Callable[[str], Any]:
    def read_or_keep(text: str) -> Any:
        try:
            return read(text)
        except ValueError:
            return text

    return read_or_keep


async def _begin_transaction(database: Any) -> Sequence[Any] | None:
    """Begin a read-only transaction and return the facts about the role."""
    from asyncpg import PostgresError

    # The server ends the query soon after this process is gone, where it can (since PostgreSQL 14).
    with suppress(PostgresError):
        await database.execute("SET client_connection_check_interval = 2000")
    await database.transaction(readonly=True).start()
    role: Sequence[Any] | None = await database.fetchrow(_ROLE)
    return role


async def _declare_cursor(database: Any, query: str) -> list[str]:
    """Declare the query as a server-side cursor and return its column names.

    It is one prepared statement, never text that is run at once: a second statement in it is a syntax error there.
    """
    await (await database.prepare(f"DECLARE reporter NO SCROLL CURSOR WITHOUT HOLD FOR {query}")).fetch()
    return [item.name for item in (await database.prepare("FETCH 1 FROM reporter")).get_attributes()]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a PostgreSQL database is, and how to reach it.

    Attributes:
        url: for the driver.
        settings: of the session.
        seconds: how long the server may take to let us in.
        passwords: that no message may hold.
    """

    url: str
    settings: dict[str, str]
    seconds: float
    passwords: tuple[str, ...]


#: Parts of an address that the driver understands.
_DRIVER = re.compile(
    "host|port|dbname|user|password|passfile|service|ssl(mode|cert|key|rootcert|crl|password|negotiation)"
    "|ssl_(min|max)_protocol_version|target_session_attrs|krbsrvname|gsslib"
)
_SETTINGS = frozenset({"application_name", "options"})
#: Parts that change nothing for one short query over a connection of the driver's own kind.
_WITHOUT_EFFECT = re.compile(
    "fallback_application_name|client_encoding|keepalives(_idle|_interval|_count)?|tcp_user_timeout|sslcompression"
    "|sslsni|load_balance_hosts|gssdelegation"
)
#: Parts that ask for what the driver can't do, and the values that don't insist on it.
_LENIENT: dict[str, tuple[str, ...]] = {
    "channel_binding": ("prefer", "disable"),
    "gssencmode": ("prefer", "disable"),
    "require_auth": (),
    "requirepeer": (),
    "hostaddr": (),
    "sslcertmode": ("allow",),
    "sslcrldir": (),
    "replication": ("false", "off", "no", "0"),
}
_CONNECT_SECONDS = 10.0


def read_address(url: str) -> Address:
    """Parse a `postgresql://…` address; each part is either used or refused.

    Raises:
        _StopError: it can't be read, or asks for what the driver can't do.
    """
    try:
        parts = urlsplit(url)
        # A plus sign is itself in these addresses, and no space.
        asked = parse_qsl(parts.query.replace("+", "%2B"), keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError as error:
        raise _StopError("address", "") from error
    told = parts.netloc.count("@") > 1 or "@" in parts.path or "#" in url
    if told or re.search("%(?![0-9A-Fa-f]{2})|%00", url):
        raise _StopError("address", "")
    passed: list[tuple[str, str]] = []
    settings: dict[str, str] = {}
    seconds = _CONNECT_SECONDS
    for name, value in asked:
        if (name, value) == ("target_session_attrs", "read-write"):
            # Our own sessions are read-only; which of several servers is meant stays the same.
            passed.append((name, "primary"))
        elif _DRIVER.fullmatch(name):
            passed.append((name, value))
        elif name in _SETTINGS:
            settings[name] = value
        elif name == "connect_timeout" and re.fullmatch("[0-9]{1,9}", value):
            # None at all is what 0 means elsewhere; no run waits for ever.
            seconds = min(float(value), 60.0) or 60.0
        elif name in _LENIENT and value and value not in _LENIENT[name]:
            raise _StopError("unmet", name)
        elif name not in _LENIENT and not _WITHOUT_EFFECT.fullmatch(name):
            raise _StopError("address", "")
    given = [unquote(parts.netloc.rpartition("@")[0].partition(":")[2]), *(v for n, v in passed if "password" in n)]
    query = urlencode([(name, value) for name, value in passed if value], quote_via=quote)
    return Address(urlunsplit(parts._replace(query=query)), settings, seconds, tuple(filter(None, given)))


#: What the driver says of an address without repeating parts that may be those of a password.
_HARMLESS = re.compile("root certificate file |`ssl|direct TLS |No such TLS |Unsupported TLS ")


def _to_connection_failure(error: Exception, address: Address) -> _StopError:
    said = _format_error(error)
    if isinstance(error, TimeoutError):
        said = f"no answer within {address.seconds:g} seconds"
    elif isinstance(error, ValueError) and not (isinstance(error, OSError) or _HARMLESS.match(said)):
        return _StopError("address", "")
    return _StopError("connection", _mask_passwords(said, address))


def _format_error(error: Exception) -> str:
    """Format what a server or the system says, without system error numbers."""
    if isinstance(error, OSError) and error.errno and type(error).__module__ != "ssl":
        # Of a name that can't be resolved, the number is no error of the system's.
        said = os.strerror(error.errno) if error.errno > 0 else error.strerror
        place = "a file or socket that the address names" if isinstance(error, FileNotFoundError) else ""
        return f"{place}: {said}" if place else str(said)
    return str(error)


def _list_role_notices(role: Sequence[Any] | None) -> Iterator[str]:
    name, superuser, writes, reaches = role or ("", False, False, False)
    if superuser:
        yield f'the database role "{name}" is a superuser'
    elif reaches:
        yield f'the database role "{name}" may read or write files of the server, run programs or end sessions there'
    elif writes:
        yield f'the database role "{name}" may write to tables'


def _iterate_batches(
    names: list[str], fetch: Callable[[int], Sequence[Sequence[Any]]], task: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Iterate over rows in batches within the limits of rows, bytes and seconds."""
    yield "columns", names
    end = time.monotonic() + task["seconds"]
    rows = size = 0
    # One row first: it tells how many of its kind may be asked for at a time.
    batch = 1
    while found := fetch(batch):
        cells = [tuple(map(_to_plain, row)) for row in found]
        read = sum(len(cell) if isinstance(cell, str) else _PLAIN_SIZE for row in cells for cell in row)
        rows, size = rows + len(cells), size + read
        if rows > task["rows"]:
            raise _StopError("rows", "")
        if size > task["bytes"]:
            raise _StopError("bytes", "")
        if time.monotonic() > end:
            raise _StopError("time", "")
        yield "rows", cells
        batch = max(1, min(_BATCH, batch * 10, task["bytes"] * len(cells) // (8 * max(read, 1))))


def _to_plain(value: Any) -> Any:
    """Convert a value to one that any process can unpickle; types of the database become text."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, dict):
        return {str(key): _to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_to_plain(item) for item in value]
    return str(value)


def _mask_passwords(said: str, address: Address) -> str:
    for password in address.passwords:
        said = said.replace(password, "***")
    return said


if __name__ == "__main__":
    main()
