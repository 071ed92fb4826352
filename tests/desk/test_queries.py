"""Queries: what they may ask, how much they may take, and that they change nothing, whatever is written in them."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reporter.desk import DeskConfig, SourceConfig, read_desk_config
from reporter.desk.tables import queries
from reporter.desk.tables.queries import QueryLimits
from tests.briefs import ROOT
from tests.desk.build import complaints, load, source, write_desk
from tests.desk.postgres import Server, running_server, why_not

_ENDLESS = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n AS date FROM t"
_ENDLESS_COUNT = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) AS date FROM t"

_ONE = "a source is read with a single SELECT and changes nothing"
_TABLES = "a source reads tables and views, and nothing beside them"
_OTHERS = (
    "a PostgreSQL or SQLite database; write postgresql://… or sqlite:///…; "
    "what another database holds, export to a file such as Parquet"
)


def _desk(folder: Path, query: str, path: str = "env:MARKET_DB") -> None:
    write_desk(folder, source("prices", format="sql", path=path, query=query))


def _told(folder: Path) -> str:
    """The only complaint, without its place, which is the source's."""
    (line,) = complaints(folder)
    assert line.startswith('desk.toml:10:1: source "prices": '), line
    return line.removeprefix('desk.toml:10:1: source "prices": ')


def _source_of(folder: Path) -> tuple[DeskConfig, SourceConfig]:
    config = read_desk_config(folder)
    return config, next(item for item in config.source if item.id == "prices")


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> QueryLimits:
    """Limits that are reached soon."""
    small = QueryLimits(seconds=2.0, megabytes=1536, rows=1_000, bytes=100_000)
    monkeypatch.setattr(queries, "LIMITS", small)
    return small


# Before anything is asked.


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("DROP TABLE bars", 'query holds "DROP"; ' + _ONE),
        ("INSERT INTO bars SELECT 1", 'query holds "INSERT"; ' + _ONE),
        ("WITH x AS (DELETE FROM bars RETURNING *) SELECT * FROM x",
         'query holds "DELETE"; ' + _ONE),
        ("SELECT * INTO other FROM bars", 'query holds "INTO"; ' + _ONE),
        ("SELECT 1; SELECT 2", "query is not one SELECT; " + _ONE),
        ("EXPLAIN SELECT 1", "query is not one SELECT; " + _ONE),
        ("SELECT $$'$$; COMMIT; DROP TABLE bars; SELECT $$'$$",
         "query is not one SELECT; " + _ONE),
        ("SELECT pg_read_file('/etc/passwd')",
         'query calls "pg_read_file"; ' + _TABLES),
        ('SELECT "dblink_exec"(\'x\')', 'query calls "dblink_exec"; ' + _TABLES),
        ('SELECT U&"pg\\005fread\\005ffile"(1)', "query holds U&\"…\" or U&'…'; write the letters themselves"),
    ],
)  # fmt: skip
def test_what_is_not_one_select_is_refused_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str, said: str
) -> None:
    monkeypatch.setenv("MARKET_DB", "postgresql://nobody@127.0.0.1:1/none")
    _desk(tmp_path, query)
    assert _told(tmp_path) == said


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://me:hush-hush@127.0.0.1:notaport/market",
         "the port in MARKET_DB is no number between 1 and 65535; write postgresql://user@host:5432/database"),
        ("postgresql://me:hush-hush@127.0.0.1:70000/market",
         "the port in MARKET_DB is no number between 1 and 65535; write postgresql://user@host:5432/database"),
        ("postgresql://me:hush%hush@127.0.0.1/market",
         "MARKET_DB can't be read as an address; in a user's name or password write @ as %40, : as %3A, / as %2F and "
         "% as %25"),
        ("postgresql://me:hush-hush@127.0.0.1/market?hush=hush",
         "MARKET_DB can't be read as an address; in a user's name or password write @ as %40, : as %3A, / as %2F and "
         "% as %25"),
        ("postgresql://me:hush@hush@127.0.0.1/market",
         "MARKET_DB can't be read as an address; in a user's name or password write @ as %40, : as %3A, / as %2F and "
         "% as %25"),
        ("postgresql://me:hush-hush@127.0.0.1/market#hush",
         "MARKET_DB can't be read as an address; in a user's name or password write @ as %40, : as %3A, / as %2F and "
         "% as %25"),
        ("postgresql://me:hush-hush@127.0.0.1/market?channel_binding=require",
         "MARKET_DB asks for channel_binding, which can't be had; leave it out; sslmode=verify-full with sslrootcert "
         "makes sure of the server"),
        ("postgresql://me:hush-hush@127.0.0.1/market?sslmode=hush",
         "the database can't be reached: `sslmode` parameter must be one of: disable, allow, prefer, require, "
         "verify-ca, verify-full; see MARKET_DB"),
        ("postgresql://me:hush-hush@127.0.0.1/market?sslmode=verify-full&sslrootcert=/no/such.pem",
         "the database can't be reached: a file or socket that the address names: No such file or directory; "
         "see MARKET_DB"),
        ("mysql+pymysql://me:hush-hush@127.0.0.1/market", "MARKET_DB is no address of " + _OTHERS),
        ("hush-hush", "MARKET_DB is no address of " + _OTHERS),
        ("sqlite:////no/such/file.db",
         "MARKET_DB names no SQLite file; write sqlite:///file.db, or sqlite:////folder/file.db"),
    ],
)  # fmt: skip
def test_a_wrong_address_is_told_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    monkeypatch.setenv("MARKET_DB", url)
    _desk(tmp_path, "SELECT 1")
    assert _told(tmp_path) == said


