"""The options and arguments that commands share, each declared once, and how what is typed there is read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from reporter.diagnostics.diagnostic import did_you_mean
from reporter.diagnostics.errors import InputError, usage_error
from reporter.model.formats import EDITIONS, FORMATS
from reporter.model.timestamps import parse_day, read_clock

#: What `--date` takes beside a date.
YESTERDAY: Final = "yesterday"
#: The file that makes a folder a desk's.
_DESK_FILE: Final = "desk.toml"

DeskArgument = Annotated[
    Path | None,
    typer.Argument(metavar="DESK", help="The desk's folder, with its desk.toml.", show_default="the folder you are in"),
]
DeskOption = Annotated[
    Path | None,
    typer.Option(
        "--desk", metavar="DESK", help="The desk's folder, with its desk.toml.", show_default="the folder you are in"
    ),
]
DateOption = Annotated[
    str | None,
    typer.Option(
        "--date",
        metavar="D",
        help="The day, 2026-02-06; or yesterday, the last day that was over at --as-of, or is over now.",
        show_default="the last complete day of the data",
    ),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="T",
        help="Use only what was known at this instant, 2026-02-07T09:00+08:00.",
        show_default="the end of the day",
    ),
]
FromOption = Annotated[
    str | None,
    typer.Option("--from", metavar="D", help="The first day, 2025-11-01.", show_default="the first of the data"),
]
ToOption = Annotated[
    str | None, typer.Option("--to", metavar="D", help="The last day, 2026-02-06.", show_default="the last of the data")
]
LocaleOption = Annotated[
    list[str] | None,
    typer.Option(
        "--locale",
        metavar="L",
        help="Locales, such as en,zh-Hant-TW; may be repeated.",
        show_default="locales of desk.toml",
    ),
]
EditionOption = Annotated[
    list[str] | None,
    typer.Option(
        "--edition",
        metavar="E",
        help="Editions: article,chat; may be repeated.",
        show_default="editions of desk.toml",
        autocompletion=lambda: list(EDITIONS),
    ),
]
FormatOption = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        metavar="F",
        help="Formats: md,pdf,html; may be repeated.",
        show_default="md,pdf",
        autocompletion=lambda: list(FORMATS),
    ),
]
ReportOption = Annotated[
    Path | None,
    typer.Option(
        "--report", metavar="TYPE", help="A report type's name or folder.", show_default="the first of desk.toml"
    ),
]
ReportNameOption = Annotated[
    str,
    typer.Option(
        "--report", metavar="NAME", help="The report type, such as weekly.", show_default="the first of desk.toml"
    ),
]
HistoryOption = Annotated[
    Path | None,
    typer.Option(
        "--history",
        metavar="DIR",
        help="The folder of the desk's published briefs, which the brief may recall.",
        show_default="none, recall nothing",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print nothing but what is wrong; the exit code says the rest.")
]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show where in the program an error came from.")]


def make_app(help_text: str, name: str | None = None, *, completion: bool = False) -> typer.Typer:
    """An empty application, or group of commands, in the house's manner.

    Args:
        help_text: what its help begins with.
        name: what it is called; a group is named where it is added.
        completion: whether it has options that install completion in a shell.
    """
    return typer.Typer(
        name=name,
        help=help_text,
        no_args_is_help=True,
        add_completion=completion,
        context_settings={"help_option_names": ["-h", "--help"]},
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )


def find_desk(desk: Path | None, hint: str = "name the desk's folder") -> Path:
    """The desk's folder: the one named, else the working directory where it is one.

    Args:
        desk: what was named.
        hint: how it is named.

    Raises:
        InputError: none is named, and the working directory is none.
    """
    found = find_desk_or_none(desk)
    if found is None:
        what = "no desk is named, and there is no desk.toml in this folder"
        raise usage_error("usage.no-desk", what, f"{hint}, or run `reporter init DIR` to make one")
    return found


def find_desk_or_none(desk: Path | None) -> Path | None:
    """The desk's folder for commands that can do without: the one named, else the working directory where it is one."""
    return Path() if desk is None and Path(_DESK_FILE).is_file() else desk


