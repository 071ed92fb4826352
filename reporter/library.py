"""What `import reporter` offers: a desk from a folder or from DataFrames → metrics, findings and briefs; audits.

Everything here is typed, and held to docs/library.md and to a recorded list of signatures. What other modules have may
change with any version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from reporter.desk.formats.suggestion_lines import quote_toml, to_inline_table
from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError, ReporterError
from reporter.model.finding import State
from reporter.pipeline.audit import audit_folder
from reporter.pipeline.evaluate import compute_desk_metrics, evaluate_desk
from reporter.pipeline.read import open_authored
from reporter.pipeline.run import build_brief
from reporter.pipeline.state import BuildRequest

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "BriefAudit",
    "BuiltBrief",
    "DataTable",
    "DayReading",
    "FiredFinding",
    "MarketDesk",
    "ReporterError",
    "audit_brief",
    "make_desk",
    "open_desk",
]

Format = Literal["md", "html", "pdf"]
#: A text for all locales, or one for each.
Text = str | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DataTable:
    """A DataFrame that feeds a table of a desk.

    Attributes:
        name: the table: prices, fund_flows, funding … (docs/desk.md).
        frame: its columns, under the table's own names, by a DatetimeIndex. Times with a zone are what they say, times
            without one are in `timezone`.
        unit: of its values: usd, usd_m, fraction, percent … It is declared, never guessed.
        bar: how long a row is: 1d, 1h, 15m; 0 for instants.
        timezone: zone of times that have none, and of the days.
        cite: who is cited, for all locales or for each.
        keys: further keys of `[[source]]`, such as `{"session_close": "16:00", "lag": "8h"}`.
    """

    name: str
    frame: pd.DataFrame
    unit: str
    bar: str = "1d"
    timezone: str = "UTC"
    cite: Text = "own data"
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DayReading:
    """A metric's value on a day, or why there is none.

    Attributes:
        metric: its id.
        value: exact, in `unit`; None where it is missing.
        unit: usd, usd_price, fraction …; a fraction of 0.05 is 5 %.
        as_of: when the newest row in it ended, in UTC.
        source: id of the source that gave it; several are joined by "+".
        missing: why there is no value; empty where there is one.
    """

    metric: str
    value: float | None
    unit: str
    as_of: datetime | None
    source: str
    missing: str


@dataclass(frozen=True, slots=True)
class FiredFinding:
    """A rule that fired on a day.

    Attributes:
        id: the rule's.
        topic: what it is about.
        stance: bull, bear, neutral or mixed.
        weight: how much it counts, 0 to 100.
        facts: name → exact value; a list's is its length.
    """

    id: str
    topic: str
    stance: str
    weight: int
    facts: Mapping[str, float | str | None]


@dataclass(frozen=True, slots=True)
class BuiltBrief:
    """A published brief, or a draft.

    Attributes:
        folder: where its files are.
        changed: whether it was written; it is not where nothing that it is made of has changed.
        notices: what an editor should know.
    """

    folder: Path
    changed: bool
    notices: tuple[str, ...]

    def read_text(self, locale: str, edition: str = "article") -> str:
        """Return the brief's Markdown.

        Args:
            locale: one of the desk's, such as `en`.
            edition: article or chat.

        Raises:
            OSError: it was not built in that locale or edition, or not as Markdown.
        """
        return (self.folder / f"{edition}.{locale}.md").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class BriefAudit:
    """What a finished brief's ledger says of its files.

    Attributes:
        passes: whether the ledger bears out everything in them.
        faults: what it doesn't, one by one.
        notices: what is to be known, and no fault.
    """

    passes: bool
    faults: tuple[str, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MarketDesk:
    """A desk: a folder with a desk.toml, whose files are read anew with each question.

    Attributes:
        folder: the desk's.
    """

    folder: Path

    def read_metrics(self, day: date | None = None) -> dict[str, DayReading]:
        """Compute every metric of a day, as known at the day's end: id → reading.

        Args:
            day: None for the newest complete day.

        Raises:
            ReporterError: the desk or its data are wrong; `diagnostics` says where.
        """
        metrics = compute_desk_metrics(self.folder, day)
        found = {}
        for name, series in metrics.series.items():
            seen = series.observation_at(metrics.today_index)
            as_of = None if seen.as_of is None else datetime.fromtimestamp(seen.as_of, UTC)
            unit, missing = str(series.spec.unit), str(seen.missing or "")
            found[name] = DayReading(name, seen.value, unit, as_of, seen.source or "", missing)
        return found

    def read_series(self, metric: str, day: date | None = None) -> dict[date, float | None]:
        """Compute a metric over all days up to one, each as known at that day's own end.

        Args:
            metric: its id.
            day: None for the newest complete day.

        Raises:
            KeyError: there is no such metric.
            ReporterError: the desk or its data are wrong; `diagnostics` says where.
        """
        metrics = compute_desk_metrics(self.folder, day)
        return dict(zip(metrics.dates, metrics.series[metric].values, strict=True))

    def find(self, day: date | None = None) -> tuple[FiredFinding, ...]:
        """Return the findings of a day, in the order of the rules.

        Args:
            day: None for the newest complete day.

        Raises:
            ReporterError: the desk, its rules or its data are wrong; `diagnostics` says where.
        """
        outcomes = evaluate_desk(self.folder, day).outcomes
        fired = (one.finding for one in outcomes if one.state is State.FIRED and one.finding is not None)
        return tuple(
            FiredFinding(one.id, one.topic, str(one.stance), one.weight, {fact.name: fact.value for fact in one.facts})
            for one in fired
        )

    def build(
        self,
        out: Path | str,
        day: date | None = None,
        *,
        formats: Sequence[Format] = ("md",),
        locales: Sequence[str] = (),
        draft: bool = False,
    ) -> BuiltBrief:
        """Build the brief of a day and publish it whole.

        Args:
            out: the folder under which the brief's own is made.
            day: None for the newest complete day.
            formats: what is written.
            locales: none for those of desk.toml.
            draft: write it to be looked at, marked so; faults are notices then.

        Raises:
            ReporterError: something is wrong, or the brief can't be defended; nothing is written.
        """
        request = BuildRequest(self.folder, Path(out), tuple(locales), formats=tuple(formats), draft=draft)
        built = build_brief(request, day)
        return BuiltBrief(built.folder, built.changed, tuple(map(str, (*built.faults, *built.notices))))


def open_desk(folder: Path | str) -> MarketDesk:
    """Open a desk, once everything that its authors wrote has been checked.

    Args:
        folder: the desk's.

    Raises:
        ReporterError: there is none, or something in it is wrong; `diagnostics` says where.
    """
    open_authored(Path(folder))
    return MarketDesk(Path(folder))


def make_desk(
    folder: Path | str,
    tables: Sequence[DataTable],
    *,
    symbol: str,
    name: Text,
    locales: Sequence[str] = ("en", "zh-Hant"),
    asset: Mapping[str, str] | None = None,
    replace: bool = False,
) -> MarketDesk:
    """Make a desk of DataFrames: a folder with a desk.toml and a CSV file for each.

    Args:
        folder: where; made where it is not there.
        tables: what feeds it; daily prices are needed.
        symbol: ticker of the asset.
        name: its name, for all locales or for each.
        locales: in which its briefs are written.
        asset: further keys of `[asset]`, such as `{"class": "equity", "quote": "TWD"}`.
        replace: write over the desk.toml and the files of the same names that are there.

    Raises:
        ReporterError: a desk is there already, a frame has no times, or something in it is wrong.
    """
    at = Path(folder)
    if not replace and (at / "desk.toml").exists():
        hint = "name another folder, open that desk, or say replace=True"
        raise InputError([Diagnostic("library.desk-there", Place(at.as_posix()), "it has a desk.toml already", hint)])
    names = [table.name for table in tables]
    ids = [name if names.count(name) == 1 else f"{name}_{place}" for place, name in enumerate(names, 1)]
    files = {f"{key}.csv": _write_rows(table) for key, table in zip(ids, tables, strict=True)}
    slug = re.sub(r"[^a-z0-9]+", "-", symbol.lower()).strip("-") or "desk"
    lines = ["[desk]", f"slug = {quote_toml(slug)}", f"locales = [{', '.join(map(quote_toml, locales))}]", ""]
    lines += ["[asset]", f"symbol = {quote_toml(symbol)}", f"name = {_write_text(name)}"]
    lines += [f"{key} = {quote_toml(value)}" for key, value in (asset or {}).items()]
    for key, table in zip(ids, tables, strict=True):
        given = {"id": key, "table": table.name, "path": f"{key}.csv", "time": "time", "timezone": table.timezone}
        given |= {"bar": table.bar, "unit": table.unit, **table.keys}
        lines += ["", "[[source]]", *(f"{one} = {quote_toml(value)}" for one, value in given.items())]
        lines.append(f"cite = {_write_text(table.cite)}")
    at.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        (at / file).write_text(content, "utf-8")
    (at / "desk.toml").write_text("\n".join([*lines, ""]), "utf-8")
    return open_desk(at)


def audit_brief(folder: Path | str) -> BriefAudit:
    """Hold a finished brief to its ledger.

    Args:
        folder: the brief's.

    Raises:
        ReporterError: it is no folder of a brief.
    """
    verdict = audit_folder(Path(folder))
    return BriefAudit(verdict.passes, tuple(map(str, verdict.faults)), tuple(map(str, verdict.notices)))


def _write_text(text: Text) -> str:
    return quote_toml(text) if isinstance(text, str) else to_inline_table(dict(text))


def _write_rows(table: DataTable) -> str:
    """Write a frame as CSV with its times in the column `time`."""
    index: Any = table.frame.index
    if not hasattr(index, "tz"):
        what = f"the frame has no times: its index is a {type(index).__name__}"
        hint = "frame.set_index(pd.to_datetime(…)) gives it a DatetimeIndex"
        raise InputError([Diagnostic("library.no-times", Place(table.name), what, hint)])
    times = index if index.tz is None else index.tz_convert("UTC")
    zone = "" if index.tz is None else "Z"
    days = table.bar == "1d" and not zone and bool((times == times.normalize()).all())
    written = times.strftime("%Y-%m-%d" if days else f"%Y-%m-%dT%H:%M:%S{zone}")
    return str(table.frame.set_axis(written).to_csv(index_label="time", lineterminator="\n"))
