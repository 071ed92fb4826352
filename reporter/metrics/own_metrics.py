"""A desk's own metrics: declarations in `metrics/*.yaml` → checked specs, and each day's values.

They are made of a table's column or of other metrics, by the operations that the program's own metrics are made with: a
day's value is what was known at that day's cut, and what can't be known is missing with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from reporter.desk.config.config import DeskConfig
from reporter.desk.config.fields import parse_duration
from reporter.desk.config.metric_files import WINDOWS, MetricForm, OverForm, Transform, WrittenMetric
from reporter.desk.config.own_tables import COLUMN_UNITS, PRICE
from reporter.diagnostics.diagnostic import Diagnostic, did_you_mean
from reporter.language.inherited_settings import base_tag
from reporter.language.texts import find_text_key
from reporter.metrics.context import Context
from reporter.metrics.series import DailySeries, Floats, combine_series, lag_series, relative_change, take_first_known
from reporter.model.metric import Derivation, MetricSpec, Unit
from reporter.model.resources import locales_folder
from reporter.model.timestamps import DAY

#: Units that a metric may have, as authors write them.
_UNITS: Mapping[str, Unit] = {PRICE: Unit.PRICE} | {
    str(unit): unit for unit, factor in COLUMN_UNITS.values() if factor == 1.0 and unit is not Unit.PRICE
}
#: Units whose values can't be counted on: no sum, mean or change of them means anything.
_NO_NUMBERS = frozenset({Unit.INSTANT, Unit.TEXT, Unit.BOOL})
#: What adds up over days; a sum of prices or of scores is none.
_ADDITIVE = frozenset({Unit.USD, Unit.COUNT, Unit.CONTRACTS, Unit.FRACTION})
#: What a percentage of change is told of; of a share it would be mistaken for points.
_RELATIVE = frozenset({Unit.USD, Unit.PRICE, Unit.COUNT, Unit.CONTRACTS, Unit.LEVEL, Unit.VOL_POINTS, Unit.RATIO})
_WORDS: Mapping[Transform, str] = {
    "change": "{of} − {of} {back} before",
    "percent_change": "{of} / {of} {back} before − 1",
    "mean": "mean of {of} over {back}, the newest included",
    "sum": "sum of {of} over {back}, the newest included",
    "rank": "share of {back} of {of}, the newest included, that are not above the newest",
    "z_score": "({of} − its mean) / its standard deviation, over {back}, the newest included",
}


def list_own_specs(config: DeskConfig, known: Mapping[str, MetricSpec]) -> dict[str, MetricSpec]:
    """The declarations of a desk's own metrics: id → declaration; those with mistakes are left out.

    Args:
        config: the desk.
        known: the program's metrics.
    """
    return _OwnMetricChecker(config, known).specs if config.metrics else {}


def check_own_metrics(config: DeskConfig, known: Mapping[str, MetricSpec]) -> tuple[Diagnostic, ...]:
    """Every mistake in a desk's own metrics, located; none of its data are read.

    Args:
        config: the desk.
        known: the program's metrics.
    """
    return tuple(_OwnMetricChecker(config, known).problems) if config.metrics else ()


class _OwnMetricChecker:
    """Checks metrics against tables, the program's metrics and one another.

    Attributes:
        specs: those without a mistake.
        problems: in the order of the files.
    """

    def __init__(self, config: DeskConfig, known: Mapping[str, MetricSpec]) -> None:
        """Check all of a desk's metrics."""
        self.config, self.known = config, known
        self.specs: dict[str, MetricSpec] = {}
        self.problems: list[Diagnostic] = []
        self._written: dict[str, WrittenMetric] = {}
        self._done: set[str] = set()
        for one in config.metrics:
            self._add(one)
        for metric_id in self._written:
            self._resolve(metric_id, ())
        order = {one.form.id: place for place, one in enumerate(config.metrics)}
        self.specs = {name: self.specs[name] for name in sorted(self.specs, key=lambda name: order[name])}

    def _report(self, written: WrittenMetric, code: str, path: str, what: str, hint: str = "") -> None:
        told = f'metric "{written.form.id}": {what}'
        self.problems.append(Diagnostic(code, written.locate_key(path), told, hint))

    def _add(self, written: WrittenMetric) -> None:
        metric_id = written.form.id
        if metric_id in self.known or metric_id in self._written:
            whose = (
                "the program's" if metric_id in self.known else f"declared at {self._written[metric_id].locate_key()}"
            )
            self._report(written, "metrics.taken-id", "id", f"the id is {whose}", "give it another")
        elif "." not in metric_id or metric_id.startswith("macro."):
            hint = f"such as house.{metric_id.rpartition('.')[2]}"
            self._report(
                written, "metrics.taken-id", "id", "an id is a subject and a name, and macro is the markets'", hint
            )
        else:
            self._written[metric_id] = written

    def _resolve(self, metric_id: str, path: tuple[str, ...]) -> MetricSpec | None:
        """The declaration of a metric, the program's or the desk's; None where it has a mistake."""
        if metric_id in self.known:
            return self.known[metric_id]
        if metric_id in self._done or metric_id not in self._written:
            return self.specs.get(metric_id)
        written = self._written[metric_id]
        self._done.add(metric_id)
        before = len(self.problems)
        self._check_label(written)
        spec = self._build_spec(written, (*path, metric_id))
        if spec is not None and len(self.problems) == before:
            self.specs[metric_id] = spec
        return spec

    def _build_spec(self, written: WrittenMetric, path: tuple[str, ...]) -> MetricSpec | None:
        form = written.form
        if len(form.ways) != 1:
            what = "nothing says what it is made of"
            hint = "write column, or one of change, percent_change, mean, sum, rank, z_score, ratio, difference"
            if form.ways:
                what, hint = f"{' and '.join(form.ways)} each say what it is made of", "keep one of them"
            self._report(written, "metrics.not-one-way", "", what, hint)
            return None
        if form.column is not None:
            return self._build_of_column(written, form.column)
        for key in ("day", "max_age_days"):
            if key in form.model_fields_set:
                self._report(written, "metrics.not-one-way", key, f"{key} goes with column", "leave it out")
        inputs = [self._find_input(written, key, name, path) for key, name in form.inputs]
        of = [spec for spec in inputs if spec is not None]
        if len(of) < len(inputs):
            return None
        unit = self._find_unit(written, of)
        if unit is None:
            return None
        if form.over is not None:
            self._check_length(written, form.over[0], form.over[1], of[0])
        tables = tuple(dict.fromkeys(table for spec in of for table in spec.tables))
        ages = max(spec.max_age_days for spec in of)
        return _make_spec(form, unit, _tell_formula(form), tables, ages)

    def _find_input(self, written: WrittenMetric, key: str, name: str, path: tuple[str, ...]) -> MetricSpec | None:
        if name in path:
            circle = " → ".join((*path[path.index(name) :], name))
            self._report(written, "metrics.cycle", key, f"it is made of itself: {circle}", "begin with a column")
            return None
        if name not in self.known and name not in self._written:
            hint = did_you_mean(name, [*self._written, *self.known]) or "`reporter metrics DESK` lists them"
            if not any(one.form.id == name for one in self.config.metrics):
                self._report(written, "metrics.unknown-metric", key, f'unknown metric "{name}"', hint)
            return None
        return self._resolve(name, path)

    def _build_of_column(self, written: WrittenMetric, column: str) -> MetricSpec | None:
        form = written.form
        table, _, name = column.partition(".")
        if table not in self.config.table:
            hint = did_you_mean(table, self.config.table) or f"declare it in desk.toml, under [table.{table}]"
            self._report(
                written, "metrics.unknown-column", "column", f'the desk has no table "{table}" of its own', hint
            )
            return None
        columns = self.config.table[table].columns
        if name not in columns:
            hint = did_you_mean(name, columns) or f"write {table}.{next(iter(columns))}"
            self._report(written, "metrics.unknown-column", "column", f'table {table} has no column "{name}"', hint)
            return None
        if form.day is None:
            hint = "write day: last, sum, mean, max or min"
            self._report(written, "metrics.wrong-day", "column", "nothing says how a day is made of rows", hint)
        elif form.max_age_days > 1 and form.day != "last":
            hint = "leave one out: a sum of an earlier day's rows is not this day's"
            self._report(
                written, "wrong-day", "max_age_days", f"max_age_days goes with day: last, not {form.day}", hint
            )
        self._check_rows(written, table)
        unit = self.config.table[table].get_unit(name)
        if not self._check_unit(written, unit, f"column {column}"):
            return None
        return _make_spec(form, unit, _tell_formula(form), (table,), form.max_age_days)

    def _check_rows(self, written: WrittenMetric, table: str) -> None:
        form = written.form
        for source in self.config.source:
            if source.table != table:
                continue
            if form.day not in ("last", None) and not parse_duration(source.bar):
                what = f'rows of source "{source.id}" are instants, of which a day has no {form.day}'
                self._report(
                    written, "metrics.wrong-day", "day", what, "write day: last, or how long a row is as its bar"
                )
            elif form.day == "last" and form.max_age_days == 1 and source.session_clock:
                what = f'rows of source "{source.id}" are sessions, and not every day has one'
                self._report(
                    written, "metrics.wrong-day", "day", what, "say how old the newest may be: max_age_days: 5"
                )

    def _check_unit(self, written: WrittenMetric, unit: Unit, why: str) -> bool:
        """Whether the declared unit is the one that it has."""
        declared = written.form.unit
        right = PRICE if unit is Unit.PRICE else str(unit)
        if declared == right:
            return True
        what = f'unit "{declared}" does not fit: {why} is in {right}'
        self._report(written, "metrics.wrong-unit", "unit", what, f"write unit: {right}")
        return False

    def _find_unit(self, written: WrittenMetric, of: list[MetricSpec]) -> Unit | None:
        """The unit of what is made of other metrics; None where theirs don't fit."""
        form = written.form
        for key, spec in zip((key for key, _ in form.inputs), of, strict=True):
            if spec.unit in _NO_NUMBERS:
                what = f"{spec.id} is no number that can be reckoned with, but {spec.unit}"
                self._report(written, "metrics.wrong-unit", key, what)
                return None
        if form.over is not None:
            return self._find_unit_over(written, form.over[0], of[0])
        if of[0].unit is not of[1].unit:
            names = [_name(spec.unit) for spec in of]
            what = f"{of[0].id} is in {names[0]}, and {of[1].id} in {names[1]}"
            self._report(written, "metrics.wrong-unit", form.inputs[1][0], what, "take two of one unit")
            return None
        if form.difference is not None:
            unit = of[0].unit
            return unit if self._check_unit(written, unit, f"a difference of {of[0].id}") else None
        if form.unit in (Unit.RATIO, Unit.FRACTION):
            return Unit(form.unit)
        self._report(written, "metrics.wrong-unit", "unit", "a ratio has no unit", "write unit: ratio, or fraction")
        return None

    def _find_unit_over(self, written: WrittenMetric, how: Transform, of: MetricSpec) -> Unit | None:
        if how == "percent_change" and of.unit not in _RELATIVE:
            what = f"{of.id} is in {_name(of.unit)}, of which no percentage of change is told"
            self._report(written, "metrics.wrong-unit", f"{how}.of", what, "write change")
            return None
        if how == "sum" and of.unit not in _ADDITIVE:
            what = f"{of.id} is in {_name(of.unit)}, and its days don't add up"
            self._report(written, "metrics.wrong-unit", f"{how}.of", what, "write mean")
            return None
        made = {"percent_change": Unit.FRACTION, "rank": Unit.FRACTION, "z_score": Unit.RATIO}
        unit = made.get(how, of.unit)
        return unit if self._check_unit(written, unit, f"a {how.replace('_', ' ')} of {of.id}") else None

    def _check_length(self, written: WrittenMetric, how: Transform, over: OverForm, of: MetricSpec) -> None:
        if (over.days is None) == (over.rows is None):
            self._report(
                written, "metrics.wrong-length", how, "either days or rows says how far it looks back", "write days: 7"
            )
            return
        count = over.days or over.rows or 0
        if how in WINDOWS and count < 2:
            self._report(
                written, "metrics.wrong-length", f"{how}.{'days' if over.days else 'rows'}", "it needs two at least"
            )
        base = self._written.get(of.id)
        of_rows = base is not None and base.form.column is not None and base.form.day == "last"
        if over.rows is not None and not of_rows:
            what = f"rows are a column's, and {of.id} is not made of one with day: last"
            self._report(written, "metrics.wrong-length", f"{how}.rows", what, "write days")
        elif over.days is not None and how in WINDOWS and of.max_age_days > 1:
            what = f"days of {of.id} may repeat the newest row, and would count it more than once"
            hint = "write rows" if of_rows else "take a metric that has a value of its own each day"
            self._report(written, "metrics.wrong-length", f"{how}.days", what, hint)

    def _check_label(self, written: WrittenMetric) -> None:
        label = written.form.label
        bases = {tag: base_tag(tag, locales_folder()) for tag in self.config.desk.locales}
        lacking = [tag for tag, base in bases.items() if find_text_key(label, tag, base) is None]
        if lacking:
            what = f"label has no text for locale {', '.join(lacking)}"
            self._report(written, "metrics.missing-text", "label", what, "add it")
        for tag, text in label.items():
            if not text.strip():
                self._report(
                    written, "metrics.missing-text", f"label.{tag}", f"its label in {tag} is empty", "write it"
                )


