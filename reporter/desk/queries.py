"""`format = "sql"`: a query's result as a raw table, from a DuckDB file or a database that the environment names.

    path = "market.duckdb"                # in the desk's folder, opened read-only
    path = "env:MARKET_DB_URL"            # a SQLAlchemy URL in this environment variable; never in desk.toml
    query = "SELECT ts, close FROM bars ORDER BY ts"

Only one SELECT is run, in a connection that can't write, and nothing but the database is read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

from reporter.desk.binary_rows import of_values
from reporter.desk.config import DeskConfig, SourceConfig
from reporter.desk.readers import RawTable
from reporter.errors import InputError

_MOST_ROWS = 5_000_000
_ENV = re.compile(r"env:([A-Z][A-Z0-9_]*)")
#: Words that begin what changes something; a string or a name in quotes may hold them.
_CHANGES = re.compile(
    r"\b(insert|update|delete|merge|drop|alter|create|truncate|grant|revoke|copy|attach|install|load|call|pragma|set|into)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)


def query_table(config: DeskConfig, source: SourceConfig) -> RawTable:
    """Run a source's query.

    Raises:
        InputError: no SELECT, no database, no library for it, or what the database says.
    """
    _check_select(config, source)
    names, rows = _from_env(config, source) if source.path.startswith("env:") else _from_duckdb(config, source)
    shown = f"{source.id}(query)#"
    if len(rows) > _MOST_ROWS:
        raise InputError([config.problem("desk.wrong-query", source, f"the query gives more than {_MOST_ROWS} rows")])
    if not rows:
        raise InputError([config.problem("data.no-rows", source, "the query gives no rows")])
    return of_values(names, list(zip(*rows, strict=True)), shown)


def _check_select(config: DeskConfig, source: SourceConfig) -> None:
    bare = _QUOTED.sub(" ", source.query).strip().removesuffix(";").strip()
    changes = _CHANGES.search(bare)
    if not re.match(r"(?i)(select|with)\b", bare) or ";" in bare or changes:
        what = f'query holds "{changes[1]}"' if changes else "query is not one SELECT"
        raise InputError(
            [
                config.problem(
                    "desk.wrong-query", source, what, "a source is read with a single SELECT and changes nothing"
                )
            ]
        )


def _from_duckdb(config: DeskConfig, source: SourceConfig) -> tuple[list[str], Sequence[tuple[Any, ...]]]:
    try:
        import duckdb
    except ImportError as error:
        raise _lacking(config, source, "DuckDB") from error
    path = config.folder / source.path
    if not path.is_file():
        raise InputError(
            [
                config.problem(
                    "desk.no-file", source, f'no file "{source.path}"', "path names a DuckDB file, or env:NAME"
                )
            ]
        )
    try:
        # Without external access a query can't read other files or the network.
        with duckdb.connect(path.as_posix(), read_only=True, config={"enable_external_access": "false"}) as database:
            database.execute("SET TimeZone = 'UTC'")
            database.execute("SET lock_configuration = true")
            cursor = database.execute(source.query)
            names = [str(item[0]) for item in cursor.description or ()]
            return names, cursor.fetchmany(_MOST_ROWS + 1)
    except duckdb.Error as error:
        raise InputError(
            [config.problem("desk.wrong-query", source, f"the query fails: {_first_line(error)}")]
        ) from error


def _from_env(config: DeskConfig, source: SourceConfig) -> tuple[list[str], Sequence[tuple[Any, ...]]]:
    match = _ENV.fullmatch(source.path)
    if match is None:
        raise InputError(
            [
                config.problem(
                    "desk.no-database",
                    source,
                    f'path "{source.path}" names no variable',
                    'write path = "env:MARKET_DB_URL"',
                )
            ]
        )
    url = os.environ.get(match[1], "")
    if not url:
        raise InputError(
            [config.problem("desk.no-database", source, f"the environment variable {match[1]} is not set")]
        )
    try:
        import sqlalchemy
        from sqlalchemy.exc import ArgumentError, SQLAlchemyError
    except ImportError as error:
        raise _lacking(config, source, "SQLAlchemy") from error
    try:
        engine = sqlalchemy.create_engine(url)
    except (ArgumentError, ImportError) as error:
        # The message may repeat the URL, and with it a password.
        what = f"{match[1]} is no database URL, or its driver is not installed"
        raise InputError([config.problem("desk.no-database", source, what)]) from error
    try:
        with engine.connect() as connection:
            if (read_only := _READ_ONLY.get(engine.dialect.name)) is not None:
                connection.exec_driver_sql(read_only)
            result = connection.execute(sqlalchemy.text(_without_binds(source.query)))
            names = [str(column) for column in result.keys()]  # noqa: SIM118 - a result is no mapping
            return names, [tuple(row) for row in result.fetchmany(_MOST_ROWS + 1)]
    except SQLAlchemyError as error:
        said = _first_line(getattr(error, "orig", None) or type(error).__name__)
        password = engine.url.password
        said = said.replace(str(password), "***") if password else said
        raise InputError([config.problem("desk.wrong-query", source, f"the query fails: {said}")]) from error
    finally:
        engine.dispose()


#: What makes a connection refuse to write, by database.
_READ_ONLY = {
    "postgresql": "SET TRANSACTION READ ONLY",
    "sqlite": "PRAGMA query_only = ON",
    "mysql": "SET TRANSACTION READ ONLY",
    "mariadb": "SET TRANSACTION READ ONLY",
}


def _without_binds(query: str) -> str:
    """A query in which no colon is taken for a parameter."""
    return re.sub(r"(?<!:):(?=[A-Za-z_])", r"\\:", query)


def _first_line(error: object) -> str:
    return str(error).strip().partition("\n")[0]


def _lacking(config: DeskConfig, source: SourceConfig, library: str) -> InputError:
    hint = "pip install 'market-reporter[sql]'"
    return InputError([config.problem("setup.missing-library", source, f"{library} is not installed", hint)])
