"""The program's own files and libraries → hashes, so that a new version makes briefs again."""

from __future__ import annotations

import ctypes
import importlib.metadata
import re
import sys
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from reporter.model.resources import locales_folder

#: Distribution → the module it is imported as. The same list as in pyproject.toml.
LIBRARIES: Final = {
    "babel": "babel",
    "brotli": "brotli",
    "cssselect2": "cssselect2",
    "fonttools": "fontTools",
    "jinja2": "jinja2",
    "markdown-it-py": "markdown_it",
    "matplotlib": "matplotlib",
    "numpy": "numpy",
    "OpenCC": "opencc",
    "packaging": "packaging",
    "pandas": "pandas",
    "pikepdf": "pikepdf",
    "pillow": "PIL",
    "pydantic": "pydantic",
    "pyyaml": "yaml",
    "tinycss2": "tinycss2",
    "typer": "typer",
    "tzdata": "tzdata",
    "uharfbuzz": "uharfbuzz",
    "weasyprint": "weasyprint",
}

#: Libraries of the system that set the lines of a PDF: their file names and the function that says their version.
_SYSTEM: Final = (
    (("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0.0.dylib"), "pango_version_string"),
    (("libharfbuzz.so.0", "libharfbuzz.dylib", "libharfbuzz.0.dylib"), "hb_version_string"),
)

_CODE = frozenset({".py", ".toml", ".csv"})
#: Report types and locales inside of a wheel, which are hashed for themselves.
_SHIPPED = "_data"


@cache
def hash_program() -> str:
    """SHA-256 of the package's code and tables, and of the locales."""
    package, locales = Path(__file__).parents[1], locales_folder()
    code = (path for path in _list_files(package) if path.suffix in _CODE)
    own = [path for path in code if path.relative_to(package).parts[0] != _SHIPPED]
    return hash_files([(package, own), (locales, _list_files(locales))])


@cache
def hash_libraries() -> str:
    """SHA-256 of the versions of Python, of every library that a brief is made with, and of what those bring."""
    python = f"python {sys.version_info.major}.{sys.version_info.minor}"
    lines = (python, f"zlib {zlib.ZLIB_RUNTIME_VERSION}", *_list_system_versions(), *list_library_versions(LIBRARIES))
    return sha256("\n".join(lines).encode()).hexdigest()


def list_library_versions(names: Iterable[str]) -> tuple[str, ...]:
    """Distributions and all that they ask for, as `name version` in order of names; extras are left out.

    Read from the records of what is installed, and nothing is imported. A distribution that isn't there has no line.
    """
    found: dict[str, str] = {}
    left = [_normalise_name(name) for name in names]
    while left:
        name = left.pop()
        if name in found:
            continue
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        # As text: a parser of mail goes through the whole description too, and takes ten times as long.
        head = (distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or "").partition("\n\n")[0]
        found[name] = "".join(_VERSION.findall(head)[:1])
        left += [_normalise_name(asked) for asked, rest in _ASKED.findall(head) if "extra ==" not in rest]
    return tuple(f"{name} {version}" for name, version in sorted(found.items()))


_VERSION = re.compile(r"^Version: *(\S+)", re.MULTILINE)
_ASKED = re.compile(r"^Requires-Dist: *([A-Za-z0-9._-]+)(.*)$", re.MULTILINE)


def _normalise_name(name: str) -> str:
    """A distribution's name, written as all write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _list_system_versions() -> Iterator[str]:
    """The versions of the system's libraries, of those that are found by their usual file name."""
    for files, function in _SYSTEM:
        for file in files:
            try:
                ask = getattr(ctypes.CDLL(file), function)
            except (OSError, AttributeError):
                continue
            ask.restype, ask.argtypes = ctypes.c_char_p, ()
            yield f"{file} {(ask() or b'').decode('ascii', 'replace')}"
            break


def hash_folder(folder: Path) -> str:
    """SHA-256 of every file below a folder."""
    return hash_files([(folder, _list_files(folder))])


def hash_files(groups: Iterable[tuple[Path, Iterable[Path]]]) -> str:
    """SHA-256 of files, by their paths from a folder on; a pair of folder and files for each group."""
    digest = sha256()
    for folder, paths in groups:
        for path in paths:
            content = sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
        digest.update(b"\n")
    return digest.hexdigest()


def _list_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
