"""The machine → checks of what a build needs: Python, libraries, fonts, folders, writing.

Nothing is imported here that takes time or may be absent; what is examined is imported while it is examined.
"""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import importlib
import importlib.metadata
import io
import re
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reporter.diagnostics.diagnostic import NO_FILE, Diagnostic
from reporter.diagnostics.errors import InputError, ReporterError
from reporter.model.resources import locales_folder, templates_folder
from reporter.setup.program_hash import LIBRARIES

if TYPE_CHECKING:
    from packaging.requirements import Requirement

#: The distribution that this package comes in.
DISTRIBUTION: Final = "market-reporter"

_REINSTALL: Final = "run `rm -r .venv` and `make setup`, or install market-reporter again"
_RESTORE: Final = "get the folder back with `git checkout`, or install market-reporter again"


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check.

    Attributes:
        name: what was looked at.
        ok: whether a brief can be made with it.
        detail: what was found: a version, a path, or what is wrong.
        remedy: how to get it on Debian or Ubuntu and on macOS; empty when it is there.
    """

    name: str
    ok: bool
    detail: str
    remedy: str = ""

    def to_diagnostic(self) -> Diagnostic:
        """Convert a failed check to a diagnostic."""
        return Diagnostic("setup.missing", NO_FILE, f"{self.name}: {self.detail}", self.remedy)


@dataclass(frozen=True, slots=True)
class VersionRanges:
    """The versions that the package asks for, by distribution; names are written as in a lock.

    Attributes:
        needed: what every brief is made with.
        optional: what an extra brings, and the extras that ask for it.
    """

    needed: dict[str, Requirement] = field(default_factory=dict)
    optional: dict[str, tuple[Requirement, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _SharedLibrary:
    """A library of the system: the name to search it by, and the file names it goes by where a search finds nothing."""

    name: str
    search: str
    files: tuple[str, ...]
    debian: str
    brew: str


_SHARED_LIBRARIES: Final = (
    _SharedLibrary("Pango", "pango-1.0", ("libpango-1.0.so.0", "libpango-1.0.dylib"), "libpango-1.0-0", "pango"),
    _SharedLibrary(
        "Pango for FreeType",
        "pangoft2-1.0",
        ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
        "libpangoft2-1.0-0",
        "pango",
    ),
    _SharedLibrary(
        "HarfBuzz subsetter",
        "harfbuzz-subset",
        ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
        "libharfbuzz-subset0",
        "harfbuzz",
    ),
)


def examine_system() -> tuple[Check, ...]:
    """Check everything that a build needs, in the order in which to repair it."""
    ranges = read_ranges()
    return (
        check_python(),
        *(check_library(name, module, ranges.needed.get(name.casefold())) for name, module in LIBRARIES.items()),
        *check_optional(ranges),
        check_opencc(),
        *(_check_shared(library) for library in _SHARED_LIBRARIES),
        *check_fonts(),
        *check_folders(),
        check_locale_data(),
        check_writing(),
    )


def check_python(version: tuple[int, int, int] = sys.version_info[:3]) -> Check:
    """Check the interpreter's version."""
    shown = ".".join(str(part) for part in version)
    if version >= (3, 11, 0):
        return Check("Python", True, shown)
    remedy = _format_remedy("apt-get install python3.11 python3.11-venv", "brew install python@3.13")
    return Check("Python", False, f"{shown} is older than 3.11", remedy)


def read_ranges(declared: Iterable[str] | None = None) -> VersionRanges:
    """Read which versions the package asks for.

    Args:
        declared: lines as in a distribution's `Requires-Dist`; without them, those of the installed package.

    Returns:
        The ranges; none where the package runs without having been installed, or where nothing can read them.
    """
    try:
        from packaging.requirements import Requirement
        from packaging.utils import canonicalize_name

        lines = importlib.metadata.requires(DISTRIBUTION) or () if declared is None else declared
    except (ImportError, importlib.metadata.PackageNotFoundError):
        return VersionRanges()
    ranges = VersionRanges()
    for line in lines:
        requirement = Requirement(line)
        name = canonicalize_name(requirement.name)
        extra = _find_extra(requirement)
        if extra is None:
            ranges.needed[name] = requirement
        else:
            _, extras = ranges.optional.get(name, (requirement, ()))
            ranges.optional[name] = requirement, (*extras, extra)
    return ranges


def check_library(distribution: str, module: str, requirement: Requirement | None = None) -> Check:
    """Check that a library is installed, in a version that is asked for, and can be imported.

    Args:
        distribution: its name in a lock.
        module: its name in an import.
        requirement: the versions that are asked for, or None.
    """
    asked = f"{distribution}{requirement.specifier if requirement else ''}"
    remedy = f"run `rm -r .venv` and `make setup`, or `pip install '{asked}'`"
    try:
        version = importlib.metadata.version(distribution)
        # WeasyPrint prints its advice and warns when a shared library is missing; the checks below say it better.
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            importlib.import_module(module)
    except importlib.metadata.PackageNotFoundError:
        return Check(distribution, False, "not installed", remedy)
    except (ImportError, OSError) as error:
        reason = str(error).partition("\n")[0]
        return Check(distribution, False, f"{version} can't be imported: {reason}", remedy)
    if requirement is not None and not _is_version_allowed(version, requirement):
        return Check(distribution, False, f"{version} is outside {requirement.specifier}", remedy)
    return Check(distribution, True, version)