def test_a_server_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as probe:
        # Bound and not listening: nobody else takes the port, and nobody answers.
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        monkeypatch.setenv("MARKET_DB", f"postgresql://me:hush-hush@127.0.0.1:{port}/market")
        _desk(tmp_path, "SELECT 1")
        told = _told(tmp_path)
    assert told.startswith("the database can't be reached: ")
    assert "refused" in told
    assert "hush" not in told


# Files of DuckDB and SQLite.


@pytest.fixture(params=["duckdb", "sqlite"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The name of a database file with two bars in the test's desk."""
    kind = request.param
    name = f"market.{kind}"
    rows = "('2026-02-05', 10, 12, 9, 11), ('2026-02-06', 11, 13, 10, 12)"
    columns = "date TEXT, open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE"
    connect = sqlite3.connect if kind == "sqlite" else pytest.importorskip("duckdb").connect
    connection = connect((tmp_path / name).as_posix())
    connection.execute(f"CREATE TABLE bars ({columns})")
    connection.execute(f"INSERT INTO bars VALUES {rows}")
    connection.commit()
    connection.close()
    return name


def test_a_database_file_is_read_and_stays_as_it_is(tmp_path: Path, database: str) -> None:
    before = (tmp_path / database).read_bytes()
    for query in (
        "SELECT * FROM bars",
        " select * from bars ; ",
        "WITH x AS (SELECT * FROM bars) SELECT * FROM x -- end",
    ):
        _desk(tmp_path, query, database)
        assert load(tmp_path).tables["prices"][0].frame["close"].tolist() == [11.0, 12.0]
    assert (tmp_path / database).read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["desk.toml", database, "prices.csv"]


#: 4 to the 24th rows, which take no memory.
_CROSSED = "SELECT count(*) AS date FROM " + ", ".join(f"(SELECT 1 FROM bars a, bars b) x{n}" for n in range(24))


@pytest.mark.parametrize("query", [_ENDLESS_COUNT, pytest.param(_CROSSED, marks=pytest.mark.long)])
def test_a_query_without_end_is_ended(tmp_path: Path, database: str, limits: QueryLimits, query: str) -> None:
    _desk(tmp_path, query, database)
    assert _told(tmp_path) in (
        "the query takes longer than 2 seconds; ask for fewer rows, or index its table",
        # The rows of its recursion are kept until there is no room.
        "the query takes more memory than 1536 MB; ask for fewer rows and columns",
    )


def test_rows_without_end_are_ended(tmp_path: Path, database: str, limits: QueryLimits) -> None:
    _desk(tmp_path, _ENDLESS.replace("t(n)", "t(n, m)").replace("SELECT 1 U", "SELECT 1, 1 U").replace("+ 1", "+ 1, 1"),
          database)  # fmt: skip
    assert _told(tmp_path) in (
        "the query gives more than 1000 rows; ask for those that the brief needs",
        "the query takes longer than 2 seconds; ask for fewer rows, or index its table",
        "the query takes more memory than 1536 MB; ask for fewer rows and columns",
    )


@pytest.mark.parametrize("length", [200_000, 2_000_000_000])
def test_a_text_without_measure_is_ended(tmp_path: Path, database: str, limits: QueryLimits, length: int) -> None:
    made = f"hex(zeroblob({length} / 2))" if database.endswith("sqlite") else f"repeat('x', {length})"
    _desk(tmp_path, f"SELECT {made} AS date", database)
    assert _told(tmp_path) in (
        "the query gives more than 0.0953674 MB; ask for the columns and rows that the brief needs",
        "the query takes more memory than 1536 MB; ask for fewer rows and columns",
    )


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT content FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/etc/*')",
        "WITH x AS (SELECT 1) INSERT INTO bars SELECT 1, 1, 1, 1, 1",
    ],
)
def test_a_query_reads_nothing_but_its_database(tmp_path: Path, database: str, query: str) -> None:
    before = (tmp_path / database).read_bytes()
    _desk(tmp_path, query, database)
    told = _told(tmp_path)
    assert told.startswith(("the query fails: ", "query is not one SELECT", "query holds ")), told
    assert "root:" not in told
    assert (tmp_path / database).read_bytes() == before


def test_a_database_outside_of_the_desk_is_not_opened(tmp_path: Path, database: str) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    (desk / "link").symlink_to(tmp_path / database)
    _desk(desk, "SELECT * FROM bars", "link")
    assert _told(desk) == (
        '"link" is a link that leads out of the desk\'s folder; put it there, or name its folder: [desk] roots = […]'
    )


# PostgreSQL, for real.


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if reason := why_not():
        pytest.skip(reason)
    with running_server() as running:
        yield running


@pytest.fixture
def as_role(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The server, asked as a role that may only read; whatever a test does, its table stays as it was."""
    monkeypatch.setenv("MARKET_DB", server.url("reader"))
    yield server
    assert server.run("SELECT count(*) FROM bars") == [2]
    assert server.run("SELECT is_called FROM counter") == [False]


_SELECTS = (
    "SELECT date, open, high, low, close FROM bars ORDER BY date;",
    "WITH x AS (SELECT * FROM bars WHERE 'a;b' <> $q$;'$q$ /* ; */) SELECT * FROM x WHERE 5 % 3 = 2 -- '",
    "SELECT '2026-02-05'::date AS date, 1 AS open, 11 AS high, 1 AS low, 11 AS close UNION ALL "
    "SELECT '2026-02-06', 1, 12, 1, 12",
    "(SELECT * FROM bars)",
)


