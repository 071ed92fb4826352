"""`format = "sql"`: a query's result as a raw table, from a DuckDB or SQLite file or a PostgreSQL database.

    path = "market.duckdb"                # DuckDB or SQLite, in the desk's folder, opened read-only
    path = "env:MARKET_DB_URL"            # postgresql://… or sqlite:///… in this variable; never in desk.toml
    query = "SELECT ts, close FROM bars ORDER BY ts"

One SELECT is run, by a process of its own (`query_worker`) in a session that can't write, within limits of time,
memory, rows and bytes. What only looks like one SELECT is refused here already, so that the message is in the
author's words; what keeps a query from doing harm is the session, and not this reading of its text.
"""

from __future__ import annotations

import json
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Timer
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from reporter.desk.config.config import DeskConfig, SourceConfig
from reporter.desk.config.paths import explain_outside
from reporter.desk.formats.binary_rows import table_from_values
from reporter.desk.formats.readers import RawTable
from reporter.diagnostics.diagnostic import Diagnostic, Severity
from reporter.diagnostics.errors import InputError


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """Limits of one query: time, memory, rows and bytes.

    Attributes:
        seconds: from its start to its last row.
        megabytes: of addresses for the process that asks, where the system can limit them.
        rows: of its result.
        bytes: of its result, as text.
    """

    seconds: float = 60.0
    megabytes: int = 1536
    rows: int = 5_000_000
    bytes: int = 256 * 2**20


LIMITS = QueryLimits()
#: How long the process may take beside the query, in seconds: to begin, to reach the server, to stop by itself.
_GRACE = 60.0
_ENV = re.compile(r"env:([A-Z][A-Z0-9_]*)")
#: Texts, names in quotes and comments, as PostgreSQL, DuckDB and SQLite write them.
_QUOTED = re.compile(
    r"""
    \b[eE]'(?:[^'\\]|''|\\.)*'
    | '(?:[^']|'')*'
    | "(?:[^"]|"")*"
    | (?<![\w$])\$(?P<tag>[^\W\d]\w*|)\$.*?\$(?P=tag)\$
    | --[^\n]*
    | /\*.*?\*/
    """,
    re.DOTALL | re.VERBOSE,
)
#: Statements that change something, at the beginning of one or of a part of WITH.
_CHANGES = re.compile(
    r"(?:^|\()\s*(insert|update|delete|merge|drop|alter|create|truncate|grant|revoke|copy|attach|install|load|call"
    r"|pragma|set)\b|\b(into)\b",
    re.IGNORECASE,
)
#: Functions that reach beyond the tables: files, programs, other sessions, settings, texts that are run as queries.
_REACHES = re.compile(
    r"\b(pg_read_\w+|pg_ls_\w+|pg_stat_file|pg_file_\w+|pg_write_\w+|lo_\w+|lowrite|loread|dblink\w*"
    r"|pg_(?:terminate|cancel)_backend|pg_reload_conf|pg_rotate_logfile\w*|pg_switch_wal|pg_promote|pg_create_\w+"
    r"|pg_drop_\w+|pg_replication_\w+|pg_logical_\w+|pg_backup_\w+|pg_(?:start|stop)_backup|pg_wal_replay_\w+"
    r"|pg_(?:try_)?advisory_\w+|pg_notify|pg_stat_reset\w*|pg_export_snapshot|pg_import_\w+|pg_log_\w+|pg_prewarm"
    r"|pg_current_logfile|set_config|nextval|setval|(?:query|cursor|table|schema|database)_to_xml\w*|crosstab\w*"
    r"|connectby|ts_stat|ts_rewrite|load_extension|readfile|writefile|load_file)\b",
    re.IGNORECASE,
)
#: Names whose letters are written as numbers, which nobody can read.
_ESCAPED_NAME = re.compile(r"\bu&[\"']", re.IGNORECASE)
_ONE_SELECT = "a source is read with a single SELECT and changes nothing"


@dataclass(frozen=True, slots=True)
class _Database:
    """A database: its kind, its file or address, and its name in messages."""

    kind: str
    address: str
    name: str


