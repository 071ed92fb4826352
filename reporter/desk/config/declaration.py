"""Text of a desk.toml to a checked `DeskConfig`, or every mistake in it at its line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from reporter.desk.config.config import (
    DESK_FILE,
    OWN_TABLE,
    AssetConfig,
    DeskConfig,
    DeskSection,
    FontsConfig,
    InstrumentConfig,
    NewsConfig,
    SourceConfig,
    ThemeConfig,
)
from reporter.desk.config.consistency import check_config, check_source
from reporter.desk.config.exchange_calendars import ALWAYS, explain_unknown_calendar
from reporter.desk.config.feed_config import FeedConfig
from reporter.desk.config.metric_files import read_metric_files
from reporter.desk.config.own_tables import TableConfig
from reporter.desk.config.paths import find_outside_links
from reporter.desk.config.publish_config import PublishConfig, check_targets
from reporter.desk.formats.layouts import PLAIN, Layout, Library, load_desk_layouts, load_own_layouts
from reporter.desk.formats.schema import TABLES
from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean
from reporter.diagnostics.errors import InputError
from reporter.language.filters import FILTERS
from reporter.syntax.authored_text import read_authored_text
from reporter.syntax.model_diagnostics import in_words
from reporter.syntax.template_residue import find_residue
from reporter.syntax.toml import parse_toml
from reporter.syntax.toml_positions import Positions, find_place, key_positions

_MAX_BYTES = 1_000_000
_TOP = (
    "desk",
    "asset",
    "source",
    "table",
    "instrument",
    "fonts",
    "theme",
    "feed",
    "tolerance",
    "gates",
    "audit",
    "news",
    "publish",
)
_MODELS: Mapping[str, type[BaseModel]] = {
    "desk": DeskSection,
    "asset": AssetConfig,
    "source": SourceConfig,
    "table": TableConfig,
    "instrument": InstrumentConfig,
    "fonts": FontsConfig,
    "feed": FeedConfig,
    "theme": ThemeConfig,
    "news": NewsConfig,
    "publish": PublishConfig,
}


#: Keys whose texts readers see.
_PRINTED = {
    "desk": ("byline", "credits", "disclosure", "tags"),
    "asset": ("name", "short", "symbol"),
    "source": ("cite", "coverage"),
    "instrument": ("name",),
    "table": ("name",),
}
#: Pydantic's name of a wrong type → what to write.
_TYPES = {
    "string_type": "write a text in quotes",
    "int_type": "write a whole number",
    "float_type": "write a number",
    "bool_type": "write true or false",
    "tuple_type": 'write a list, such as ["en"]',
    "dict_type": 'write a table, such as { en = "…" }',
    "model_type": "write it as a table of its own",
}


def read_desk_config(folder: Path, shown_as: str | None = None) -> DeskConfig:
    """Read and check desk.toml.

    Args:
        folder: the desk.
        shown_as: how to name the file in messages; the path itself where absent.

    Raises:
        InputError: with every mistake found, located.
    """
    path = folder / DESK_FILE
    shown = shown_as or path.as_posix()
    if not path.is_file():
        hint = "run `reporter init DIR` to make a desk to start from"
        what = "no desk.toml here" if folder.is_dir() else "no such folder"
        raise InputError([Diagnostic("desk.no-desk", Place(folder.as_posix()), what, hint)])
    text = read_authored_text(path, shown, _MAX_BYTES)
    return _validate_config(parse_toml(text, shown), key_positions(text), folder, shown, text)


def _find_template_residue(
    data: Mapping[str, Any], positions: Positions, text: str, shown: str
) -> Iterator[Diagnostic]:
    """Template syntax left in the texts of desk.toml that a brief prints unchanged."""
    lines = text.split("\n")
    for path, words in _iterate_printed_texts(data):
        for item in find_residue(words, FILTERS):
            line, column = find_place(positions, path)
            inside = lines[line - 1].find(item.text, column - 1)
            place = Place(shown, line, inside + 1 if inside >= 0 else column)
            what = f'{path[-1]}: "{item.printable_text}" is left of template syntax'
            yield Diagnostic("desk.residue", place, what, "it is printed as it is written here, so write plain words")


def _iterate_printed_texts(data: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text of desk.toml that readers see, by the path of its key."""
    tables: list[tuple[tuple[str | int, ...], Any]] = [(("desk",), data.get("desk")), (("asset",), data.get("asset"))]
    sources = data.get("source")
    tables += [(("source", at), item) for at, item in enumerate(sources if isinstance(sources, list) else ())]
    for name in ("instrument", "table"):
        own = data.get(name)
        tables += [((name, key), item) for key, item in (own.items() if isinstance(own, dict) else ())]
    for path, table in tables:
        for key in _PRINTED[str(path[0])] if isinstance(table, dict) else ():
            yield from (((*path, key), words) for words in _iterate_texts(table.get(key)))