def _name(unit: Unit) -> str:
    return PRICE if unit is Unit.PRICE else str(unit)


def _make_spec(form: MetricForm, unit: Unit, formula: str, tables: tuple[str, ...], max_age_days: int) -> MetricSpec:
    made = None
    if form.inputs:
        over = form.over
        days, rows = (over[1].days, over[1].rows) if over is not None else (None, None)
        made = Derivation(form.ways[0], tuple(name for _, name in form.inputs), days, rows)
    return MetricSpec(
        form.id,
        unit,
        formula,
        tables,
        form.low,
        form.high,
        ladder=form.ladder,
        max_age_days=max_age_days,
        made=made,
        label=tuple(form.label.items()),
    )


def _tell_formula(form: MetricForm) -> str:
    if form.column is not None:
        if form.day == "last" and form.max_age_days > 1:
            return f"newest {form.column} that is known, at most {form.max_age_days} days old"
        return f"{form.day} of {form.column} over the day"
    if form.over is not None:
        how, over = form.over
        back = f"{over.days} days" if over.days is not None else f"{over.rows} rows"
        return _WORDS[how].format(of=over.of, back=back)
    if form.ratio is not None:
        return f"{form.ratio.of} / {form.ratio.to}"
    return " − ".join(name for _, name in form.inputs)