def run_query(config: DeskConfig, source: SourceConfig) -> RawTable:
    """Run a source's query.

    Raises:
        InputError: no SELECT, no database, no library for it, a limit, or what the database says.
    """
    _check_select(config, source)
    database = (
        _environment_database(config, source) if source.path.startswith("env:") else _file_database(config, source)
    )
    names, rows, notices = _query_database(config, source, database)
    if not rows:
        raise InputError([config.source_diagnostic("data.no-rows", source, "the query gives no rows")])
    raw = table_from_values(names, list(zip(*rows, strict=True)), f"{source.id}(query)#")
    hint = "a role that may only SELECT is enough; see Queries in docs/data.md"
    told = [
        replace(config.source_diagnostic("desk.wide-role", source, what, hint), severity=Severity.NOTICE)
        for what in notices
    ]
    return RawTable(raw.file, raw.columns, raw.lines, (*raw.notices, *told))


def _check_select(config: DeskConfig, source: SourceConfig) -> None:
    bare = _QUOTED.sub(" ", source.query).strip().removesuffix(";").strip()
    what, hint = "", _ONE_SELECT
    if changes := _CHANGES.search(bare):
        what = f'query holds "{changes[1] or changes[2]}"'
    elif not re.match(r"(?i)\(*\s*(select|with|values|from)\b", bare) or ";" in bare:
        what = "query is not one SELECT"
    elif reaches := _REACHES.search(source.query):
        what, hint = f'query calls "{reaches[1]}"', "a source reads tables and views, and nothing beside them"
    elif _ESCAPED_NAME.search(source.query):
        what, hint = "query holds U&\"…\" or U&'…'", "write the letters themselves"
    elif "\0" in source.query:
        what, hint = "query holds the character U+0000", "take it out"
    if what:
        raise InputError([config.source_diagnostic("desk.wrong-query", source, what, hint)])


def _file_database(config: DeskConfig, source: SourceConfig) -> _Database:
    path = config.folder / source.path
    if (why := explain_outside(config, path)) is not None:
        raise InputError([config.source_diagnostic("desk.outside", source, *why)])
    if not path.is_file():
        hint = "path names a DuckDB or SQLite file, or env:NAME"
        raise InputError([config.source_diagnostic("desk.no-file", source, f'no file "{source.path}"', hint)])
    with path.open("rb") as file:
        kind = "sqlite" if file.read(16).startswith(b"SQLite format 3") else "duckdb"
    return _Database(kind, path.resolve().as_posix(), source.path)


def _environment_database(config: DeskConfig, source: SourceConfig) -> _Database:
    def make_error(what: str, hint: str = "") -> InputError:
        return InputError([config.source_diagnostic("desk.no-database", source, what, hint)])

    match = _ENV.fullmatch(source.path)
    if match is None:
        raise make_error(f'path "{source.path}" names no variable', 'write path = "env:MARKET_DB_URL"')
    name = match[1]
    url = os.environ.get(name, "").strip()
    if not url:
        raise make_error(f"the environment variable {name} is not set")
    # The address may hold a password: nothing of it but what is known to be none is told.
    scheme, _, rest = url.partition("://")
    kind = scheme.partition("+")[0]
    if kind == "sqlite":
        path = Path(unquote(rest.partition("?")[0].removeprefix("/")))
        if not rest.startswith("/") or not path.is_file():
            raise make_error(f"{name} names no SQLite file", "write sqlite:///file.db, or sqlite:////folder/file.db")
        return _Database("sqlite", path.resolve().as_posix(), name)
    if kind not in ("postgresql", "postgres") or not rest:
        hint = "write postgresql://… or sqlite:///…; what another database holds, export to a file such as Parquet"
        raise make_error(f"{name} is no address of a PostgreSQL or SQLite database", hint)
    try:
        port = urlsplit(f"postgresql://{rest}").netloc.rpartition("@")[2].rpartition("]")[2]
        ports = [item.partition(":")[2] for item in port.split(",")]
    except ValueError:
        ports = []
    if any(item and not (item.isdigit() and 0 < int(item) < 65536) for item in ports):
        raise make_error(
            f"the port in {name} is no number between 1 and 65535", "write postgresql://user@host:5432/database"
        )
    return _Database("postgresql", f"postgresql://{rest}", name)