def _iterate_texts(value: Any) -> Iterator[str]:
    """Every text in a value, but an address, of which readers see words of the program's."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (text for inner in value for text in _iterate_texts(inner))
    elif isinstance(value, dict):
        yield from (text for name, inner in value.items() if name != "original" for text in _iterate_texts(inner))


def _validate_config(data: dict[str, Any], positions: Positions, folder: Path, shown: str, text: str) -> DeskConfig:
    problems = [
        Diagnostic(
            "desk.unknown-key",
            Place(shown, *find_place(positions, (key,))),
            f'unknown key "{key}"',
            did_you_mean(key, _TOP),
        )
        for key in data
        if key not in _TOP
    ]
    outside = tuple(find_outside_links(folder, shown, _root_folders(data)))
    if outside:
        # Before anything of theirs is read, and could be told.
        raise InputError(outside)
    config: DeskConfig | None = None
    known = {key: value for key, value in data.items() if key in _TOP}
    known, layouts, unknown = _apply_layouts(known, positions, folder, shown, problems)
    known = _apply_own_tables(_apply_asset_calendar(known), positions, shown, problems)
    own, faulty = read_metric_files(folder, Path(shown).parent.as_posix())
    problems += faulty
    try:
        named = {"tables": tuple(known["table"]) if isinstance(known.get("table"), dict) else ()}
        config = DeskConfig.model_validate(
            {**known, "layouts": layouts, "metrics": own, "folder": folder, "shown_as": shown}, context=named
        )
    except ValidationError as error:
        errors = error.errors(include_url=False)
        # What an unknown format would have filled in is not missing besides.
        problems += [_to_diagnostic(item, positions, shown) for item in errors if item["loc"][:2] not in unknown]
    problems += _check_consistency(known, config, positions, shown)
    problems += _find_template_residue(data, positions, text, shown)
    if problems or config is None:
        raise InputError(problems)
    return config


def _apply_asset_calendar(data: dict[str, Any]) -> dict[str, Any]:
    """Give daily prices the asset's calendar, where they say nothing of their own."""
    asset, sources = data.get("asset"), data.get("source")
    calendar = asset.get("calendar") if isinstance(asset, dict) else None
    if not isinstance(calendar, str) or calendar == ALWAYS or not isinstance(sources, list):
        return data
    if explain_unknown_calendar(calendar):
        return data

    def apply(source: Any) -> Any:
        own = isinstance(source, dict) and source.get("table") == "prices" and source.get("bar") == "1d"
        return {"calendar": calendar, **source} if own else source

    return {**data, "source": [apply(source) for source in sources]}


def _apply_own_tables(
    data: dict[str, Any], positions: Positions, shown: str, problems: list[Diagnostic]
) -> dict[str, Any]:
    """Give each source of a table of the desk's own that table's declaration; each column has its unit from there."""
    tables, sources = data.get("table"), data.get("source")
    if not isinstance(tables, dict):
        return data
    for name in tables:
        if name in TABLES:
            place = Place(shown, *find_place(positions, ("table", name)))
            hint = "give yours another name, or feed the program's with a [[source]]"
            problems.append(Diagnostic("desk.taken-name", place, f'"{name}" is a table of the program', hint))

    def apply(source: Any) -> Any:
        name = source.get("table") if isinstance(source, dict) else None
        if not isinstance(name, str) or name not in tables or name in TABLES:
            return source
        return {"unit": "", **source, OWN_TABLE: _read_own_table(tables[name])}

    given = [apply(source) for source in sources] if isinstance(sources, list) else sources
    return {**data, "source": given} if sources is not None else data


