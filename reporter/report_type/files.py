"""A report type's folder and a desk's `templates/` folder → the file of each name, the desk's first.

The file of a desk stands in for the report type's of the same relative path; one of another name is added. A desk's
file that does neither is most often a misspelt name, and is said to be wrong rather than passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean

#: Folder of a desk in which its own files lie, by the report type's relative paths.
DESK_FOLDER = "templates"
#: Where files of new names are looked for.
_ADDED = ("rules/*.yaml", "rule_tests/*.yaml", "phrases/*/*.j2", "layouts/*.j2")


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """The folders of a report type's files.

    Attributes:
        base: the report type's folder.
        own: the desk's `templates` folder, or None.
        own_shown: how that folder is shown in problems.
    """

    base: Path
    own: Path | None = None
    own_shown: str = DESK_FOLDER

    def find_file(self, name: str) -> Path:
        """Return the file of a relative path: the desk's, or else the report type's."""
        if self.own is not None and (self.own / name).is_file():
            return self.own / name
        return self.base / name

    def glob(self, pattern: str) -> tuple[Path, ...]:
        """Return the files of a pattern sorted by relative path, each once, the desk's first."""
        found = {path.relative_to(self.base).as_posix(): path for path in self.base.glob(pattern)}
        if self.own is not None:
            found |= {path.relative_to(self.own).as_posix(): path for path in self.own.glob(pattern)}
        return tuple(found[name] for name in sorted(found))

    def list_folders(self, name: str) -> tuple[Path, ...]:
        """Return the folders of a relative path in search order."""
        own = (self.own / name,) if self.own is not None and (self.own / name).is_dir() else ()
        return (*own, self.base / name)

    def is_own(self, path: Path) -> bool:
        """Whether a file is the desk's."""
        return self.own is not None and path.is_relative_to(self.own)

    def display_path(self, path: Path) -> str:
        """Return a file's path as its author knows it."""
        if self.own is not None and path.is_relative_to(self.own):
            return f"{self.own_shown}/{path.relative_to(self.own).as_posix()}"
        return path.relative_to(self.base.parent).as_posix()

    def find_stray_files(self, locales: tuple[str, ...]) -> Iterator[Diagnostic]:
        """Find the desk's files that override nothing and add nothing.

        Args:
            locales: every locale that phrases can be written in.
        """
        if self.own is None:
            return
        known = [path.relative_to(self.base).as_posix() for path in sorted(self.base.rglob("*")) if path.is_file()]
        files = sorted(path for path in self.own.rglob("*") if path.is_file())
        for path in files:
            name = path.relative_to(self.own).as_posix()
            if name in known or _is_hidden_file(name) or self._is_addition(path, locales):
                continue
            what = f"overrides no file of {self.base.name} and adds nothing that it would read"
            yield Diagnostic(
                "report.stray-file", Place(self.display_path(path)), what, self._suggest_name(name, known, locales)
            )

    def _is_addition(self, path: Path, locales: tuple[str, ...]) -> bool:
        name = PurePosixPath(path.relative_to(self.own or self.base).as_posix())
        if not any(name.match(pattern) and len(name.parts) == pattern.count("/") + 1 for pattern in _ADDED):
            return False
        if name.parts[0] == "phrases":
            return name.parts[1] in locales
        return name.parts[0] != "layouts" or self._is_included(path)

    def _is_included(self, layout: Path) -> bool:
        """Return whether another of the desk's layouts includes this one."""
        others = (path for path in layout.parent.glob("*.j2") if path != layout)
        return any(f'"{layout.name}"' in text or f"'{layout.name}'" in text for text in map(_read_text, others))

    def _suggest_name(self, name: str, known: list[str], locales: tuple[str, ...]) -> str:
        parts = PurePosixPath(name).parts
        if parts[0] == self.base.name and len(parts) > 1:
            return f'leave out "{parts[0]}/": paths begin inside the report type'
        if parts[0] == "phrases" and len(parts) == 3 and parts[1] not in locales:
            return did_you_mean(parts[1], locales) or f"known locales: {', '.join(locales)}"
        if parts[0] == "layouts" and len(parts) == 2:
            # By the file's own name: with its folder and suffix in common, every layout is near to every other.
            near = did_you_mean(
                parts[1], [PurePosixPath(other).name for other in known if other.startswith("layouts/")]
            )
            return near or "a new layout is read where another layout of the desk includes it"
        if parts[0] in ("rules", "rule_tests") and len(parts) == 2 and not name.endswith(".yaml"):
            return f"name it {PurePosixPath(name).with_suffix('.yaml')}"
        same = [other for other in known if PurePosixPath(other).name == parts[-1]]
        return f'did you mean "{same[0]}"?' if same else did_you_mean(name, known)


def _is_hidden_file(name: str) -> bool:
    """Return whether a file is an editor's, a system's or a note, which is ignored."""
    path = PurePosixPath(name)
    return any(part.startswith(".") for part in path.parts) or path.name.endswith("~") or path.name == "README.md"


def _read_text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def locate_report_files(base: Path, desk: Path | None) -> ReportFiles:
    """Locate the files of a report type as a desk sees them.

    Args:
        base: the report type's folder.
        desk: the desk's folder, or None for the report type by itself.
    """
    own = desk / DESK_FOLDER if desk is not None else None
    if own is None or not own.is_dir():
        return ReportFiles(base)
    return ReportFiles(base, own.resolve(), own.as_posix())