def check_optional(ranges: VersionRanges) -> tuple[Check, ...]:
    """Check the versions of what only an extra brings, where it is installed; nobody has to have it."""
    checks = []
    for distribution, (requirement, extras) in sorted(ranges.optional.items()):
        name = f"{distribution} ({', '.join(sorted(extras))})"
        try:
            version = importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            continue
        if _is_version_allowed(version, requirement):
            checks.append(Check(name, True, version))
        else:
            remedy = f"run `pip install '{distribution}{requirement.specifier}'`"
            checks.append(Check(name, False, f"{version} is outside {requirement.specifier}", remedy))
    return tuple(checks)


def check_opencc() -> Check:
    """Check that `opencc` is the authors' own distribution, and no other has put its files in the same place."""
    name = "OpenCC's origin"
    owners = sorted(set(importlib.metadata.packages_distributions().get("opencc", ())))
    if [owner.casefold() for owner in owners] == ["opencc"]:
        return Check(name, True, "the official distribution")
    others = [owner for owner in owners if owner.casefold() != "opencc"]
    detail = f"the module opencc comes from {' and '.join(owners)}" if owners else "no distribution brings it"
    remove = f"`pip uninstall {' '.join(others)}`, then " if others else ""
    return Check(name, False, detail, f"{remove}`pip install --force-reinstall OpenCC`")


def check_shared_library(name: str, search: str, files: tuple[str, ...], remedy: str) -> Check:
    """Check that a shared library of the system can be loaded.

    Args:
        name: what to call it.
        search: the name that a linker knows it by.
        files: file names to try where the search finds nothing; it needs tools that a small system may lack.
        remedy: how to get it.
    """
    found = ctypes.util.find_library(search)
    for file in (found, *files) if found else files:
        with contextlib.suppress(OSError):
            ctypes.CDLL(file)
            return Check(name, True, file)
    return Check(name, False, f"no library {search} can be loaded", remedy)


def check_fonts() -> tuple[Check, ...]:
    """Check fontconfig, and each face that the pages of any locale are set in."""
    command = shutil.which("fc-list")
    if command is None:
        remedy = _format_remedy("apt-get install fontconfig", "brew install fontconfig")
        return (Check("fontconfig", False, "no fc-list on the path", remedy),)
    try:
        from reporter.render.fonts import find_fonts

        tags = _list_locale_tags()
    except (ImportError, ReporterError) as error:
        return (Check("fontconfig", True, command), Check("Fonts", False, str(error), _REINSTALL))
    faces: dict[str, Check] = {}
    for tag in tags:
        try:
            fonts = find_fonts(tag)
        except InputError as error:
            faces.update(
                (problem.what, Check("Font", False, problem.what, problem.hint)) for problem in error.diagnostics
            )
        else:
            found = (fonts.regular, fonts.bold, fonts.headline)
            faces.update((face.name, Check(face.name, True, face.path)) for face in found)
    return (Check("fontconfig", True, command), *faces.values())


def check_folders() -> tuple[Check, ...]:
    """Check the report types and the locales: beside the package in a checkout, inside it once installed."""
    return (
        _check_folder("templates/", templates_folder, "*/report.yaml"),
        _check_folder("locales/", locales_folder, "*.toml"),
    )


def check_locale_data() -> Check:
    """Check that Babel has data for every locale there are settings for."""
    name = "Locale data"
    try:
        from babel import Locale, UnknownLocaleError

        tags = _list_locale_tags()
    except (ImportError, ReporterError) as error:
        return Check(name, False, str(error), _REINSTALL)
    unknown = []
    for tag in tags:
        try:
            Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            unknown.append(tag)
    if unknown:
        return Check(name, False, f"Babel has none for {', '.join(unknown)}", "name the settings by a known locale")
    return Check(name, True, ", ".join(tags))


def check_writing() -> Check:
    """Check that a file can be written aside and moved into place whole, as a brief is."""
    name = "Writing"
    try:
        with tempfile.TemporaryDirectory() as folder:
            aside = Path(folder) / "aside"
            aside.mkdir()
            (aside / "brief.md").write_text("比特幣\n", encoding="utf-8")
            placed = aside.rename(Path(folder) / "placed") / "brief.md"
            same = placed.read_text(encoding="utf-8") == "比特幣\n"
    except OSError as error:
        return Check(name, False, str(error), "free some space, or set TMPDIR to a folder that can be written to")
    if not same:
        return Check(name, False, "a file came back changed", "set TMPDIR to a folder on another disk")
    return Check(name, True, tempfile.gettempdir())


def _find_extra(requirement: Requirement) -> str | None:
    """The extra that a requirement belongs to; none where it is needed in any case."""
    if requirement.marker is None:
        return None
    found = re.search(r"extra == ['\"]([^'\"]+)['\"]", str(requirement.marker))
    return found[1] if found else None


def _is_version_allowed(version: str, requirement: Requirement) -> bool:
    """Whether a version is in a requirement's range; one that is a release candidate of such a version is."""
    from packaging.version import InvalidVersion

    try:
        return requirement.specifier.contains(version, prereleases=True)
    except InvalidVersion:
        return False


def _check_shared(library: _SharedLibrary) -> Check:
    remedy = _format_remedy(f"apt-get install {library.debian}", f"brew install {library.brew}")
    return check_shared_library(library.name, library.search, library.files, remedy)


def _list_locale_tags() -> list[str]:
    return sorted(settings.stem for settings in locales_folder().glob("*.toml"))


def _check_folder(name: str, find: Callable[[], Path], pattern: str) -> Check:
    try:
        folder = find()
    except ReporterError as error:
        return Check(name, False, str(error), _RESTORE)
    if next(folder.glob(pattern), None) is None:
        return Check(name, False, f"{folder} holds no {pattern}", _RESTORE)
    return Check(name, True, str(folder))


def _format_remedy(debian: str, mac: str) -> str:
    return f"Debian, Ubuntu: {debian}; macOS: {mac}"
