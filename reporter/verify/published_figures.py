"""A published brief's ledger and current metrics → corrections: figures that the source gives otherwise now.

Only what a brief showed counts, and only where the same metric of the same day and the same period has another value:
a figure that has merely been followed by a newer one is no correction.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import HeldError, InputError
from reporter.language.relating_words import RELATION
from reporter.model.finding import Input
from reporter.model.memory import Correction
from reporter.model.metric import MetricSet, Unit, read_unit
from reporter.verify.ledger.ledger_model import SCHEMA, ClaimRecord, Ledger, read_ledger

_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """The readings that a published brief's ledger states.

    Attributes:
        slug: the brief's folder name; date: its date.
        readings: claim id and reading, for each claim that shows one reading as it is.
    """

    slug: str
    date: date
    readings: tuple[tuple[str, Input], ...]


def read_published_figures(folder: Path) -> PublishedFigures:
    """Read the figures in the ledger of a published brief.

    Raises:
        InputError: there is none, or it is none of ours.
    """
    path = folder / "ledger.json"
    hint = "--previous takes a published brief's folder"
    try:
        ledger = read_ledger(path.read_bytes(), path.as_posix())
        if ledger.brief.draft:
            raise _make_input_error("ledger.draft", path, "is of a draft, which was never published", hint)
        return list_published_figures(ledger)
    except OSError as error:
        raise _make_input_error("file.unreadable", path, f"can't be read: {error.strerror}", hint) from None
    except (HeldError, ValueError):
        raise _make_input_error("ledger.not-a-ledger", path, f"is no ledger of {SCHEMA}", hint) from None


def list_published_figures(ledger: Ledger) -> PublishedFigures:
    """List the figures that a ledger states."""
    about = ledger.brief
    return PublishedFigures(about.slug, date.fromisoformat(about.date), tuple(_iterate_readings(ledger.claims)))


def _make_input_error(code: str, path: Path, what: str, hint: str = "") -> InputError:
    return InputError([Diagnostic(code, Place(path.as_posix()), what, hint)])


def _iterate_readings(claims: Iterable[ClaimRecord]) -> Iterator[tuple[str, Input]]:
    """Iterate over claims that show one reading as it is; computed figures would repeat it."""
    seen: set[tuple[str, str]] = set()
    for claim in claims:
        if claim.kind == RELATION or len(claim.inputs) != 1:
            continue
        if claim.inputs[0].value is None or claim.inputs[0].value != claim.value:
            continue
        one = claim.inputs[0]
        if (one.metric, one.date) not in seen:
            seen.add((one.metric, one.date))
            at = None if one.as_of is None else datetime.fromisoformat(one.as_of).timestamp()
            yield claim.id, Input(one.metric, one.date, one.value, read_unit(one.unit), at, one.source)


def find_corrections(published: PublishedFigures, views: Sequence[MetricSet]) -> tuple[Correction, ...]:
    """Find published figures whose value is different now.

    Args:
        published: what was published.
        views: what is known now, in more than one cut: as the new brief sees the published day, and with everything
            that has become known since. A figure is compared in the first that still gives the same period.
    """
    found = []
    for claim, old in published.readings:
        new = next((one for view in views if (one := _find_current_reading(old, view)) is not None), None)
        if new is not None and old.value is not None and new.value is not None and _is_different(old.value, new.value):
            found.append(Correction(claim, old, new))
    return tuple(found)


def _is_different(old: float, new: float) -> bool:
    return abs(old - new) > _SAME * max(abs(old), abs(new))


def _find_current_reading(old: Input, metrics: MetricSet) -> Input | None:
    """Return the metric's reading of the same day and period as known now, or None."""
    series = metrics.series.get(old.metric)
    day = date.fromisoformat(old.date)
    index = bisect_left(metrics.dates, day)
    if series is None or series.spec.unit is not old.unit or metrics.dates[index : index + 1] != (day,):
        return None
    if old.unit is Unit.PRICE and any(date.fromisoformat(old.date) < day for day in metrics.splits):
        # The same price on another scale is nothing to correct.
        return None
    value, as_of = series.values[index], series.as_of[index]
    if value is None or as_of is None or old.as_of is None or int(as_of) != int(old.as_of):
        return None
    return Input(old.metric, old.date, value, old.unit, as_of, series.source[index])
