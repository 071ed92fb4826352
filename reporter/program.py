"""The program's own files as a hash: what another program made is made anew."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path

from reporter.folders import locales_folder

_CODE = frozenset({".py", ".toml", ".csv"})
#: Report types and locales inside of a wheel, which are hashed for themselves.
_SHIPPED = "_data"


@cache
def hash_program() -> str:
    """SHA-256 of the package's code and tables, and of the locales."""
    package, locales = Path(__file__).parent, locales_folder()
    code = (path for path in _files(package) if path.suffix in _CODE)
    own = [path for path in code if path.relative_to(package).parts[0] != _SHIPPED]
    return hash_files([(package, own), (locales, _files(locales))])


def hash_folder(folder: Path) -> str:
    """SHA-256 of every file below a folder."""
    return hash_files([(folder, _files(folder))])


def hash_files(groups: Iterable[tuple[Path, Iterable[Path]]]) -> str:
    """SHA-256 of files, by their paths from a folder on; a pair of folder and files for each group."""
    digest = sha256()
    for folder, paths in groups:
        for path in paths:
            content = sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
        digest.update(b"\n")
    return digest.hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
