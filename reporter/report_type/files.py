"""A report type's folder, those it extends, and a desk's `templates/` folder → the file of each name.

Folders stand in layers: the desk's own before the program's, a report type before the one that it extends. The file of
the first layer that has one of a relative path stands in for the others; one of another name is added. A desk's file
that does neither is most often a misspelt name, and is said to be wrong rather than passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean
from reporter.diagnostics.errors import InputError
from reporter.model.resources import templates_folder

#: Folder of a desk in which its own files lie, by the report type's relative paths.
DESK_FOLDER = "templates"
#: What says that a folder is a report type.
REPORT = "report.yaml"
#: Where files of new names are looked for.
_ADDED = ("rules/*.yaml", "rule_tests/*.yaml", "phrases/*/*.j2", "layouts/*.j2")
#: The line of report.yaml that names the report type it extends; the whole file is read and checked later.
_EXTENDS = re.compile(r"""^extends:[ \t]*(["']?)(?P<name>[^\s"'#]+)\1[ \t]*(?:#.*)?$""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FileLayer:
    """A folder of a report type's files.

    Attributes:
        folder: the folder.
        shown: how it is shown in problems.
        report: the report type that its files belong to.
        own: whether it is the desk's.
        flat: whether it is the desk's `templates/` itself, where folders of report types lie too.
    """

    folder: Path
    shown: str
    report: str
    own: bool = False
    flat: bool = False

    def list_names(self) -> tuple[str, ...]:
        """List the relative paths of its files, sorted; of the desk's `templates/`, without those of report types."""
        types = frozenset(list_report_types(self.folder)) if self.flat else frozenset[str]()
        files = (path.relative_to(self.folder) for path in sorted(self.folder.rglob("*")) if path.is_file())
        return tuple(path.as_posix() for path in files if path.parts[0] not in types)


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """The folders of a report type's files.

    Attributes:
        name: the report type.
        layers: its folders, the first that has a file first.
        own: the desk's `templates` folder, or None.
        own_shown: how that folder is shown in problems.
    """

    name: str
    layers: tuple[FileLayer, ...]
    own: Path | None = None
    own_shown: str = DESK_FOLDER

    @property
    def base(self) -> Path:
        """The folder of the report type that extends none."""
        return self.layers[-1].folder

    def find_file(self, name: str) -> Path:
        """Return the file of a relative path: that of the first layer that has it."""
        return next((path for path in self.list_versions(name)), self.base / name)

    def list_versions(self, name: str) -> tuple[Path, ...]:
        """List the files of a relative path, that of the first layer first."""
        paths = (layer.folder / name for layer in self.layers)
        return tuple(path for path in paths if path.is_file())

    def glob(self, pattern: str) -> tuple[Path, ...]:
        """Return the files of a pattern sorted by relative path, each once, that of the first layer."""
        found: dict[str, Path] = {}
        for layer in reversed(self.layers):
            found |= {path.relative_to(layer.folder).as_posix(): path for path in layer.folder.glob(pattern)}
        return tuple(found[name] for name in sorted(found))

    def list_folders(self, name: str) -> tuple[Path, ...]:
        """Return the folders of a relative path in search order."""
        above = (layer.folder / name for layer in self.layers[:-1])
        return (*(folder for folder in above if folder.is_dir()), self.base / name)

    def is_own(self, path: Path) -> bool:
        """Whether a file is the desk's."""
        return self.own is not None and path.is_relative_to(self.own)

    def find_layer(self, path: Path) -> FileLayer | None:
        """Return the layer that a file lies in."""
        inside = (layer for layer in self.layers if path.is_relative_to(layer.folder))
        return max(inside, key=lambda layer: len(layer.folder.parts), default=None)

    def count_height(self, path: Path) -> int:
        """Return how many layers lie under that of a file; all do under one that lies in none."""
        layer = self.find_layer(path)
        return len(self.layers) - (0 if layer is None else 1 + self.layers.index(layer))

    def display_path(self, path: Path) -> str:
        """Return a file's path as its author knows it."""
        layer = self.find_layer(path)
        if layer is None:
            return path.as_posix()
        return f"{layer.shown}/{path.relative_to(layer.folder).as_posix()}"

    def find_stray_files(self, locales: tuple[str, ...]) -> Iterator[Diagnostic]:
        """Find the desk's files that override nothing and add nothing.

        Args:
            locales: every locale that phrases can be written in.
        """
        for place, layer in enumerate(self.layers):
            below = {name for other in self.layers[place + 1 :] for name in other.list_names()}
            for name in layer.list_names() if layer.own else ():
                if name in below or _is_hidden_file(name) or self._is_addition(layer, name, locales):
                    continue
                known = sorted(below | ({REPORT} if not layer.flat else set()))
                over = self.base.name if layer.flat else layer.report
                what = f"overrides no file of {over} and adds nothing that it would read"
                hint = self._suggest_name(name, known, locales)
                yield Diagnostic("report.stray-file", Place(f"{layer.shown}/{name}"), what, hint)

    def _is_addition(self, layer: FileLayer, added: str, locales: tuple[str, ...]) -> bool:
        name = PurePosixPath(added)
        if added == REPORT:
            return not layer.flat
        if not any(name.match(pattern) and len(name.parts) == pattern.count("/") + 1 for pattern in _ADDED):
            return False
        if name.parts[0] == "phrases":
            return name.parts[1] in locales
        return name.parts[0] != "layouts" or self._is_included(layer.folder / name)

    def _is_included(self, layout: Path) -> bool:
        """Return whether another of the desk's layouts includes this one."""
        others = (path for path in layout.parent.glob("*.j2") if path != layout)
        return any(f'"{layout.name}"' in text or f"'{layout.name}'" in text for text in map(_read_text, others))

    def _suggest_name(self, name: str, known: list[str], locales: tuple[str, ...]) -> str:
        parts = PurePosixPath(name).parts
        if len(parts) > 1 and parts[0] not in ("rules", "rule_tests", "phrases", "layouts", "theme"):
            types = [layer.report for layer in self.layers]
            near = did_you_mean(parts[0], types)
            if near:
                return near
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


def locate_report_files(name: str, named_at: Place, at: Path | None = None, desk: Path | None = None) -> ReportFiles:
    """Locate the files of a report type as a desk sees them.

    Args:
        name: the report type.
        named_at: where it is asked for, for messages.
        at: its folder, where it neither comes with the program nor is the desk's.
        desk: the desk's folder, or None for the report type by itself.

    Raises:
        InputError: there is no such report type, it extends one that there is not, or two extend one another.
    """
    folder = (desk / DESK_FOLDER) if desk is not None else None
    own = folder if folder is not None and folder.is_dir() else None
    search = _LayerSearch(own, {} if at is None else {name: at})
    layers = search.list_layers(name, named_at)
    if own is None:
        return ReportFiles(name, layers)
    return ReportFiles(name, layers, own.resolve(), own.as_posix())


def list_report_types(own: Path | None = None) -> tuple[str, ...]:
    """List the names of the report types that come with the program and that are a desk's own.

    Args:
        own: the desk's `templates` folder, where there is one.
    """
    roots = (templates_folder(), *(() if own is None else (own,)))
    return tuple(sorted({path.parent.name for root in roots for path in root.glob(f"*/{REPORT}")}))


@dataclass(frozen=True, slots=True)
class _LayerSearch:
    """Looks for the folders of a report type and of those it extends.

    Attributes:
        own: the desk's `templates` folder, or None.
        given: report type → its folder, for those that are named by their folder.
    """

    own: Path | None
    given: dict[str, Path]

    def list_layers(self, name: str, named_at: Place) -> tuple[FileLayer, ...]:
        """List the folders of a report type, the first that has a file first.

        Raises:
            InputError: there is no such report type, it extends one that there is not, or two extend one another.
        """
        found: list[FileLayer] = []
        seen: list[str] = []
        wanted, asked_at = name, named_at
        while True:
            if wanted in seen:
                what = f"report types extend one another: {' → '.join([*seen, wanted])}"
                hint = "let the last extend none of the others"
                raise InputError([Diagnostic("report.extends-circle", asked_at, what, hint)])
            seen.append(wanted)
            here = self._list_type_layers(wanted, asked_at)
            parent = next(filter(None, (_read_parent(layer) for layer in here)), None)
            if parent is None:
                return (*found, *here[:-1], *self._list_flat_layer(wanted), here[-1])
            found += here
            wanted, asked_at = parent

    def _list_flat_layer(self, name: str) -> tuple[FileLayer, ...]:
        if self.own is None:
            return ()
        return (FileLayer(self.own.resolve(), self.own.as_posix(), name, own=True, flat=True),)

    def _list_type_layers(self, name: str, asked_at: Place) -> tuple[FileLayer, ...]:
        own = None if self.own is None else self.own / name
        shipped = self.given.get(name, templates_folder() / name).resolve()
        layers = []
        if own is not None and own.is_dir():
            layers.append(FileLayer(own.resolve(), own.as_posix(), name, own=True))
        if (shipped / REPORT).is_file():
            layers.append(FileLayer(shipped, shipped.name, name))
        if not any((layer.folder / REPORT).is_file() for layer in layers):
            known = list_report_types(self.own)
            hint = did_you_mean(name, known) or f"known report types: {', '.join(known)}"
            raise InputError([Diagnostic("report.unknown", asked_at, f'unknown report type "{name}"', hint)])
        return tuple(layers)


def _read_parent(layer: FileLayer) -> tuple[str, Place] | None:
    """Return the other report type that a layer's report.yaml extends and where it says so, if it does."""
    path = layer.folder / REPORT
    text = _read_text(path) if path.is_file() else ""
    found = _EXTENDS.search(text)
    if found is None or found["name"] == layer.report:
        return None
    line, column = text.count("\n", 0, found.start()) + 1, found.start("name") - found.start() + 1
    return found["name"], Place(f"{layer.shown}/{REPORT}", line, column)
