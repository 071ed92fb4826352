"""The report.yaml of each layer → one tree: a report type that extends another says only what it has otherwise.

A mapping is merged key by key; a list is replaced by a list, or patched by a mapping of `remove`, `replace`, `before`,
`after` and `add`, in which its entries go by their id, their label, or by themselves where they are text. Each value
keeps the file that it was written in, so that what is wrong with it is told where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reporter.diagnostics.diagnostic import Diagnostic, did_you_mean
from reporter.diagnostics.errors import InputError
from reporter.report_type.files import REPORT, ReportFiles
from reporter.syntax import LocatedValue, read_yaml
from reporter.syntax.located_yaml import Plain

_EXTENDS = "extends"
_OF_MAPPINGS = ("remove", "replace")
_OF_LISTS = ("remove", "replace", "before", "after", "add")
#: Keys by whose text an entry of a list is known, the first that it has.
_NAMES = ("id", "label")


def read_report_yaml(files: ReportFiles) -> tuple[LocatedValue, str]:
    """Read a report type's report.yaml, patched into those that it extends, and how the first file is shown.

    Args:
        files: the report type's.

    Raises:
        InputError: a file can't be read, extends what doesn't lie under it, or patches what is not there.
    """
    paths = files.list_versions(REPORT)
    read: list[LocatedValue] = []
    for place, path in enumerate(paths):
        shown = files.display_path(path)
        located = read_yaml(path, shown)
        read.append(_stamp_file(located, shown))
        if _EXTENDS not in located.entries:
            break
        layer = files.find_layer(paths[place + 1]) if place + 1 < len(paths) else None
        below = layer.report if layer is not None else ""
        named = located.entries[_EXTENDS]
        if named.plain != below:
            what = f'extends "{named.plain}", which is not what lies under it'
            hint = f"write extends: {below}" if below else "take the line out: there is nothing under it"
            raise InputError([Diagnostic("report.wrong-extends", named.get_place(shown), what, hint)])
    shown = files.display_path(paths[0])
    problems: list[Diagnostic] = []
    merged = read[-1]
    for over in reversed(read[:-1]):
        merged = _Patcher(shown, problems).merge(merged, _drop_entry(over, _EXTENDS), "")
    if problems:
        raise InputError(problems)
    return merged, shown


def _stamp_file(located: LocatedValue, shown: str) -> LocatedValue:
    entries = {key: _stamp_file(value, shown) for key, value in located.entries.items()}
    items = tuple(_stamp_file(item, shown) for item in located.items)
    return replace(located, entries=entries, items=items, file=shown)


def _drop_entry(located: LocatedValue, key: str) -> LocatedValue:
    return _build_mapping(
        located,
        {name: value for name, value in located.entries.items() if name != key},
        {name: place for name, place in located.keys.items() if name != key},
    )


def _build_mapping(
    like: LocatedValue, entries: Mapping[str, LocatedValue], keys: Mapping[str, tuple[int, int]]
) -> LocatedValue:
    plain: Plain = {key: value.plain for key, value in entries.items()}
    return replace(like, plain=plain, entries=dict(entries), keys=dict(keys))


def _build_list(like: LocatedValue, items: Sequence[LocatedValue]) -> LocatedValue:
    return replace(like, plain=[item.plain for item in items], items=tuple(items))


def _is_mapping(value: LocatedValue) -> bool:
    return isinstance(value.plain, dict)


def _get_name(entry: LocatedValue) -> str | None:
    """Return what an entry of a list goes by; None where it has no name."""
    if isinstance(entry.plain, str):
        return entry.plain
    named = next((entry.entries[key].plain for key in _NAMES if key in entry.entries), None)
    if isinstance(named, dict):
        # A label per locale: patches name it by its English text.
        named = named.get("en", next(iter(named.values()), None))
    return None if named is None else str(named)


class _Patcher:
    """Merges one report.yaml into that under it, and collects what is wrong."""

    def __init__(self, shown: str, problems: list[Diagnostic]) -> None:
        self.shown = shown
        self.problems = problems

    def merge(self, base: LocatedValue, over: LocatedValue, named: str) -> LocatedValue:
        """Merge a value into the one under it; `named` is its path of keys, for messages."""
        if _is_mapping(base) and _is_mapping(over):
            return self._merge_mapping(base, over, named)
        if isinstance(base.plain, list) and _is_mapping(over):
            return self._patch_list(base, over, named)
        return over

    def _merge_mapping(self, base: LocatedValue, over: LocatedValue, named: str) -> LocatedValue:
        entries, keys = dict(base.entries), dict(base.keys)
        for leaf in self._list_names(over, "remove"):
            if leaf.plain in entries:
                del entries[str(leaf.plain)], keys[str(leaf.plain)]
            else:
                self._add_unknown(leaf, str(leaf.plain), named, list(base.entries))
        replaced = over.entries.get("replace")
        for key, value in replaced.entries.items() if replaced is not None else ():
            if key not in base.entries:
                self._add_unknown(value, key, named, list(base.entries))
            entries[key], keys[key] = value, (replaced or over).keys[key]
        for key, value in over.entries.items():
            if key not in _OF_MAPPINGS:
                path = f"{named}.{key}" if named else key
                entries[key] = self.merge(base.entries[key], value, path) if key in entries else value
                keys[key] = over.keys[key]
        return _build_mapping(base, entries, keys)

    def _patch_list(self, base: LocatedValue, over: LocatedValue, named: str) -> LocatedValue:
        for key in over.entries:
            if key not in _OF_LISTS:
                what = f'unknown key "{key}" in a patch of the list "{named}"'
                hint = did_you_mean(key, _OF_LISTS) or f"a patch has {', '.join(_OF_LISTS)}; a list replaces the whole"
                self.problems.append(Diagnostic("report.unknown-key", over.get_key_place(key, self.shown), what, hint))
        items = list(base.items)
        for leaf in self._list_names(over, "remove"):
            at = self._find_entry(items, leaf, str(leaf.plain), named)
            if at is not None:
                del items[at]
        for entry in self._list_entries(over, "replace"):
            name = _get_name(entry)
            at = None if name is None else self._find_entry(items, entry, name, named)
            if at is not None:
                items[at] = entry
            elif name is None:
                what = f'an entry of "{named}" to replace another says not which'
                self.problems.append(
                    Diagnostic("report.unknown-patch", entry.get_place(self.shown), what, "give it the id of that")
                )
        for key, offset in (("before", 0), ("after", 1)):
            anchors = over.entries.get(key)
            for name, value in anchors.entries.items() if anchors is not None else ():
                at = self._find_entry(items, value, name, named)
                if at is not None:
                    items[at + offset : at + offset] = _to_entries(value)
            if anchors is not None and not _is_mapping(anchors):
                what = f'"{key}" must be a mapping of ids to entries'
                self.problems.append(Diagnostic("report.wrong-value", anchors.get_place(self.shown), what))
        items += self._list_entries(over, "add")
        return _build_list(base, items)

    def _list_names(self, over: LocatedValue, key: str) -> Iterator[LocatedValue]:
        for leaf in self._list_entries(over, key):
            if isinstance(leaf.plain, str):
                yield leaf
            else:
                what = f'an entry of "{key}" must be the name of one'
                self.problems.append(Diagnostic("report.wrong-value", leaf.get_place(self.shown), what))

    @staticmethod
    def _list_entries(over: LocatedValue, key: str) -> tuple[LocatedValue, ...]:
        return _to_entries(over.entries[key]) if key in over.entries else ()

    def _find_entry(self, items: Sequence[LocatedValue], asked: LocatedValue, name: str, named: str) -> int | None:
        names = [_get_name(item) for item in items]
        if name in names:
            return names.index(name)
        self._add_unknown(asked, name, named, [known for known in names if known is not None])
        return None

    def _add_unknown(self, asked: LocatedValue, name: str, named: str, known: Sequence[str]) -> None:
        what = f'"{named or REPORT}" has no "{name}" to patch'
        hint = did_you_mean(name, known) or ("" if not known else f"it has {', '.join(known[:12])}")
        if not known:
            hint = "its entries have no names: write the whole list"
        self.problems.append(Diagnostic("report.unknown-patch", asked.get_place(self.shown), what, hint))


def _to_entries(value: LocatedValue) -> tuple[LocatedValue, ...]:
    """Return the entries of a list, or the one that stands for a list of one."""
    return value.items if isinstance(value.plain, list) else (value,)
