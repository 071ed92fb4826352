"""The process that asks a database one question, with limits, and can be killed: started by `reporter.desk.queries`.

It imports nothing of this program, so that it begins at once. Its task comes as one line of JSON on standard input,
which stays open as long as its parent lives. What it finds goes to standard output as pickled pairs of a kind and a
value: `columns` (names), `rows` (a list of tuples of plain values, many times), `notice` (what the database's
administrator should know), and at the end `done`, or `failed` with a kind of failure and the database's own words.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, NoReturn
from urllib.parse import quote

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
    """Ask, answer, end."""
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
        _answer(task, answers)
        _send(answers, "done", None)
    except _StopError as stop:
        _send(answers, "failed", (stop.kind, str(stop)))
    except MemoryError:
        _send(answers, "failed", ("memory", ""))
    _leave()


def _leave() -> NoReturn:
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


def _send(answers: BinaryIO, kind: str, value: Any) -> None:
    pickle.dump((kind, value), answers)
    answers.flush()


def _answer(task: dict[str, Any], answers: BinaryIO) -> None:
    asked = {"duckdb": _ask_duckdb, "sqlite": _ask_sqlite, "postgresql": _ask_postgresql}[task["kind"]]
    for kind, value in asked(task):
        _send(answers, kind, value)


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
            yield from _rows_of([str(item[0]) for item in cursor.description or ()], cursor.fetchmany, task)
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
        yield from _rows_of([str(item[0]) for item in cursor.description or ()], cursor.fetchmany, task)
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
        import psycopg
    except ImportError as error:
        raise _StopError("library", "psycopg") from error
    options = (
        f"-c default_transaction_read_only=on -c statement_timeout={int(task['seconds'] * 1000)} -c lock_timeout=10000"
        " -c idle_in_transaction_session_timeout=60000 -c TimeZone=UTC"
    )
    try:
        known = psycopg.conninfo.conninfo_to_dict(task["database"])
        settings = {
            "connect_timeout": 10,
            "application_name": "reporter",
            **known,
            # Ours come last, so that they count.
            "options": f"{known.get('options') or ''} {options}".strip(),
            "client_encoding": "utf-8",
        }
    except psycopg.Error as error:
        # The library's words repeat parts of the address, which may be those of a password.
        raise _StopError("address", "") from error
    try:
        database = psycopg.connect(**settings)  # type: ignore[arg-type]
    except (psycopg.Error, UnicodeError, ValueError) as error:
        raise _StopError("connection", _without_password(str(error), known)) from error
    try:
        _watch_client(database)
        database.read_only = True
        yield from ((("notice", notice)) for notice in _role_notices(database.execute(_ROLE).fetchone()))
        # A named cursor is declared on the server as one prepared statement: a second one is a syntax error there.
        with database.cursor(name="reporter", scrollable=False, withhold=False) as cursor:
            cursor.execute(task["query"])
            yield from _rows_of([item.name for item in cursor.description or ()], cursor.fetchmany, task)
    except psycopg.errors.QueryCanceled as error:
        raise _StopError("time", "") from error
    except psycopg.errors.ProgramLimitExceeded as error:
        raise _StopError("bytes", "") from error
    except psycopg.Error as error:
        said = str(error)
        # How libpq tells of a row for which there is no room: in words, or by an error beside the row.
        if "out of memory" in said.lower() or said.startswith("received 2 results from command 'FETCH"):
            raise _StopError("memory", "") from error
        raise _StopError("database", _without_password(said, known)) from error
    finally:
        # Closed without a commit: whatever a function left pending is rolled back.
        database.close()


def _watch_client(database: Any) -> None:
    """Let the server end the query soon after this process is gone, where it can (since PostgreSQL 14)."""
    from psycopg.errors import Error

    database.autocommit = True
    with suppress(Error):
        database.execute("SET client_connection_check_interval = 2000")
    database.autocommit = False


def _role_notices(role: Sequence[Any] | None) -> Iterator[str]:
    name, superuser, writes, reaches = role or ("", False, False, False)
    if superuser:
        yield f'the database role "{name}" is a superuser'
    elif reaches:
        yield f'the database role "{name}" may read or write files of the server, run programs or end sessions there'
    elif writes:
        yield f'the database role "{name}" may write to tables'


def _rows_of(
    names: list[str], fetch: Callable[[int], Sequence[Sequence[Any]]], task: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Rows in batches, as long as the limits of rows, bytes and seconds allow."""
    yield "columns", names
    end = time.monotonic() + task["seconds"]
    rows = size = 0
    # One row first: it tells how many of its kind may be asked for at a time.
    batch = 1
    while found := fetch(batch):
        cells = [tuple(map(_plain, row)) for row in found]
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


def _plain(value: Any) -> Any:
    """A value that any process can read: an object of a database's own type as its text."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value)


def _without_password(said: str, settings: dict[str, Any]) -> str:
    password = settings.get("password")
    return said.replace(str(password), "***") if password else said


if __name__ == "__main__":
    main()
