"""Declarations of vendors' file layouts: TOML text → frozen values; what each key means, and where they are found.

A layout says in data what a file looks like; `records` and `shaping` read any file by it. The program's own lie in
`formats/*.toml` beside this module, a desk's in its own `formats/`; a name is the file's and the entry's:
`[oi_history]` in `coinglass_v4.toml` is `coinglass_v4.oi_history`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean
from reporter.diagnostics.errors import InputError
from reporter.syntax.authored_text import read_authored_text
from reporter.syntax.model_diagnostics import StrictModel, in_words
from reporter.syntax.toml import parse_toml
from reporter.syntax.toml_positions import find_place, key_positions

#: Formats without a layout: plain tables whose columns desk.toml names.
PLAIN = ("csv", "json", "parquet", "feather", "excel", "sql")
_MAX_BYTES = 1_000_000

Names = Annotated[tuple[str, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)]


class Gather(StrictModel):
    """Several rows to one.

    Attributes:
        every: the period that they are gathered over.
        how: the sum of them, or the newest.
        of: column that tells the summed rows of a period apart; the same one twice would be counted twice.
    """

    every: str
    how: Literal["sum", "last"]
    of: str = ""


class Pick(StrictModel):
    """A column that takes another's value in some rows, and 0 in the others.

    Attributes:
        value: the column taken.
        where: column → the value that it has in those rows.
    """

    value: str
    where: dict[str, str]


class Layout(StrictModel):
    """One vendor's layout.

    Attributes:
        title: what the file is, in English.
        vendor: who is cited.
        table: canonical table it feeds; empty where no table takes it, and `why_not` says why.
        needs: columns that make it this layout, all of them.
        lacks: columns that make it another.
        values: column → pattern that its first cells match.
        medians: column → span in which the middle size of its values lies; tells columns of one name apart.
        around: place in an answer, in words separated by dots → pattern of what stands there beside the rows.
        named: pattern of a file name that decides between layouts that a file fits alike.
        path: where in a JSON file the rows lie, in words separated by dots; several are tried in order.
        shape: how they lie there: objects, lists, an object of lists, one object, or an object of objects.
        fields: names of the columns of rows without names; further ones are nameless.
        header: where a text table's column names stand: "first" line, "none", "maybe" (none where the first cell is
            a number), "found" (below a banner), "two" (yfinance's, with the ticker below).
        time: column of times; empty where the file holds none.
        time_format: as in desk.toml; several are tried by sniff.
        columns: canonical column → the file's.
        unit: unit of the values; empty where the file can't say.
        ask: key of desk.toml → why its author must answer it.
        entity: column that says whose rows these are, where a file may hold several.
        identity: columns that name a market ("BTC-USD"), besides those that `markets.toml` knows by name.
        blank: cells that mean "no value".
        accounting: whether (1.5) is −1.5 and 1,000 is a thousand.
        drop: column → cells whose rows are no data: a table's footer, bars that have not closed.
        split: column → pattern whose named groups become columns.
        dates: column → form from which dates are rewritten.
        ratio: new column → two columns, the first divided by the second.
        pick: new column → what it takes.
        gather: how rows are gathered.
        members: columns of an aggregate's parts; a row that lacks one is not used.
        members_change: whether parts join and leave over time, so that only the newest rows can lack one by mistake.
        parts: column of a list of parts; a row is not published before one of them has a value.
        common: whether many others write such a table too; sniff then asks whose figures they are.
        verified: whether it was held against a file of the vendor's; another is used where a desk names it, and never
            claims a file.
        refuse: column that must not be used → why.
        per: how long the period is that a funding rate is for, where rows are further apart or closer.
    """

    title: str
    vendor: str
    table: str = ""
    why_not: str = ""
    needs: Names = ()
    lacks: Names = ()
    values: dict[str, str] = Field(default_factory=dict)
    medians: dict[str, tuple[float, float]] = Field(default_factory=dict)
    around: dict[str, str] = Field(default_factory=dict)
    named: str = ""
    path: Names = ("",)
    shape: Literal["objects", "lists", "columns", "object", "values"] = "objects"
    fields: Names = ()
    header: Literal["first", "none", "maybe", "found", "two"] = "first"
    time: str = ""
    time_format: Names = ("epoch",)
    timezone: str = "UTC"
    stamp: Literal["start", "end"] = "start"
    bar: str = ""
    session_close: str = ""
    lag: str = "0"
    layout: Literal["long", "wide", "closes"] = "long"
    columns: dict[str, str] = Field(default_factory=dict)
    unit: str = ""
    ask: dict[str, str] = Field(default_factory=dict)
    entity: str = ""
    identity: Names = ()
    blank: Names = ()
    accounting: bool = False
    drop: dict[str, Names] = Field(default_factory=dict)
    split: dict[str, str] = Field(default_factory=dict)
    dates: dict[str, str] = Field(default_factory=dict)
    ratio: dict[str, tuple[str, str]] = Field(default_factory=dict)
    pick: dict[str, Pick] = Field(default_factory=dict)
    gather: Gather | None = None
    members: Names = ()
    members_change: bool = False
    parts: str = ""
    common: bool = False
    verified: bool = True
    refuse: dict[str, str] = Field(default_factory=dict)
    per: str = ""
    coverage: str = ""
    link: str = ""

    def defaults(self) -> dict[str, Any]:
        """Keys of a `[[source]]` that may be left out because the layout sets them."""
        said: dict[str, Any] = {
            "table": self.table,
            "time": self.time,
            "time_format": self.time_format[0] if self.time else "",
            "timezone": self.timezone,
            "stamp": self.stamp,
            "bar": self.bar,
            "session_close": self.session_close,
            "lag": self.lag,
            "layout": self.layout,
            "columns": dict(self.columns),
            "unit": self.unit,
            "cite": "" if "cite" in self.ask else self.vendor,
            "coverage": self.coverage,
            "link": self.link,
            "per": self.per,
        }
        return {key: value for key, value in said.items() if value and (key != "table" or key not in self.ask)}


Library = Mapping[str, Layout]


@cache
def load_own_layouts() -> Library:
    """The program's own layouts, by name."""
    return _read_layout_folder(Path(__file__).parent / "vendors", "formats")


def load_desk_layouts(folder: Path, shown_as: str) -> Library:
    """The program's layouts and those in a desk's `formats/`, which come first.

    Raises:
        InputError: every mistake in the desk's own.
    """
    own = folder / "formats"
    return {**load_own_layouts(), **(_read_layout_folder(own, f"{shown_as}/formats") if own.is_dir() else {})}


def _read_layout_folder(folder: Path, shown_as: str) -> Library:
    found: dict[str, Layout] = {}
    problems: list[Diagnostic] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            found |= _read_layout_file(path, f"{shown_as}/{path.name}")
        except InputError as error:
            problems.extend(error.diagnostics)
    if problems:
        raise InputError(problems)
    return found


def _read_layout_file(path: Path, shown_as: str) -> Library:
    text = read_authored_text(path, shown_as, _MAX_BYTES)
    data = parse_toml(text, shown_as)
    positions = key_positions(text)
    found: dict[str, Layout] = {}
    problems: list[Diagnostic] = []
    for key, entry in data.items():
        try:
            layout = Layout.model_validate(_to_tuples(entry))
        except ValidationError as error:
            for item in error.errors(include_url=False):
                place = find_place(positions, (key, *item["loc"]))
                name = ".".join(str(part) for part in item["loc"])
                unknown = item["type"] == "extra_forbidden"
                hint = did_you_mean(name, Layout.model_fields) if unknown else ""
                what = f'unknown key "{name}"' if unknown else in_words(item, f'"{name}"')
                problems.append(
                    Diagnostic(
                        "desk.wrong-format",
                        Place(shown_as, *place),
                        f'format "{key}": {what}',
                        hint,
                    )
                )
            continue
        problems += [
            Diagnostic(
                "desk.wrong-format", Place(shown_as, *find_place(positions, (key, *place))), f'format "{key}": {what}'
            )
            for place, what in _check_layout(layout)
        ]
        found[f"{path.stem}.{key}"] = layout
    if problems:
        raise InputError(problems)
    return found


def _to_tuples(value: object) -> object:
    """TOML's lists as the tuples that the models hold."""
    if isinstance(value, dict):
        return {key: _to_tuples(item) for key, item in value.items()}
    return tuple(_to_tuples(item) for item in value) if isinstance(value, list) else value


def _check_layout(layout: Layout) -> list[tuple[tuple[str, ...], str]]:
    found: list[tuple[tuple[str, ...], str]] = []
    patterns: dict[tuple[str, ...], str] = {("named",): layout.named}
    patterns |= {("values", name): text for name, text in layout.values.items()}
    patterns |= {("around", name): text for name, text in layout.around.items()}
    patterns |= {("split", name): text for name, text in layout.split.items()}
    for place, text in patterns.items():
        try:
            re.compile(text)
        except re.error as error:
            found.append((place, f"{'.'.join(place)}: no pattern of a regular expression: {error}"))
    if not layout.table and not layout.why_not:
        found.append((("table",), "table is missing; where no table takes the file, why_not says so"))
    if not layout.needs and not layout.fields:
        found.append((("needs",), "needs or fields must say what the file looks like"))
    return found
