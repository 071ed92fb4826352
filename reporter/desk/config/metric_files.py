"""`metrics/*.yaml` of a desk → its own metrics as written, each key with its place; what they name is checked later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError
from reporter.model.metric import LadderClass
from reporter.syntax.located_yaml import LocatedValue, read_yaml
from reporter.syntax.model_diagnostics import ShapeCodes, StrictModel, to_diagnostics

METRICS_FOLDER = "metrics"
#: Codes of what has not the form of a file of metrics.
_SHAPE = ShapeCodes("metrics.unknown-key", "metrics.wrong-value")

#: How a day is made of a column's rows.
DayOf = Literal["last", "sum", "mean", "max", "min"]
#: How a metric is made of one other, over days or rows.
Transform = Literal["change", "percent_change", "mean", "sum", "rank", "z_score"]
TRANSFORMS: tuple[Transform, ...] = ("change", "percent_change", "mean", "sum", "rank", "z_score")
#: Those that need two values at least.
WINDOWS = frozenset({"mean", "sum", "rank", "z_score"})

MetricId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]
_Length = Annotated[int, Field(ge=1, le=3_660)]


class OverForm(StrictModel):
    """A transform of one metric: over so many days, or so many rows of the table that it is made of."""

    of: MetricId
    days: _Length | None = None
    rows: _Length | None = None


class RatioForm(StrictModel):
    """One metric divided by another."""

    of: MetricId
    to: MetricId


class DifferenceForm(StrictModel):
    """One metric less another."""

    of: MetricId
    less: MetricId


class MetricForm(StrictModel):
    """One metric as written: made of a column's rows, or of other metrics.

    Attributes:
        id: what rules call it.
        unit: of every value.
        label: what charts and tables call it, per locale.
        column: table and column, `stablecoins.supply`, of which `day` makes each day.
        max_age_days: how old the newest row may be before the metric counts as missing; beyond 1 a day's
            value is the newest row that was known at its cut, of whichever day.
        low, high: smallest and largest value that is believed.
        ladder: class of the words that tell its moves.
    """

    id: MetricId
    unit: str
    label: dict[str, str]
    column: MetricId | None = None
    day: DayOf | None = None
    max_age_days: Annotated[int, Field(ge=1, le=400)] = 1
    change: OverForm | None = None
    percent_change: OverForm | None = None
    mean: OverForm | None = None
    sum: OverForm | None = None
    rank: OverForm | None = None
    z_score: OverForm | None = None
    ratio: RatioForm | None = None
    difference: DifferenceForm | None = None
    low: float = float("-inf")
    high: float = float("inf")
    ladder: LadderClass | None = None

    @property
    def ways(self) -> tuple[str, ...]:
        """The keys that say what it is made of; a metric has one of them."""
        return tuple(name for name in ("column", *TRANSFORMS, "ratio", "difference") if getattr(self, name) is not None)

    @property
    def over(self) -> tuple[Transform, OverForm] | None:
        """Its transform, where it is one of one other metric."""
        found = ((name, getattr(self, name)) for name in TRANSFORMS)
        return next(((name, form) for name, form in found if form is not None), None)

    @property
    def inputs(self) -> tuple[tuple[str, str], ...]:
        """The metrics that it is made of, each with the key path where it is named."""
        if self.over is not None:
            name, form = self.over
            return ((f"{name}.of", form.of),)
        if self.ratio is not None:
            return ("ratio.of", self.ratio.of), ("ratio.to", self.ratio.to)
        if self.difference is not None:
            return ("difference.of", self.difference.of), ("difference.less", self.difference.less)
        return ()


class WrittenMetric(StrictModel):
    """A metric of a desk's file, and where its keys stand.

    Attributes:
        form: as written.
        file: how its file is shown in messages.
        places: key path, `sum.of`, → line and column of its value; of the whole under "".
    """

    form: MetricForm
    file: str
    places: dict[str, tuple[int, int]]

    def locate_key(self, path: str = "") -> Place:
        """Where a key's value stands, or the metric where it has no such key."""
        return Place(self.file, *self.places.get(path, self.places[""]))


class _FileForm(StrictModel):
    metrics: Annotated[list[MetricForm], Field(min_length=1)]


def list_metric_files(folder: Path) -> tuple[Path, ...]:
    """A desk's files of metrics, in order of name.

    Args:
        folder: the desk's.
    """
    return tuple(sorted((folder / METRICS_FOLDER).glob("*.yaml")))


def read_metric_files(folder: Path, shown_as: str) -> tuple[tuple[WrittenMetric, ...], tuple[Diagnostic, ...]]:
    """Read a desk's own metrics.

    Args:
        folder: the desk's.
        shown_as: how the folder is shown in messages.

    Returns:
        The metrics of all files that have their form, and every mistake in the others.
    """
    found: list[WrittenMetric] = []
    problems: list[Diagnostic] = []
    for path in list_metric_files(folder):
        shown = Path(shown_as, METRICS_FOLDER, path.name).as_posix()
        try:
            root = read_yaml(path, shown)
        except InputError as error:
            problems += error.diagnostics
            continue
        try:
            form = _FileForm.model_validate(root.plain)
        except ValidationError as error:
            problems += to_diagnostics(error, root, shown, _SHAPE, _FileForm)
            continue
        located = root.entries["metrics"].items
        found += [
            WrittenMetric(form=one, file=shown, places=dict(_list_places(here)))
            for one, here in zip(form.metrics, located, strict=True)
        ]
    return tuple(found), tuple(problems)


def _list_places(here: LocatedValue, path: str = "") -> Iterator[tuple[str, tuple[int, int]]]:
    yield path, (here.line, here.column)
    for key, value in here.entries.items():
        yield from _list_places(value, f"{path}.{key}" if path else key)