@pytest.mark.parametrize("driver", ["", "+asyncpg", "+psycopg2"])
def test_a_table_of_postgresql_is_read(
    tmp_path: Path, as_role: Server, monkeypatch: pytest.MonkeyPatch, driver: str
) -> None:
    monkeypatch.setenv("MARKET_DB", as_role.url("reader", driver=driver))
    for query in _SELECTS:
        _desk(tmp_path, query)
        desk = load(tmp_path)
        assert desk.tables["prices"][0].frame["close"].tolist() == [11.0, 12.0]
        assert desk.notices == ()


def test_the_session_is_read_only_whatever_the_address_says(
    tmp_path: Path, as_role: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = "?connect_timeout=9&keepalives=1&channel_binding=prefer&options=-c%20default_transaction_read_only%3Doff"
    monkeypatch.setenv("MARKET_DB", as_role.url("reader") + asked)
    names = ("default_transaction_read_only", "transaction_read_only", "statement_timeout", "lock_timeout", "TimeZone")
    _desk(tmp_path, "SELECT b.*, " + ", ".join(f"current_setting('{name}') AS {name}" for name in names)
          + " FROM bars b ORDER BY date")  # fmt: skip
    raw = queries.run_query(*_source_of(tmp_path))
    assert [raw.columns[name.lower()][0] for name in names] == ["on", "on", "1min", "10s", "UTC"]


def test_values_come_as_the_database_shows_them(tmp_path: Path, as_role: Server) -> None:
    values = (
        "10.1::float4 AS real, 1.50::numeric AS exact, 'infinity'::date AS never, '2026-02-06'::date AS date",
        "'2026-02-06 08:30+08'::timestamptz AS at",
        "jsonb_build_object('a', 1) AS made",
    )
    _desk(tmp_path, "SELECT " + ", ".join(values))
    raw = queries.run_query(*_source_of(tmp_path))
    assert {name: cells[0] for name, cells in raw.columns.items()} == {
        "real": "10.1",
        "exact": "1.50",
        "never": "infinity",
        "at": "2026-02-06T00:30:00.000000Z",
        "date": "2026-02-06",
        "made.a": "1",
    }


@pytest.mark.parametrize(
    ("host", "asked", "said"),
    [
        ("127.0.0.1", "?sslmode=disable", "false"),
        ("127.0.0.1", "?sslmode=require", "true"),
        ("localhost", "?sslmode=verify-full&sslrootcert={certificate}", "true"),
        ("127.0.0.1", "?sslmode=verify-full&sslrootcert={certificate}",
         "certificate is not valid for '127.0.0.1'"),
    ],
)  # fmt: skip
def test_the_server_is_made_sure_of_as_the_address_asks(
    tmp_path: Path, as_role: Server, monkeypatch: pytest.MonkeyPatch, host: str, asked: str, said: str
) -> None:
    if as_role.certificate is None:
        pytest.skip("openssl is not installed")
    url = as_role.url("reader").replace("127.0.0.1", host) + asked.format(certificate=as_role.certificate)
    monkeypatch.setenv("MARKET_DB", url)
    _desk(tmp_path, "SELECT ssl::text AS secure FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    if said in ("true", "false"):
        assert queries.run_query(*_source_of(tmp_path)).columns["secure"] == [said]
    else:
        assert said in _told(tmp_path)


_ATTACKS = [
    "SELECT $$'$$; COMMIT; DROP TABLE bars; SELECT $$'$$",
    "SELECT $a$'$a$; COMMIT; DROP TABLE bars; SELECT $a$'$a$",
    "SELECT E'\\''; COMMIT; DROP TABLE bars; SELECT E'\\''",
    "SELECT 1 /* /* */ ; COMMIT; DROP TABLE bars; /* */ */",
    "SELECT 1 -- '\n; COMMIT; DROP TABLE bars; -- '",
    "SELECT $$'$$; COMMIT; COPY (SELECT 1) TO PROGRAM $$touch {folder}/pwned$$; SELECT $$'$$",
    "COPY (SELECT 1) TO PROGRAM 'touch {folder}/pwned'",
    "COMMIT",
    "SELECT nextval('counter')",
    "SELECT setval('counter', 9)",
    "SELECT set_config('default_transaction_read_only', 'off', false)",
    "SELECT * FROM bars FOR UPDATE",
    "WITH x AS (DELETE FROM bars RETURNING *) SELECT * FROM x",
    "SELECT * INTO other FROM bars",
    "SELECT query_to_xml('DELETE FROM bars', true, true, '')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '{folder}/pwned')",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_read_file('/etc/passwd')::int",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity",
    "SELECT pg_advisory_lock(1)",
    "PREPARE TRANSACTION 'x'",
    "NOTIFY x",
    "SELECT 1; NOTIFY x",
    "DO $$BEGIN DELETE FROM bars; END$$",
    "VALUES (1); DELETE FROM bars",
]


@pytest.mark.parametrize(("role", "read_first"), [("reader", True), ("reader", False), ("owner", False)])
@pytest.mark.parametrize("attack", _ATTACKS)
def test_no_query_changes_or_reaches_anything(
    tmp_path: Path, as_role: Server, monkeypatch: pytest.MonkeyPatch, attack: str, role: str, read_first: bool
) -> None:
    """Also where our reading of the text has let it pass: then the session itself refuses it."""
    beyond = ("pg_", "lo_", "set_config", "query_to_xml")
    if not read_first:
        if role == "owner" and any(word in attack for word in beyond):
            pytest.skip("what a superuser's functions reach is refused by their names")
        monkeypatch.setattr(queries, "_check_select", lambda *_: None)
    monkeypatch.setenv("MARKET_DB", as_role.url(role))
    _desk(tmp_path, attack.replace("{folder}", as_role.folder.as_posix()))

    told = complaints(tmp_path)

    assert not (as_role.folder / "pwned").exists()
    assert "root:" not in " ".join(told)
    assert as_role.run("SELECT count(*) FROM pg_tables WHERE tablename = 'other'") == [0]


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("owner", 'the database role "owner" is a superuser'),
        ("writer", 'the database role "writer" may write to tables'),
        (
            "reach",
            'the database role "reach" may read or write files of the server, run programs or end sessions there',
        ),
    ],
)
def test_a_role_that_may_more_than_read_is_noticed(
    tmp_path: Path, as_role: Server, monkeypatch: pytest.MonkeyPatch, role: str, said: str
) -> None:
    monkeypatch.setenv("MARKET_DB", as_role.url(role))
    _desk(tmp_path, "SELECT * FROM bars")
    hint = "a role that may only SELECT is enough; see Queries in docs/data.md"
    assert tuple(map(str, load(tmp_path).notices)) == (f'desk.toml:10:1: source "prices": {said}; {hint}',)


