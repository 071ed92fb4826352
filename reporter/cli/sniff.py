"""`reporter sniff`: what a file is, and the lines of desk.toml that would read it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reporter.cli.options import DebugOption, JsonOption, QuietOption, find_desk_or_none
from reporter.cli.output import print_diagnostics, print_json
from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError, usage_error

if TYPE_CHECKING:
    from reporter.desk.formats.suggestion_lines import Suggestion


FilesArgument = Annotated[list[Path] | None, typer.Argument(metavar="FILE", help="Files of any layout.")]


SniffDeskOption = Annotated[
    Path | None,
    typer.Option(
        "--desk",
        metavar="DESK",
        help="The desk that they are for: its formats, asset and paths.",
        show_default="the folder you are in, if it is a desk",
    ),
]


AssetOption = Annotated[
    str, typer.Option("--asset", metavar="A", help="The desk's asset, BTC.", show_default="asset of desk.toml")
]


MemberOption = Annotated[
    str,
    typer.Option(
        "--member",
        metavar="M",
        help="Which file of a zip, worksheet, or place in JSON is meant.",
        show_default="the only one",
    ),
]


ListOption = Annotated[bool, typer.Option("--list", help="List the formats that are known.")]


def sniff(
    files: FilesArgument = None,
    desk: SniffDeskOption = None,
    asset: AssetOption = "",
    member: MemberOption = "",
    list_formats: ListOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Say what files are, and print the lines of desk.toml for them; what a file can't tell is asked for."""
    from reporter.desk.formats.layouts import load_desk_layouts, load_own_layouts

    desk = find_desk_or_none(desk)
    declared = _read_declared(desk)
    library = load_own_layouts() if desk is None else load_desk_layouts(desk, desk.as_posix())
    if list_formats:
        for name, layout in sorted(library.items()):
            print(f"{name:36} {layout.table or '-':17} {layout.title}")
        return
    if not files:
        raise usage_error("usage.missing-argument", "no file is named", "reporter sniff FILE…")
    suggestions, faults = _suggest_sources(
        files, desk, (asset or _get_asset_symbol(declared), _span(declared)), library, member
    )
    if quiet:
        refused = (item for item in suggestions if item[1].refused)
        print_diagnostics(Diagnostic("data.refused", Place(path.as_posix()), made.refused) for path, made in refused)
    elif as_json:
        print_json({path.as_posix(): _suggestion_to_json(made) for path, made in suggestions})
    else:
        for path, made in suggestions:
            _print_suggestion(path, made, desk, declared)
    if faults:
        raise InputError(faults)
    if any(made.refused for _, made in suggestions):
        raise typer.Exit(1)


def _read_declared(desk: Path | None) -> dict[str, Any]:
    """What desk.toml says, as it is written; nothing where it can't be read: sniffing helps to mend it."""
    from reporter.syntax.authored_text import read_authored_text
    from reporter.syntax.toml import parse_toml

    if desk is None:
        return {}
    try:
        shown = (desk / "desk.toml").as_posix()
        return dict(parse_toml(read_authored_text(Path(shown), shown), shown))
    except InputError:
        return {}


def _get_asset_symbol(declared: dict[str, Any]) -> str:
    asset = declared.get("asset")
    return str(asset.get("symbol", "")) if isinstance(asset, dict) else ""


def _span(declared: dict[str, Any]) -> tuple[float, float] | None:
    """What the asset's price can be, as desk.toml says it; None where it says nothing that can be used."""
    asset = declared.get("asset")
    span = asset.get("span") if isinstance(asset, dict) else None
    if not isinstance(span, list) or [type(end) in {int, float} for end in span] != [True, True]:
        return None
    low, high = float(span[0]), float(span[1])
    return (low, high) if 0 < low < high < float("inf") else None


def _find_outside(path: Path, desk: Path, declared: dict[str, Any]) -> str:
    """A line for a file that the desk may not read where it lies; empty where it may."""
    from reporter.desk.config.paths import can_read

    table = declared.get("desk")
    named = table.get("roots") if isinstance(table, dict) else ()
    roots = [root for root in named if isinstance(root, str)] if isinstance(named, list) else []
    if can_read(desk, roots, path):
        return ""
    folder = Path(os.path.relpath(path.parent, desk)).as_posix()
    return f'outside of the desk\'s folder: copy it there, or write roots = ["{folder}"] under [desk]'


def _suggest_sources(
    files: list[Path],
    desk: Path | None,
    asset: tuple[str, tuple[float, float] | None],
    library: Any,
    member: str,
) -> tuple[list[tuple[Path, Suggestion]], list[Diagnostic]]:
    """Each file's suggestion, long bars before short and, among those, the newest first: the order of priority."""
    from reporter.desk.sniff.suggestion import suggest_source
    from reporter.desk.tables.recognition import recognise_file

    made: list[tuple[Path, Suggestion]] = []
    faults: list[Diagnostic] = []
    for path in files:
        # Absolute paths are refused in desk.toml; where no desk is known, the paths lead from the working directory.
        written = os.path.relpath(path, desk or Path())
        try:
            found = recognise_file(path, path.as_posix(), library, member)
            made.append((path, suggest_source(found, path, Path(written).as_posix(), *asset)))
        except InputError as error:
            faults.extend(error.diagnostics)
    made.sort(key=lambda item: (item[1].table, -item[1].bar, -item[1].end))
    seen: dict[str, int] = {}
    for _, suggestion in made:
        if name := suggestion.keys.get("id"):
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1:
                suggestion.keys["id"] = f'{name[:-1]}_{seen[name]}"'
    return made, faults


def _print_suggestion(path: Path, made: Suggestion, desk: Path | None, declared: dict[str, Any]) -> None:
    print(f"# {path.as_posix()}: {made.says}")
    for fact in made.facts:
        print(f"#   {fact}")
    if made.refused:
        print(f"#   not for a desk: {made.refused}\n")
    else:
        if desk is None:
            print("#   the path leads from here; in desk.toml it leads from the desk's folder: see --desk")
        elif outside := _find_outside(path, desk, declared):
            print(f"#   {outside}")
        print(made.to_toml())


def _suggestion_to_json(made: Suggestion) -> dict[str, object]:
    return {
        "is": made.says,
        "table": made.table or None,
        "seen": made.facts,
        "source": None if made.refused else made.to_toml(),
        "ask": made.asks,
        "refused": made.refused or None,
    }