def read_date(text: str | None, desk: Path, as_of: datetime | None = None) -> date | None:
    """The day of `--date`.

    Args:
        text: a date, or "yesterday": the last day that is over at `as_of`, or now, by the desk's cut.
        desk: its folder.
        as_of: the instant of `--as-of`.

    Raises:
        InputError: it is neither; or the desk can't be read, where its cut is asked for.
    """
    if text != YESTERDAY:
        return parse_day(text)
    from reporter.pipeline.read import last_day_over

    return last_day_over(desk, as_of or read_clock())


def split_names(values: Iterable[str] | None) -> tuple[str, ...]:
    """What a list option was given, by commas or by repeating it; each name once, in the order typed."""
    names = (name.strip() for value in values or () for name in value.split(","))
    return tuple(dict.fromkeys(names))


def choose_names(kind: str, values: Iterable[str] | None, known: Collection[str]) -> tuple[str, ...]:
    """The names of an option that takes some of a known few.

    Args:
        kind: what they are names of.
        values: as typed; see `split_names`.
        known: what there is.

    Raises:
        InputError: one is not among them.
    """
    names = split_names(values)
    for name in names:
        if name not in known:
            near = did_you_mean(name, known)
            listed = f"known {kind}s are {', '.join(known)}"
            raise usage_error("usage.unknown-value", f'unknown {kind} "{name}"', f"{near} {listed}" if near else listed)
    return names


#: What the parser of the command line says of a number → what the option takes instead.
_TAKEN = (
    (r"Input should be a valid integer", "a whole number"),
    (r"Input should be a valid number", "a number"),
    (r"Input should be greater than or equal to (\S+)", "{} or more"),
    (r"Input should be less than or equal to (\S+)", "{} or less"),
)


def explain_usage(error: typer.TyperException) -> InputError:
    """What the parser of the command line found wrong, in the form of all other mistakes.

    Args:
        error: what it raised.
    """
    context = getattr(error, "ctx", None)
    command = f"`{context.command_path}`" if context is not None else ""
    see = f"see `{context.command_path} --help`" if context is not None else ""
    kind, said = type(error).__name__, error.format_message().strip().removesuffix(".")
    if kind == "NoSuchOption":
        option = str(getattr(error, "option_name", ""))
        near = did_you_mean(option, getattr(error, "possibilities", None) or ())
        return usage_error("usage.unknown-option", f"{command} has no option {option}", near or see)
    if kind == "MissingParameter":
        return usage_error(
            "usage.missing-argument", f"{command} needs {_format_parameter(getattr(error, 'param', None))}", see
        )
    if kind == "BadOptionUsage":
        lacks = "takes no value" if "does not take" in said else "needs a value"
        return usage_error("usage.wrong-value", f"{getattr(error, 'option_name', '')} {lacks}", see)
    if kind == "BadParameter":
        shown, reason = _format_parameter(getattr(error, "param", None)), error.message.strip().removesuffix(".")
        for pattern, takes in _TAKEN:
            if found := re.match(pattern, reason):
                return usage_error("usage.wrong-value", f"{shown} takes {takes.format(*found.groups())}", see)
        return usage_error("usage.wrong-value", f"{shown}: {reason[:1].lower()}{reason[1:]}", see)
    if context is not None and (unknown := re.match(r"No such command '(.*?)'", said)):
        near = did_you_mean(unknown[1], context.command.commands)
        return usage_error("usage.unknown-command", f'{command} has no command "{unknown[1]}"', near or see)
    if extra := re.fullmatch(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", said):
        return usage_error("usage.extra-argument", f'{command} takes no further argument "{extra[1]}"', see)
    return usage_error("usage.wrong-value", f"{said[:1].lower()}{said[1:]}", see)


def _format_parameter(parameter: Any) -> str:
    """An option with its value's name, or an argument's name, as the help shows it."""
    name = getattr(parameter, "metavar", None) or getattr(parameter, "name", None) or "an argument"
    options = [option for option in getattr(parameter, "opts", ()) if option.startswith("-")]
    return f"{options[0]} {name}" if options else str(name)
