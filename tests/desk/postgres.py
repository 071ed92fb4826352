"""A PostgreSQL server of the tests' own, on loopback, with a database, and with roles that may more and less."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg


@dataclass(frozen=True, slots=True)
class Server:
    """A running server.

    Attributes:
        port: on 127.0.0.1.
        password: of every role.
        folder: where its files lie.
        certificate: that shows it to be localhost; None where there is no openssl to make one.
    """

    port: int
    password: str
    folder: Path
    certificate: Path | None

    def url(self, role: str, *, password: str | None = None, driver: str = "", database: str = "market") -> str:
        """The address for a role."""
        return f"postgresql{driver}://{role}:{password or self.password}@127.0.0.1:{self.port}/{database}"

    def run(self, *statements: str) -> list[Any]:
        """Run statements as the owner, and give the first column of the last one's rows."""
        return asyncio.run(_run(self.url("owner"), statements))


async def _run(url: str, statements: Sequence[str]) -> list[Any]:
    connection = await asyncpg.connect(url)
    try:
        rows: list[Any] = []
        for statement in statements:
            rows = await connection.fetch(statement)
        return [row[0] for row in rows]
    finally:
        await connection.close()


def find_programs() -> Path | None:
    """The folder of PostgreSQL's server programs, of the newest version; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    onpath = shutil.which("initdb")
    return found[-1].parent if found else Path(onpath).resolve().parent if onpath else None


def why_not() -> str:
    """Why no server can be started here; an empty text where one can."""
    if find_programs() is None:
        return "PostgreSQL (postgresql) is not installed"
    if os.getuid() == 0 and shutil.which("runuser") is None:
        return "PostgreSQL does not run as root, and there is no runuser"
    return ""


@contextmanager
def running_server() -> Iterator[Server]:
    """A new server; gone with the block."""
    programs = find_programs()
    assert programs is not None
    # Of a short name: a socket's path has little room.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    as_user: list[str] = []
    password = secrets.token_hex(8)
    given = folder / "password"
    given.write_text(password, "utf-8")
    if os.getuid() == 0:
        for path in (folder, given):
            shutil.chown(path, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    data, log = folder / "data", folder / "log"

    def run(*words: str) -> None:
        made = subprocess.run([*as_user, *words], capture_output=True, text=True, timeout=120, cwd=folder, check=False)
        assert made.returncode == 0, made.stdout + made.stderr

    try:
        words = ("--auth=scram-sha-256", "--username=owner", "--no-sync", "--encoding=UTF8", "--locale=C")
        run(str(programs / "initdb"), *words, f"--pwfile={given}", "-D", str(data))
        certificate = folder / "server.crt" if shutil.which("openssl") else None
        secure = ""
        if certificate is not None:
            key = folder / "server.key"
            made = ("-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(certificate))
            names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "30")
            run("openssl", "req", *made, *names)
            secure = f" -c ssl=on -c ssl_cert_file={certificate} -c ssl_key_file={key}"
        for _ in range(5):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
            options += secure
            try:
                run(str(programs / "pg_ctl"), "-D", str(data), "-l", str(log), "-w", "-o", options, "start")
                break
            except AssertionError:
                # Somebody else may have taken the port in the meantime.
                continue
        else:
            raise AssertionError("the server does not start")
        server = Server(port, password, folder, certificate)
        asyncio.run(_run(server.url("owner", database="postgres"), ["CREATE DATABASE market"]))
        server.run(
            f"CREATE ROLE reader LOGIN PASSWORD '{password}'",
            f"CREATE ROLE writer LOGIN PASSWORD '{password}'",
            f"CREATE ROLE reach LOGIN PASSWORD '{password}' IN ROLE pg_read_server_files",
            "CREATE TABLE bars (date date, open float8, high float8, low float8, close numeric(12, 2), at timestamptz)",
            "INSERT INTO bars VALUES ('2026-02-05', 10, 12, 9, 11, '2026-02-06 00:30+00'), "
            "('2026-02-06', 11, 13, 10, 12, '2026-02-07 08:30+08')",
            "CREATE SEQUENCE counter",
            "GRANT SELECT ON bars TO reader, writer, reach",
            "GRANT INSERT, UPDATE, DELETE ON bars TO writer",
            "GRANT USAGE ON SEQUENCE counter TO reader, writer",
        )
        try:
            yield server
        finally:
            run(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
