"""A report type that was read and found right → a file of the user's, which gives it back without reading it again.

To read and check a report type's phrases and rules takes seconds; its files change once a week. The file's name is the
hash of all that the report type was read from, so that whatever changes is read anew, and nothing has to be cleared.
What lies in a folder of somebody else's, or may be written by others, is not believed; nor is what is torn. What is
believed can still make nothing but the values of a report type: every class is looked up in a list.
"""

from __future__ import annotations

import io
import os
import pickle
import stat
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, is_dataclass
from enum import Enum
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel

from reporter.language.filter_contract import Filter
from reporter.language.filters import FILTERS
from reporter.language.locales import Locale, load_locale
from reporter.model.metric import MetricSpec, Unit
from reporter.model.resources import locales_folder
from reporter.report_type.files import ReportFiles
from reporter.report_type.report_type import ReportType

#: The variable that names another folder, or `off`.
VARIABLE: Final = "REPORTER_CACHE"
_OFF = "off"
#: What each file begins with, before the hash of the rest.
_MAGIC = b"reporter report type 1\n"
_KINDS = (BaseModel, Enum)
_PREFIX, _SUFFIX = "report-", ".bin"
#: A report type in two languages takes two megabytes.
_MOST_BYTES = 64_000_000
#: How many are kept; the oldest go.
_KEPT = 16
#: Modules whose dataclasses, models and enumerations a report type consists of.
_ROOMS: Final = (
    "reporter.narrative.chat_outline",
    "reporter.narrative.outline",
    "reporter.narrative.phrases.phrase_extents",
    "reporter.narrative.phrases.phrase_tree",
    "reporter.narrative.phrases.phrases",
    "reporter.report_type.files",
    "reporter.report_type.report_type",
    "reporter.rules.book.rule_book",
    "reporter.rules.expressions.tree",
)
#: What a faulty file can make of reading it.
_FAULTS = (
    pickle.UnpicklingError,
    AttributeError,
    EOFError,
    ImportError,
    IndexError,
    KeyError,
    MemoryError,
    OSError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
)


def find_cache_folder(environment: Mapping[str, str]) -> Path | None:
    """Find the folder in which report types are kept: the user's own for what can be made again; None where it is off.

    Args:
        environment: variables of the process; `REPORTER_CACHE` names another folder, or `off`.
    """
    named = environment.get(VARIABLE, "")
    if named:
        return None if named == _OFF else Path(named)
    base = environment.get("XDG_CACHE_HOME", "")
    if Path(base).is_absolute():
        return Path(base, "reporter")
    home = environment.get("HOME", "")
    if not Path(home).is_absolute():
        return None
    return Path(home, *(("Library", "Caches") if sys.platform == "darwin" else (".cache",)), "reporter")