# --- values -----------------------------------------------------------------------------------------------------------


def compute_own_metric(context: Context, form: MetricForm) -> DailySeries:
    """The series of one of the desk's own metrics.

    Args:
        context: the calendar and tables.
        form: the metric, checked.
    """
    if form.column is not None:
        return _compute_days(context, form)
    inputs = [context[name] for _, name in form.inputs]
    if form.ratio is not None:
        return combine_series(lambda left, right: np.where(right != 0, left / right, np.nan), *inputs)
    if form.difference is not None:
        return combine_series(lambda left, right: left - right, *inputs)
    how, over = form.over or ("change", OverForm(of=form.id, days=1))
    if over.rows is not None:
        base = next(one.form for one in context.desk.config.metrics if one.form.id == over.of)
        return _compute_over_rows(context, base, how, over.rows)
    days = over.days or 1
    if how == "change":
        earlier = lag_series(inputs[0], context.count_back(days))
        return combine_series(lambda now, then: now - then, inputs[0], earlier, same_source=True)
    if how == "percent_change":
        return relative_change(inputs[0], context.count_back(days))
    return context.roll_days(inputs[0], days, _REDUCTIONS[how])


def _compute_days(context: Context, form: MetricForm) -> DailySeries:
    table, _, column = (form.column or "").partition(".")
    if form.day == "last" and form.max_age_days > 1:
        return context.latest_column_values(table, column, form.max_age_days * DAY)
    match form.day:
        case "sum":
            return context.day_total(table, column)
        case "mean":
            return context.day_mean(table, column)
        case "max" | "min":
            return context.day_extreme(table, column, form.day)
        case _:
            return context.day_last(table, column)