def test_a_wrong_password_is_not_told(tmp_path: Path, as_role: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKET_DB", as_role.url("reader", password="hush-hush"))
    _desk(tmp_path, "SELECT * FROM bars")
    told = _told(tmp_path)
    assert told.startswith("the database can't be reached: ")
    assert 'password authentication failed for user "reader"' in told
    assert "hush" not in told


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * FROM candles", 'the query fails: relation "candles" does not exist'),
        ("SELECT nothing FROM bars", 'the query fails: column "nothing" does not exist'),
        ("SELECT * FROM pg_authid", "the query fails: permission denied for table pg_authid"),
        ("SELECT 1 / 0 AS date", "the query fails: division by zero"),
        # A terminal would take the character for the beginning of a command.
        ("SELECT (chr(27) || 'x')::int AS date",
         'the query fails: invalid input syntax for type integer: "\\x1bx"'),
        ("SELECT * FROM bars WHERE false", "the query gives no rows"),
        (_ENDLESS, "the query gives more than 1000 rows; ask for those that the brief needs"),
        (_ENDLESS_COUNT, "the query takes longer than 2 seconds; ask for fewer rows, or index its table"),
        ("SELECT pg_sleep(60)", "the query takes longer than 2 seconds; ask for fewer rows, or index its table"),
        ("SELECT repeat('x', 200000) AS date",
         "the query gives more than 0.0953674 MB; ask for the columns and rows that the brief needs"),
        ("SELECT repeat('x', 2000000000) AS date",
         "the query gives more than 0.0953674 MB; ask for the columns and rows that the brief needs"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_told_at_the_source(
    tmp_path: Path, as_role: Server, limits: QueryLimits, query: str, said: str
) -> None:
    _desk(tmp_path, query)
    assert _told(tmp_path) == said


def test_a_row_without_measure_takes_no_more_memory_than_there_is(
    tmp_path: Path, as_role: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LIMITS", replace(QueryLimits(), megabytes=300))
    _desk(tmp_path, "SELECT repeat('x', 200000000) AS date")
    assert _told(tmp_path) == "the query takes more memory than 300 MB; ask for fewer rows and columns"


@pytest.mark.long
def test_a_run_that_is_killed_leaves_no_process_that_asks(tmp_path: Path, as_role: Server) -> None:
    _desk(tmp_path, "SELECT pg_sleep(50)")
    words = [sys.executable, "-m", "reporter", "metrics", str(tmp_path)]
    asked = "SELECT pid FROM pg_stat_activity WHERE application_name = 'reporter' AND wait_event = 'PgSleep'"
    process = subprocess.Popen(words, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        _wait_for(lambda: bool(as_role.run(asked)))
        process.send_signal(signal.SIGKILL)
        # The pipes close when the last process that holds them ends.
        process.communicate(timeout=60)
    finally:
        process.kill()
    _wait_for(lambda: not as_role.run(asked))


def _wait_for(done: object) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if callable(done) and done():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come to that in a minute")
