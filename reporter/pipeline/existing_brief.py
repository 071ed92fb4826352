"""A brief's folder → the brief that exists there: which files are its own, and whether it may be replaced.

The ledger of the brief names its files with their hashes. Everything else in the folder is somebody else's.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import EditedError, InputError
from reporter.verify.ledger.ledger_model import READABLE

LEDGER = "ledger.json"
_EDITED = "is not as it was published, so nothing is written"
#: What `reporter backfill` once kept beside the ledger: the names of a day's files without hashes.
_OLD_RECORD = "inputs.json"


@dataclass(frozen=True, slots=True)
class ExistingBrief:
    """An existing brief as its ledger describes it.

    Attributes:
        folder: where it stands.
        hashes: its files, and the SHA-256 that each was published with; empty where that is not known.
        inputs: SHA-256 of what it was made of; empty where its ledger is too old to say.
        draft: whether it is only to be looked at.
    """

    folder: Path
    hashes: Mapping[str, str]
    inputs: str
    draft: bool

    def list_edited(self) -> tuple[str, ...]:
        """List its files that differ from what was published; missing files are not included."""
        return tuple(name for name in self._list_present() if not self._is_as_published(name))

    def list_lacking(self, names: Collection[str]) -> tuple[str, ...]:
        """List its files that a brief of these names would lack; charts go with their text."""
        gone = (name for name in self._list_present() if name not in names and name != _OLD_RECORD)
        return tuple(name for name in gone if not _is_redrawn_chart(name, names))

    def is_whole(self, names: Collection[str]) -> bool:
        """Whether it has all these files, and none of its own is missing or edited."""
        own = {*self.hashes, LEDGER}
        return own.issuperset(names) and len(self._list_present()) == len(self.hashes) and not self.list_edited()

    def _list_present(self) -> tuple[str, ...]:
        """List its own files that exist."""
        return tuple(name for name in sorted(self.hashes) if _path_exists(self.folder / name))

    def _is_as_published(self, name: str) -> bool:
        path, digest = self.folder / name, self.hashes[name]
        if path.is_symlink() or not path.is_file():
            return False
        return not digest or sha256(path.read_bytes()).hexdigest() == digest


def read_existing_brief(folder: Path) -> ExistingBrief | None:
    """Read the brief that exists in a folder; None where there is none.

    Raises:
        EditedError: its ledger can't be read, so that nothing says which files are its own.
    """
    try:
        ledger = json.loads((folder / LEDGER).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError):
        raise _make_unreadable_error(folder) from None
    if not isinstance(ledger, dict) or ledger.get("schema") not in READABLE:
        raise _make_unreadable_error(folder)
    files, brief = ledger.get("files", {}), ledger.get("brief", {})
    if not isinstance(files, dict) or not isinstance(brief, dict):
        raise _make_unreadable_error(folder)
    hashes = {str(name): str(digest) for name, digest in files.items()}
    return ExistingBrief(
        folder, _read_old_record(folder) | hashes, str(ledger.get("inputs", "")), brief.get("draft") is True
    )


def check_replacement(
    standing: ExistingBrief | None, names: Collection[str], *, replace: bool = False, draft: bool = False
) -> None:
    """Check that a brief may replace the existing one.

    Args:
        standing: the brief that stands, if any.
        names: the new one's files; charts may be left out.
        replace: whether edited files may go, and files that the new one lacks.
        draft: whether the new one is only to be looked at; a draft may take another's place as it likes.

    Raises:
        InputError: it would lack files, or one of the two is a draft.
        EditedError: files have been edited.
    """
    if standing is None:
        return
    if standing.draft != draft:
        what = "a published brief stands there" if draft else "a draft stands there"
        hint = "--preview-dir takes a folder of its own" if draft else "take it away, or choose another --out"
        raise InputError([Diagnostic("output.draft", Place(standing.folder.as_posix()), what, hint)])
    if draft or replace:
        return
    if edited := standing.list_edited():
        hint = "keep it and choose another --out, or give it up with --replace"
        raise EditedError(
            Diagnostic("output.edited", Place((standing.folder / name).as_posix()), _EDITED, hint) for name in edited
        )
    if lacking := standing.list_lacking(names):
        what = f"this build would lack {_join_names(lacking)}, which the published brief has"
        hint = (
            f"{_suggest_options(lacking, names)}choose another --out, look first with --preview-dir, or take --replace"
        )
        raise InputError([Diagnostic("output.lacking", Place(standing.folder.as_posix()), what, hint)])


def _suggest_options(lacking: Collection[str], names: Collection[str]) -> str:
    """Suggest the options that would also make the lacking texts."""
    asked = [parts for name in names if len(parts := _split_name(name)) == 3]
    wanted = [parts for name in lacking if len(parts := _split_name(name)) == 3]
    words = []
    for place, option in ((2, "--format"), (1, "--locale"), (0, "--edition")):
        had = {parts[place] for parts in asked}
        missing = sorted({parts[place] for parts in wanted} - had)
        # The option names all that there is to be, so those that were asked for stand in it too.
        if missing and (had or place == 2):
            words += [f"{option} {value}" for value in (*sorted(had), *missing)]
    return f"ask for {' '.join(words)}, " if words else ""


def _split_name(name: str) -> list[str]:
    """Split a text's name into edition, locale and format."""
    return [] if "/" in name else name.split(".")


def _is_redrawn_chart(name: str, names: Collection[str]) -> bool:
    """Return whether a chart belongs to a text that is rendered anew."""
    folder, _, file = name.rpartition("/")
    parts = file.split(".")
    if folder != "charts" or len(parts) not in (3, 4):
        return False
    edition = parts[0] if len(parts) == 4 else "article"
    return f"{edition}.{parts[-2]}.md" in names


def _read_old_record(folder: Path) -> dict[str, str]:
    try:
        record = json.loads((folder / _OLD_RECORD).read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(record, dict) or record.get("schema") != "reporter.inputs/1":
        return {}
    return {**{str(name): "" for name in record.get("files", ()) if name != LEDGER}, _OLD_RECORD: ""}


def _path_exists(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _join_names(names: Collection[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _make_unreadable_error(folder: Path) -> EditedError:
    what = "can't be read, so nothing says which files here are the brief's"
    hint = "move the folder away, or choose another --out"
    return EditedError([Diagnostic("output.ledger", Place((folder / LEDGER).as_posix()), what, hint)])
