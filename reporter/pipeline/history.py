"""A folder of published briefs → what they have stated, as inputs of a later brief.

Words that say that we said so ("the prices we named") rest on it alone. A brief counts as it was published: one whose
files were edited since, or a day that has none, is not spoken of. No brief of the day itself or of a later one is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from reporter.diagnostics.diagnostic import Diagnostic, Place, Severity
from reporter.diagnostics.errors import HeldError, InputError
from reporter.model.memory import PublishedStatements
from reporter.model.metric import MetricSet
from reporter.pipeline.existing_brief import LEDGER, read_existing_brief
from reporter.rules.frameworks.framework_walk import build_computed_series, replace_series
from reporter.verify.ledger.ledger_model import Ledger, read_ledger
from reporter.verify.ledger.memory_records import HISTORY
from reporter.verify.ledger.seal import check_seal, check_signature
from reporter.verify.published_statements import read_statements

#: The briefs of so many days before are read: an argument about a level stands for thirty at most.
_DAYS = 31
_HINT = "--history takes the folder in which the desk's briefs are published"


def read_history(folder: Path, desk: str, day: date, key: bytes | None = None) -> tuple[PublishedStatements, ...]:
    """Read what a desk's published briefs of the days before have stated, oldest first.

    Args:
        folder: in which they lie, a folder each.
        desk: the desk's slug.
        day: the date of the new brief.
        key: what their ledgers have to be signed with; None where the desk signs none.

    Raises:
        InputError: there is no such folder, it holds briefs of other desks alone, or a ledger in it is damaged, is not
            signed as the desk's are, or is a draft's.
    """
    if not folder.is_dir():
        raise InputError([Diagnostic("history.no-folder", Place(folder.as_posix()), "there is no such folder", _HINT)])
    _check_desk(folder, desk)
    found, faults = [], list[Diagnostic]()
    for back in range(_DAYS, 0, -1):
        brief = folder / f"{desk}-{(day - timedelta(days=back)).isoformat()}"
        if not (brief / LEDGER).is_file():
            continue
        try:
            stated = _read_brief(brief, key)
        except InputError as error:
            faults += error.diagnostics
        else:
            found += [stated] if stated is not None else []
    if faults:
        raise InputError(faults)
    return tuple(found)


def _check_desk(folder: Path, desk: str) -> None:
    """Refuse a folder that holds briefs, and none of the desk."""
    briefs = sorted(path.parent.name for path in folder.glob(f"*/{LEDGER}"))
    if briefs and not any(_is_of_desk(name, desk) for name in briefs):
        what = f"holds {briefs[-1]} and no brief of {desk}"
        raise InputError([Diagnostic("history.other-desk", Place(folder.as_posix()), what, _HINT)])


def _is_of_desk(name: str, desk: str) -> bool:
    """Return whether a folder's name is a desk's slug and a date: "btc-eth-2026-02-06" is none of btc."""
    try:
        return name.startswith(f"{desk}-") and bool(date.fromisoformat(name.removeprefix(f"{desk}-")))
    except ValueError:
        return False


def _read_brief(folder: Path, key: bytes | None) -> PublishedStatements | None:
    """Read a brief of the folder; None where it is not as it was published.

    Raises:
        InputError: its ledger is damaged, or a draft's.
    """
    path = folder / LEDGER
    ledger, data = read_published_ledger(path, key)
    if ledger.brief.draft:
        what = "is that of a draft, which was never published"
        raise InputError([Diagnostic("ledger.draft", Place(path.as_posix()), what, _HINT)])
    if ledger.brief.slug != folder.name:
        what = f"is that of {ledger.brief.slug}"
        hint = "the folder of a brief keeps its name"
        raise InputError([Diagnostic("history.damaged", Place(path.as_posix()), what, hint)])
    standing = read_existing_brief(folder)
    return None if standing is None or standing.list_edited() else read_statements(ledger, data)


def read_published_ledger(path: Path, key: bytes | None) -> tuple[Ledger, bytes]:
    """Read a published ledger as an input of another brief, with its file's content.

    Raises:
        InputError: it can't be read, or is not as it was made.
    """
    hint = "restore it, take the brief's folder away, or build the brief anew"
    try:
        data = path.read_bytes()
        ledger = read_ledger(data, path.as_posix())
    except OSError as error:
        what = f"can't be read: {error.strerror}"
        raise InputError([Diagnostic("file.unreadable", Place(path.as_posix()), what, hint)]) from None
    except HeldError as error:
        raise InputError(
            Diagnostic("history.damaged", Place(path.as_posix()), one.what, hint) for one in error.diagnostics
        ) from None
    signed = check_signature(ledger, key) if key is not None else ()
    wrong = [one for one in (*check_seal(ledger), *signed) if one.severity is Severity.HOLD]
    if wrong:
        raise InputError(Diagnostic("history.damaged", Place(path.as_posix()), one.what, hint) for one in wrong)
    return ledger, data


def put_history(metrics: MetricSet, history: Sequence[PublishedStatements]) -> MetricSet:
    """Put what published briefs have stated into metrics, on the days that they are of."""
    if not history:
        return metrics
    by_day = {one.date: one for one in history}
    stated = [by_day.get(day) for day in metrics.dates]
    return replace_series(
        metrics,
        {
            name: build_computed_series(metrics, name, [None if one is None else getattr(one, price) for one in stated])
            for name, price in HISTORY.items()
        },
    )


def hash_history(history: Sequence[PublishedStatements]) -> str:
    """SHA-256 of the ledgers that a brief may speak of; empty where there are none."""
    parts = [f"{one.slug} {one.digest}" for one in history]
    return sha256("\n".join(parts).encode()).hexdigest() if parts else ""


def check_recalled_briefs(ledger: Ledger, folder: Path | None) -> Iterator[Diagnostic]:
    """Check that the published briefs that a ledger recalls say what it says of them.

    Args:
        ledger: of a finished brief.
        folder: in which they lie; None where nobody gave one, and then an editor is told that they were not looked at.
    """
    place = Place(LEDGER)
    if folder is None:
        if ledger.history:
            names = ", ".join(one.brief for one in ledger.history)
            what = (
                f"it recalls {names}, which was not looked at: give the folder of published briefs with --history DIR"
            )
            yield Diagnostic("history.unchecked", place, what, severity=Severity.NOTICE)
        return
    for one in ledger.history:
        path = folder / one.brief / LEDGER
        try:
            data = path.read_bytes()
        except OSError as error:
            what = f"it recalls {one.brief}, whose ledger can't be read: {error.strerror}"
            yield Diagnostic("history.changed", place, what, severity=Severity.HOLD)
            continue
        if sha256(data).hexdigest() != one.ledger:
            what = f"it recalls {one.brief}, whose ledger is another one now"
            yield Diagnostic("history.changed", place, what, severity=Severity.HOLD)
            continue
        stated = read_statements(read_ledger(data, path.as_posix()), data)
        if (stated.above, stated.below, stated.level) != (one.above, one.below, one.level):
            what = f"it recalls {one.brief}, which did not state these prices"
            yield Diagnostic("history.changed", place, what, severity=Severity.HOLD)