_Row = tuple[Any, ...]


def _query_database(
    config: DeskConfig, source: SourceConfig, database: _Database
) -> tuple[list[str], list[_Row], list[str]]:
    """The names of the columns, the rows, and notices about the database."""
    task = {**asdict(LIMITS), "kind": database.kind, "database": database.address, "query": source.query}
    names: list[str] = []
    rows: list[_Row] = []
    notices: list[str] = []
    with _start_worker(task) as (answers, late):
        for kind, value in _iterate_answers(answers):
            if kind == "columns":
                names = value
            elif kind == "rows":
                rows += value
            elif kind == "notice":
                notices.append(value)
            elif kind == "failed":
                raise InputError([_failure_diagnostic(config, source, database, *value)])
            else:
                return names, rows, notices
        # It ended without an end: killed by us, or by the system.
        raise InputError([_failure_diagnostic(config, source, database, "time" if late else "memory", "")])


@contextmanager
def _start_worker(task: dict[str, Any]) -> Iterator[tuple[IO[bytes], list[bool]]]:
    """A worker process with a task; yields its pipe and a list that is filled when the worker was killed for time."""
    import reporter.desk.tables.query_worker

    program = [sys.executable, "-P", str(Path(reporter.desk.tables.query_worker.__file__))]
    process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    late: list[bool] = []

    def kill_worker() -> None:
        late.append(True)
        process.kill()

    timer = Timer(task["seconds"] + _GRACE, kill_worker)
    timer.daemon = True
    timer.start()
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(BrokenPipeError):
            process.stdin.write(json.dumps(task).encode() + b"\n")
            process.stdin.flush()
        yield process.stdout, late
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def _iterate_answers(pipe: IO[bytes]) -> Iterator[tuple[str, Any]]:
    while True:
        try:
            yield pickle.load(pipe)
        except (EOFError, pickle.UnpicklingError):
            return


def _failure_diagnostic(
    config: DeskConfig, source: SourceConfig, database: _Database, kind: str, said: str
) -> Diagnostic:
    limits = LIMITS
    words = _first_line(said)
    match kind:
        case "library":
            return config.source_diagnostic(
                "setup.missing-library", source, f"{said} is not installed", "pip install 'market-reporter[sql]'"
            )
        case "address":
            hint = "in a user's name or password write @ as %40, : as %3A, / as %2F and % as %25"
            return config.source_diagnostic(
                "desk.no-database", source, f"{database.name} can't be read as an address", hint
            )
        case "unmet":
            hint = "leave it out; sslmode=verify-full with sslrootcert makes sure of the server"
            what = f"{database.name} asks for {said}, which can't be had"
            return config.source_diagnostic("desk.no-database", source, what, hint)
        case "connection":
            hint = f"see {database.name}"
            return config.source_diagnostic("desk.no-database", source, f"the database can't be reached: {words}", hint)
        case "not-select":
            return config.source_diagnostic("desk.wrong-query", source, "query is not one SELECT", _ONE_SELECT)
        case "time":
            what, hint = (
                f"the query takes longer than {limits.seconds:g} seconds",
                "ask for fewer rows, or index its table",
            )
        case "memory":
            what, hint = f"the query takes more memory than {limits.megabytes} MB", "ask for fewer rows and columns"
        case "rows":
            what, hint = f"the query gives more than {limits.rows} rows", "ask for those that the brief needs"
        case "bytes":
            size = limits.bytes / 2**20
            what, hint = f"the query gives more than {size:g} MB", "ask for the columns and rows that the brief needs"
        case _:
            return config.source_diagnostic("desk.wrong-query", source, f"the query fails: {words}")
    return config.source_diagnostic("desk.query-limit", source, what, hint)


def _first_line(said: str) -> str:
    """The first line of a database's message, with unprintable characters escaped."""
    line = said.strip().partition("\n")[0][:300]
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in line)
