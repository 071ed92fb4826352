"""The set-up of a checkout: it installs what is locked, with any pip, whatever newer releases there are.

An index on the loopback interface has the locked wheels and, of every package and of the tools that install them, a
release made up to be newer. A set-up that resolved anything would take it, or stop.
"""

from __future__ import annotations

import hashlib
import http.server
import io
import os
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
RUN, DEV = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
NEWER = "9999.0"
#: What the set-up itself is done with; a newer one of these must not get in either.
TOOLS = ("pip", "setuptools", "wheel", "editables")
#: What only tests and linters need.
DEVELOPERS = {"ccxt", "duckdb", "mypy", "pyarrow", "pytest", "ruff", "typst"}
#: The set-up for a brief, and the one for tests that goes on from it.
STEPS = ((".venv/.installed", RUN), (".venv/.installed-dev", DEV))

Index = tuple[str, list[str]]


@cache
def locked(lock: Path) -> dict[str, tuple[Requirement, frozenset[str]]]:
    """Each package of a lock: what is asked for, and the hashes its files may have."""
    found: dict[str, tuple[Requirement, frozenset[str]]] = {}
    for entry in re.split(r"\n(?=\w)", lock.read_text("utf-8")):
        requirement = Requirement(entry.partition("\\")[0])
        hashes = frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry))
        found[canonicalize_name(requirement.name)] = requirement, hashes
    return found


def versions_here(lock: Path) -> dict[str, str]:
    """The versions that a lock names for this Python and system."""
    requirements = [requirement for requirement, _ in locked(lock).values()]
    return {
        canonicalize_name(asked.name): str(asked.specifier).removeprefix("==")
        for asked in requirements
        if asked.marker is None or asked.marker.evaluate()
    }


