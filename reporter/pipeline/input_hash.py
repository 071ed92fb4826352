"""Desk, report type, theme and request → one hash of a brief's inputs: where it is unchanged, no rebuild is needed."""

from __future__ import annotations

import hmac
from hashlib import sha256

from reporter import __version__
from reporter.desk import DeskConfig
from reporter.desk.config.metric_files import list_metric_files
from reporter.pipeline.state import BuildRequest
from reporter.render.fonts import find_fonts, hash_face
from reporter.report_type.report_type import ReportType
from reporter.report_type.theme import Theme
from reporter.setup.program_hash import hash_folder, hash_libraries, hash_program


def hash_common(
    config: DeskConfig, report: ReportType, theme: Theme, asked: BuildRequest, key: bytes | None = None
) -> str:
    """SHA-256 of all that a desk's briefs have in common.

    Args:
        config: the desk's; its file is read.
        report: its report type, whose folders are read.
        theme: its look.
        asked: on the command line.
        key: what its ledgers are signed with: under another key they are signed again.

    Raises:
        InputError: a font is not installed.
    """
    earlier = asked.previous / "ledger.json" if asked.previous is not None else None
    parts = [
        __version__,
        hash_program(),
        hash_libraries(),
        *_hash_fonts(config, report),
        sha256((config.folder / "desk.toml").read_bytes()).hexdigest(),
        *(sha256(path.read_bytes()).hexdigest() for path in list_metric_files(config.folder)),
        *(hash_folder(layer.folder) for layer in report.files.layers),
        theme.dress.logo,
        ",".join(sorted(asked.formats)),
        ",".join(book.locale.tag for book in report.books),
        ",".join(asked.editions or config.desk.editions),
        f"{asked.attach_ledger} {asked.evidence}",
        sha256(earlier.read_bytes()).hexdigest() if earlier is not None else "",
        hmac.new(key, b"inputs", sha256).hexdigest() if key is not None else "",
    ]
    return sha256("\n".join(parts).encode()).hexdigest()


def _hash_fonts(config: DeskConfig, report: ReportType) -> tuple[str, ...]:
    """The hashes of every face that a page of these locales is set in."""
    own = config.fonts
    found = (find_fonts(book.locale.lang, sans=own.sans, serif=own.serif) for book in report.books)
    return tuple(hash_face(face) for fonts in found for face in (fonts.regular, fonts.bold, fonts.headline))


def hash_inputs(common: str, rows: str, history: str = "") -> str:
    """SHA-256 of what one brief is made of.

    Args:
        common: from `hash_common`.
        rows: the fingerprint of all rows known at the brief's cut, from `reporter.desk.Fingerprints`. The cut itself
            is no part: where no row came between two of them, the brief of the first stands.
        history: from `reporter.pipeline.history.hash_history`; empty where no published brief is an input.
    """
    return sha256("\n".join(filter(None, (common, rows, history))).encode()).hexdigest()