def _compute_over_rows(context: Context, base: MetricForm, how: Transform, count: int) -> DailySeries:
    """A value computed along a table's rows, aligned to the newest row that was known at each cut."""
    name, _, column = (base.column or "").partition(".")
    series = []
    for table in context.tables_with_rows(name, column):
        values = table.frame[column].to_numpy(dtype=float)
        found = apply_to_rows(values, how, count)
        series.append(context.latest_values(table, found, base.max_age_days * DAY, ~np.isnan(values)))
    return take_first_known(series) if series else context.absent_series(*context.tables_with_columns(name, column))


def apply_to_rows(values: Floats, how: Transform, count: int) -> Floats:
    """A transform along rows; NaN where it would need a blank row, or one before the first.

    Args:
        values: one a row, oldest first; NaN where blank.
        how: the transform.
        count: how many rows it looks back over, the newest included; of a change, how many back its base is.
    """
    found = np.full(len(values), np.nan)
    if how in ("change", "percent_change"):
        now, then = values[count:], values[:-count]
        with np.errstate(all="ignore"):
            found[count:] = now - then if how == "change" else np.where(then > 0, now / then - 1.0, np.nan)
    elif len(values) >= count:
        found[count - 1 :] = _REDUCTIONS[how](np.lib.stride_tricks.sliding_window_view(values, count))
    return found


def _reduce_to_rank(rows: Floats) -> Floats:
    whole = ~np.isnan(rows).any(axis=1)
    return np.where(whole, np.mean(rows <= rows[:, -1:], axis=1), np.nan)


def _reduce_to_score(rows: Floats) -> Floats:
    spread = np.std(rows, axis=1, ddof=1)
    with np.errstate(all="ignore"):
        return np.where(spread > 0, (rows[:, -1] - np.mean(rows, axis=1)) / spread, np.nan)


_REDUCTIONS: Mapping[str, Callable[[Floats], Floats]] = {
    "mean": lambda rows: np.asarray(np.mean(rows, axis=1)),
    "sum": lambda rows: np.asarray(np.sum(rows, axis=1)),
    "rank": _reduce_to_rank,
    "z_score": _reduce_to_score,
}
