"""The folders of report types and locales: inside an installed wheel, or beside the package in a checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from reporter.diagnostics.diagnostic import NO_FILE, Diagnostic
from reporter.diagnostics.errors import InputError


def locales_folder() -> Path:
    """Return the folder with locale settings, catalogues and the termbase.

    Raises:
        InputError: this installation lacks it.
    """
    return _find_shipped("locales")


def templates_folder() -> Path:
    """Return the folder with the report types that come with the program.

    Raises:
        InputError: this installation lacks it.
    """
    return _find_shipped("templates")


def samples_folder() -> Path:
    """Return the folder with the sample desks that come with the program.

    Raises:
        InputError: this installation lacks it.
    """
    return _find_shipped("samples")


def _find_shipped(name: str) -> Path:
    """Find a folder of the package: the wheel's copy first, then the checkout's."""
    package = Path(str(files("reporter")))
    candidates = (package / "_data" / name, package.parent / name)
    for folder in candidates:
        if folder.is_dir():
            return folder
    what = f"the folder {name}/ is missing from this installation"
    raise InputError([Diagnostic("setup.missing-folder", NO_FILE, what, "install the reporter package again")])