def _read_own_table(written: Any) -> TableConfig:
    """A table's declaration; of a faulty one, whose mistakes are told where it stands, some columns or none."""
    try:
        return TableConfig.model_validate(written)
    except ValidationError:
        columns = written.get("columns") if isinstance(written, dict) else None
        names = [str(name) for name in columns] if isinstance(columns, dict) else []
        return TableConfig.model_construct(name={}, columns=dict.fromkeys(names, "count"), spans={})


def _root_folders(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The folders that `[desk] roots` names, as far as they are well formed."""
    desk = data.get("desk")
    roots = desk.get("roots") if isinstance(desk, dict) else ()
    return tuple(root for root in roots if isinstance(root, str)) if isinstance(roots, list) else ()


def _apply_layouts(
    data: dict[str, Any], positions: Positions, folder: Path, shown: str, problems: list[Diagnostic]
) -> tuple[dict[str, Any], dict[str, Layout], set[tuple[str | int, ...]]]:
    """The sources with their layouts' defaults, those layouts, and the sources of an unknown format.

    What desk.toml says goes before what a layout says.
    """
    sources, used = [], {}
    unknown: set[tuple[str | int, ...]] = set()
    for index, source in enumerate(data["source"] if isinstance(data.get("source"), list) else ()):
        name = source.get("format", "csv") if isinstance(source, dict) else "csv"
        if isinstance(name, str) and name not in PLAIN:
            library = _load_library(folder, shown, problems)
            if name not in library:
                unknown.add(("source", index))
                near = did_you_mean(name, [*library, *PLAIN])
                place = find_place(positions, ("source", index, "format"))
                hint = near or "see `reporter sniff --list`"
                problems.append(
                    Diagnostic(
                        "desk.unknown-format", Place(shown, *place), f'source.format: unknown value "{name}"', hint
                    )
                )
            elif not library[name].table:
                unknown.add(("source", index))
                what = f'source.format: "{name}" can feed nothing: {library[name].why_not}'
                problems.append(
                    Diagnostic(
                        "desk.useless-format", Place(shown, *find_place(positions, ("source", index, "format"))), what
                    )
                )
            else:
                used[name] = library[name]
                source = _fill_in_defaults(source, library[name])  # noqa: PLW2901
                problems += _find_unanswered(source, library[name], positions, ("source", index), shown)
        sources.append(source)
    return {**data, **({"source": sources} if sources else {})}, used, unknown


def _load_library(folder: Path, shown: str, problems: list[Diagnostic]) -> Library:
    try:
        return load_desk_layouts(folder, Path(shown).parent.as_posix())
    except InputError as error:
        problems += [problem for problem in error.diagnostics if problem not in problems]
        return load_own_layouts()


def _fill_in_defaults(source: dict[str, Any], layout: Layout) -> dict[str, Any]:
    said = layout.defaults()
    if source.get("layout", layout.layout) == "wide" or source.get("table", layout.table) != layout.table:
        # Another table has other columns and units.
        said = {key: value for key, value in said.items() if key not in ("columns", "unit", "per")}
    columns = source.get("columns", {})
    if isinstance(columns, dict) and "columns" in said:
        source = {**source, "columns": {**said["columns"], **columns}}
    return {**said, **source}


def _find_unanswered(
    source: dict[str, Any], layout: Layout, positions: Positions, path: tuple[str | int, ...], shown: str
) -> Iterator[Diagnostic]:
    """Keys that a layout can't supply and the source lacks; and columns that the layout warns of."""
    place, name = find_place(positions, path), source.get("id", "")
    for key, why in layout.ask.items():
        written = find_place(positions, (*path, key)) != place
        snapshot = key == "at" and "{date}" in str(source.get("path", ""))
        if key in ("unit", "at") and not source.get(key) and not written and not snapshot:
            yield Diagnostic(
                "desk.unanswered", Place(shown, *place), f'source "{name}": {key} must be said: {why}', f"add {key} = …"
            )
    columns = source.get("columns")
    for column in columns.values() if isinstance(columns, dict) else ():
        if column in layout.refuse:
            what = (
                f'source "{name}": column "{column}" of {source["format"]} is not to be used: {layout.refuse[column]}'
            )
            yield Diagnostic("desk.refused-column", Place(shown, *find_place(positions, (*path, "columns"))), what)


def _check_consistency(
    data: Mapping[str, Any], config: DeskConfig | None, positions: Positions, shown: str
) -> Iterator[Diagnostic]:
    """Contradictions in desk.toml, checked for every source that is valid by itself."""
    sources = data.get("source")
    own = data.get("instrument")
    asset: AssetConfig | None
    try:
        asset = AssetConfig.model_validate(data.get("asset"))
    except ValidationError:
        asset = None
    for index, item in enumerate(sources if isinstance(sources, list) else ()):
        try:
            source = SourceConfig.model_validate(item)
        except ValidationError:
            continue
        for mistake in check_source(source, tuple(own) if isinstance(own, dict) else (), asset):
            place = find_place(positions, ("source", index, *mistake.path))
            yield Diagnostic(mistake.code, Place(shown, *place), f'source "{source.id}": {mistake.what}', mistake.hint)
    for path, what, hint in check_targets(config.publish) if config is not None else ():
        yield Diagnostic("desk.publish-conflict", Place(shown, *find_place(positions, path)), what, hint)
    for mistake in check_config(config) if config is not None else ():
        yield Diagnostic(mistake.code, Place(shown, *find_place(positions, mistake.path)), mistake.what, mistake.hint)


def _to_diagnostic(item: ErrorDetails, positions: Positions, shown: str) -> Diagnostic:
    """One pydantic error as a located diagnostic with a hint."""
    path = tuple(part for part in item["loc"] if part != "[key]")
    line, column = find_place(positions, path)
    name = ".".join(str(part) for part in path if isinstance(part, str))
    given = item.get("input")
    match item["type"]:
        case "extra_forbidden":
            hint = did_you_mean(str(path[-1]), _list_allowed_keys(path))
            return Diagnostic("desk.unknown-key", Place(shown, line, column), f'unknown key "{path[-1]}"', hint)
        case "missing" if isinstance(path[-1], int):
            return Diagnostic(
                "desk.wrong-value", Place(shown, line, column), f"{name}: a value is missing", "two are needed"
            )
        case "missing":
            add = {"desk": "[desk]", "asset": "[asset]", "source": "a [[source]]"}.get(name, f"{path[-1]} = …")
            table = name.rpartition(".")[0]
            where = f" in {'[[source]]' if table == 'source' else f'[{table}]'}" if table else ""
            return Diagnostic(
                "desk.missing-key", Place(shown, line, column), f'missing key "{path[-1]}"{where}', f"add {add}"
            )
        case "literal_error" if isinstance(given, str):
            allowed = re.findall(r"'([^']+)'", str(item["ctx"]["expected"]))
            hint = did_you_mean(given, allowed) or f"one of {', '.join(allowed)}"
            shown_value = "" if path[0] == "feed" else f' "{given}"'
            return Diagnostic(
                "desk.wrong-value", Place(shown, line, column), f"{name}: unknown value{shown_value}", hint
            )
        case "tuple_type" if path == ("source",):
            return Diagnostic(
                "desk.wrong-value",
                Place(shown, line, column),
                "source is not a list",
                "write each source under [[source]]",
            )
        case "too_short":
            return Diagnostic(
                "desk.wrong-value", Place(shown, line, column), f"{name} is empty", "at least one is needed"
            )
    own = str(item["msg"]).removeprefix("Value error, ") if item["type"] == "value_error" else in_words(item, "it")
    message = _TYPES.get(item["type"], own)
    # What stands in a feed may be a key that was written into the wrong place, so no value of one is shown.
    # A server of mails may have been written with its password.
    plain = isinstance(given, (str, int, float)) and path[:1] != ("feed",) and path[-1:] != ("server",)
    shown_value = f' "{given}"' if plain else ""
    return Diagnostic(
        "desk.wrong-value",
        Place(shown, line, column),
        f"{name}: wrong value{shown_value}",
        message[:1].lower() + message[1:],
    )


def _list_allowed_keys(path: tuple[str | int, ...]) -> tuple[str, ...]:
    """Keys that the table of a path may have."""
    model = _MODELS.get(str(path[0])) if len(path) > 1 else None
    return tuple(field.alias or name for name, field in model.model_fields.items()) if model is not None else _TOP