@dataclass(frozen=True, slots=True)
class ReportCache:
    """Report types that were read before.

    Attributes:
        folder: where they are kept; made with the first.
        program: hash of the program that reads them.
    """

    folder: Path
    program: str

    def hash_key(
        self,
        files: ReportFiles,
        specs: tuple[tuple[str, MetricSpec], ...],
        tags: tuple[tuple[str, ...], tuple[str, ...]],
        content: str,
    ) -> str:
        """Hash everything that a report type is read from.

        Args:
            files: where its files lie.
            specs: every metric that its rules and outline may name.
            tags: of the locales to be written, and of the desk's others.
            content: hash of the files.
        """
        python = sys.implementation.cache_tag
        parts = (self.program, python, repr(files), os.fspath(locales_folder()), repr(specs), repr(tags), content)
        return sha256("\0".join(map(str, parts)).encode("utf-8", "surrogateescape")).hexdigest()

    def read_report(self, key: str) -> ReportType | None:
        """Read a report type; None where there is none, or none that can be believed.

        Args:
            key: as `hash_key` gives it.
        """
        path = self._locate(key)
        try:
            if not _is_own_folder(self.folder):
                return None
            content = _read_own_file(path)
            head, seal, body = content[: len(_MAGIC)], content[len(_MAGIC) :][:32], content[len(_MAGIC) + 32 :]
            if head != _MAGIC or sha256(body).digest() != seal:
                return None
            found = _ReportReader(io.BytesIO(body)).load()
        except _FAULTS:
            return None
        # The newest are kept, by the time of their last use.
        with suppress(OSError):
            os.utime(path)
        return found if isinstance(found, ReportType) else None

    def write_report(self, key: str, report: ReportType) -> None:
        """Keep a report type; where that can't be, it is read anew the next time.

        Args:
            key: as `hash_key` gives it.
            report: read from just what was hashed.
        """
        written = io.BytesIO()
        _ReportWriter(written).dump(report)
        body = written.getvalue()
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_own_folder(self.folder):
                return
            _replace_file(self._locate(key), _MAGIC + sha256(body).digest() + body)
            self._delete_oldest()
        except OSError:
            return

    def _locate(self, key: str) -> Path:
        return self.folder / f"{_PREFIX}{key}{_SUFFIX}"

    def _delete_oldest(self) -> None:
        found = list(self.folder.glob(f"{_PREFIX}*{_SUFFIX}"))
        for path in sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)[_KEPT:]:
            path.unlink(missing_ok=True)


def _is_own_folder(folder: Path) -> bool:
    """Return whether a folder is the user's own and nobody else may write there."""
    return _is_own(folder.stat(), stat.S_ISDIR)


def _is_own(found: os.stat_result, kind: Callable[[int], bool]) -> bool:
    return kind(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _read_own_file(path: Path) -> bytes:
    """Read a file of the user's own.

    Raises:
        OSError: it can't be read.
        ValueError: it is somebody else's, or too large.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as file:
        found = os.fstat(file.fileno())
        if not _is_own(found, stat.S_ISREG) or found.st_size > _MOST_BYTES:
            raise ValueError(path)
        return file.read(_MOST_BYTES)


def _replace_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, however many write it at once."""
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as file:
        aside = Path(file.name)
        try:
            file.write(content)
            file.flush()
            aside.replace(path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise


def _freeze_mapping(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)


def _find_filter(name: str) -> Filter:
    return FILTERS[name]


def _find_locale(tag: str) -> Locale:
    return load_locale(tag, locales_folder())


def _build_path(path: str) -> Path:
    return Path(path)


#: What isn't written as it is: what the program itself has is named.
_MAKERS: Final = (_freeze_mapping, _find_filter, _find_locale, _build_path)


class _ReportWriter(pickle.Pickler):
    """Writes values of a report type."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, protocol=5)
        self.dispatch_table = _REDUCED


def _reduce_mapping(mapping: MappingProxyType[Any, Any]) -> tuple[Callable[..., object], tuple[object, ...]]:
    return _freeze_mapping, (dict(mapping),)


_REDUCED: Final[Mapping[type, Callable[[Any], Any]]] = {
    MappingProxyType: _reduce_mapping,
    Filter: lambda used: (_find_filter, (used.name,)),
    Locale: lambda locale: (_find_locale, (locale.tag,)),
    type(Path()): lambda path: (_build_path, (os.fspath(path),)),
}


class _ReportReader(pickle.Unpickler):
    """Reads values of a report type and nothing else, whatever a file asks for."""

    def find_class(self, module: str, name: str) -> Any:
        found = _list_classes().get((module, name))
        if found is None:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return found


@cache
def _list_classes() -> Mapping[tuple[str, str], object]:
    """List what a file may name: module and name → class, or function that makes what isn't written."""
    listed = (one for room in _ROOMS for one in vars(sys.modules[room]).values() if isinstance(one, type))
    named: list[Any] = [
        *(one for one in listed if one.__module__ in _ROOMS and (is_dataclass(one) or issubclass(one, _KINDS))),
        Unit,
        *_MAKERS,
    ]
    return {(one.__module__, one.__qualname__): one for one in named}
