"""A font's file as data that is read where it is used, or why it can't be opened."""

from __future__ import annotations

from pathlib import Path

import uharfbuzz

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError


def open_font_data(path: str) -> uharfbuzz.Blob:
    """The data of a font's file, mapped and not read.

    Raises:
        InputError: the system won't map it: a collection of fonts is larger than the memory that the shell allows.
        OSError: it can't be read.
    """
    try:
        return uharfbuzz.Blob.from_file_path(path)
    except uharfbuzz.HarfBuzzError:
        # Why it failed isn't said: a file that can be read can't be mapped.
        with Path(path).open("rb"):
            what = "there is not enough memory to open the font"
            hint = "close other programs, or raise the limit on memory (ulimit -v)"
            raise InputError([Diagnostic("file.system-limit", Place(path), what, hint)]) from None
