"""Files that are known to be of another layout than the desk says, or of one that no table takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reporter.desk.config.config import SourceConfig
from reporter.desk.formats.containers import Content
from reporter.desk.formats.json_rows import parse_json, value_at_path
from reporter.desk.formats.layouts import Layout, load_own_layouts
from reporter.desk.formats.readers import RawTable
from reporter.desk.formats.records import first_present_name
from reporter.desk.tables.recognition import says_around
from reporter.diagnostics.diagnostic import Diagnostic, Place


def other_layouts(
    source: SourceConfig, content: Content, raw: RawTable, layout: Layout | None = None
) -> Iterator[Diagnostic]:
    """Why a file is not what its source says: another vendor's figures would be cited as this one's.

    Args:
        source: the declaration.
        content: the file.
        raw: its columns.
        layout: the layout that is declared; None for a plain table.
    """
    file = Place(raw.file.partition("#")[0])
    for name, other in load_own_layouts().items():
        if layout is None and _feeds_nothing(other, content, raw.columns):
            what = f"{_around(other, content)}: this is {other.title}: {other.why_not}"
            yield Diagnostic("data.other-layout", file, what, "leave the source out")
        elif layout is not None and _tells_more(other, layout) and _has(other, raw.columns):
            what = f'the file is {name} ({other.title}), and format = "{source.format}" is declared'
            yield Diagnostic("data.other-layout", file, what, f'write format = "{name}"')


def _feeds_nothing(layout: Layout, content: Content, columns: Mapping[str, object]) -> bool:
    """Whether the answer says of itself that it is of a layout that no table takes."""
    return not layout.table and bool(layout.around) and _has(layout, columns) and says_around(content, layout)


def _around(layout: Layout, content: Content) -> str:
    return ", ".join(f'{place} says "{value_at_path(parse_json(content), place)}"' for place in layout.around)


def _tells_more(other: Layout, layout: Layout) -> bool:
    """Whether a file that has another vendor's layout is that vendor's.

    It is where that layout needs all that the declared one needs, and more; or where it needs more than one that was
    never held against a file.
    """
    alike = (other.table, other.shape, other.header) == (layout.table, layout.shape, layout.header)
    if not alike or not other.verified or other.vendor == layout.vendor:
        return False
    return set(other.needs) > set(layout.needs) or (not layout.verified and len(other.needs) > len(layout.needs))


def _has(layout: Layout, columns: Mapping[str, object]) -> bool:
    names = list(columns)
    lacking = any(first_present_name(need, names) is None for need in layout.needs)
    return not lacking and not any(name in columns for name in layout.lacks)