def declared(section: str) -> list[Requirement]:
    """What pyproject.toml asks for: of the package itself, or of a dependency group."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lines = project["project"]["dependencies"] if section == "project" else project["dependency-groups"][section]
    return [Requirement(line) for line in lines if isinstance(line, str)]


@pytest.mark.parametrize("lock", [RUN, DEV], ids=lambda lock: lock.name)
def test_a_lock_names_exact_versions_with_hashes_and_no_places(lock: Path) -> None:
    for requirement, hashes in locked(lock).values():
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement
        assert hashes, requirement
        assert requirement.url is None
    assert "://" not in lock.read_text("utf-8")


def test_the_locks_agree_and_the_larger_has_all_of_the_smaller() -> None:
    small, large = locked(RUN), locked(DEV)
    assert set(small) < set(large)
    assert [name for name in small if small[name][0].specifier != large[name][0].specifier] == []
    assert [name for name in small if small[name][1] != large[name][1]] == []
    assert DEVELOPERS & set(small) == set()
    assert DEVELOPERS - set(large) == set()


@pytest.mark.parametrize(("section", "lock"), [("project", RUN), ("build", RUN), ("dev", DEV)])
def test_the_locks_have_what_the_project_asks_for(section: str, lock: Path) -> None:
    wrong = [
        str(asked)
        for asked in declared(section)
        if (name := canonicalize_name(asked.name)) not in locked(lock)
        or not asked.specifier.contains(str(locked(lock)[name][0].specifier).removeprefix("=="))
    ]
    assert wrong == [], "run .ci/lock"


# The set-up itself -------------------------------------------------------------------------------------------------


def kept_wheels() -> Path:
    """Where `.ci/wheels` keeps what it fetches."""
    cache_home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("REPORTER_WHEELS") or cache_home / "market-reporter" / "wheels")


def old_pip(version: str) -> Path:
    wheel = kept_wheels() / f"pip-{version}-py3-none-any.whl"
    if not wheel.exists():
        pytest.skip(f"{wheel} is not there; .ci/wheels fetches it")
    return wheel


def made_up(name: str) -> tuple[str, bytes]:
    """A wheel without contents, newer than any release."""
    folder = f"{name.replace('-', '_')}-{NEWER}"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as wheel:
        wheel.writestr(f"{folder}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {NEWER}\n")
        wheel.writestr(
            f"{folder}.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\nGenerator: test\n",
        )
        wheel.writestr(f"{folder}.dist-info/RECORD", "")
    return f"{folder}-py3-none-any.whl", content.getvalue()


@pytest.fixture(scope="module")
def index() -> Iterator[Index]:
    """An index with the locked wheels and newer ones; its address, and the names of the files that were fetched."""
    files: dict[str, Path | bytes] = {}
    pages: dict[str, list[str]] = {}
    wheels = {hashlib.sha256(file.read_bytes()).hexdigest(): file for file in sorted(kept_wheels().glob("*.whl"))}
    for name in versions_here(DEV):
        found = [wheels[digest] for digest in locked(DEV)[name][1] if digest in wheels]
        if not found:
            pytest.skip(f"no wheel of the locked {name} is in {kept_wheels()}; .ci/wheels fetches it")
        files.update((file.name, file) for file in found)
        pages[name] = [file.name for file in found]
    for name in (*pages, *TOOLS):
        file, content = made_up(name)
        files[file] = content
        pages[name] = [*pages.get(name, []), file]
    fetched: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, _, name = self.path.strip("/").partition("/")
            if kind == "simple" and name in pages:
                links = "".join(f'<a href="/files/{file}">{file}</a><br>\n' for file in pages[name])
                self._answer(f"<!DOCTYPE html><html><body>\n{links}</body></html>\n".encode(), "text/html")
            elif kind == "files" and name in files:
                fetched.append(name)
                file = files[name]
                self._answer(file if isinstance(file, bytes) else file.read_bytes(), "application/octet-stream")
            else:
                self.send_error(404)

        def _answer(self, content: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/simple", fetched
    server.shutdown()
    server.server_close()
    thread.join()


def environment(home: Path, address: str) -> dict[str, str]:
    """What a shell hands down, without what would lead pip elsewhere or belongs to a make around this test."""
    dropped = ("PIP_", "PYTHON", "MAKE", "MFLAGS", "VIRTUAL_ENV")
    handed = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    own = {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_CONFIG_DIRS": str(home), "NO_PROXY": "127.0.0.1"}
    # Compiled or not is all the same here, and takes half of the time.
    pip = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": address, "PIP_NO_CACHE_DIR": "1", "PIP_COMPILE": "0"}
    return handed | own | pip


def copy_checkout(folder: Path) -> Path:
    """The part of the checkout that a set-up uses."""
    folder.mkdir()
    for name in (".ci", "reporter", "templates", "locales"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "pyproject.toml", "README.md", "LICENSE", RUN.name, DEV.name):
        shutil.copy(ROOT / name, folder / name)
    return folder


def python_with(pip: Path | None, folder: Path) -> Path:
    """A Python whose new environments have this pip, or the one it brings itself."""
    base = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info[1]}"
    if pip is None:
        return base
    python = folder / "python3"
    install = f'.venv/bin/python -m pip install --quiet --no-index --no-deps --force-reinstall "{pip}"'
    python.write_text(f'#!/bin/sh\n"{base}" "$@" || exit\ncase "$*" in "-m venv "*) {install} ;; esac\n', "utf-8")
    python.chmod(0o755)
    return python


def installed(checkout: Path) -> dict[str, Distribution]:
    (site,) = (checkout / ".venv" / "lib").glob("python3.*/site-packages")
    return {canonicalize_name(found.name): found for found in distributions(path=[str(site)])}


def missing(there: dict[str, Distribution]) -> list[str]:
    """What an installed package asks for and doesn't get, along its extras too, which `pip check` doesn't follow."""
    lacking, seen = [], set()
    waiting: list[tuple[str, str]] = [(name, "") for name in there]
    while waiting:
        name, extra = step = waiting.pop()
        if step in seen:
            continue
        seen.add(step)
        for line in there[name].requires or ():
            asked = Requirement(line)
            if asked.marker is not None and not asked.marker.evaluate({"extra": extra}):
                continue
            wanted = canonicalize_name(asked.name)
            if wanted not in there or not asked.specifier.contains(there[wanted].version, prereleases=True):
                lacking.append(f"{name} asks for {asked}")
            else:
                waiting += [(wanted, wish) for wish in asked.extras]
    return lacking


def test_the_index_would_give_the_newer_release_to_whoever_resolves(index: Index, tmp_path: Path) -> None:
    address, fetched = index
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "hatchling"]
    subprocess.run(command, check=True, cwd=tmp_path, env=environment(tmp_path, address), timeout=120)
    assert [file.name for file in tmp_path.glob("*.whl")] == [f"hatchling-{NEWER}-py3-none-any.whl"]
    assert fetched.pop() == f"hatchling-{NEWER}-py3-none-any.whl"


@pytest.mark.long
@pytest.mark.skipif(shutil.which("make") is None, reason="make is not there")
@pytest.mark.parametrize(
    ("pip", "steps"),
    [
        pytest.param("22.3", STEPS[:1], id="of Python 3.11.0"),
        pytest.param("23.0.1", STEPS, id="of Debian 12"),
        pytest.param("", STEPS[:1], id="of this Python"),
    ],
)
def test_what_is_locked_is_what_is_installed(
    pip: str, steps: tuple[tuple[str, Path], ...], index: Index, tmp_path: Path
) -> None:
    if pip and sys.version_info >= (3, 12):
        pytest.skip(f"pip {pip} came before Python 3.12 and doesn't run on it")
    address, fetched = index
    fetched.clear()
    python = python_with(old_pip(pip) if pip else None, tmp_path)
    checkout = copy_checkout(tmp_path / "checkout")

    def make(target: str) -> str:
        command = ["make", "--no-print-directory", f"PYTHON={python}", target]
        handed = environment(tmp_path, address)
        ran = subprocess.run(
            command, check=False, capture_output=True, text=True, cwd=checkout, env=handed, timeout=600
        )
        assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
        return ran.stdout

    for target, lock in steps:
        make(target)
        there = installed(checkout)
        assert not pip or there["pip"].version == pip
        versions = {name: found.version for name, found in there.items() if name not in TOOLS}
        assert versions.pop("market-reporter")
        assert versions == versions_here(lock)
        assert missing(there) == []
        assert make(target) == f"make: '{target}' is up to date.\n"
    assert [file for file in fetched if NEWER in file] == []
    # The larger set-up went on from the smaller one.
    assert len(fetched) == len(set(fetched))
