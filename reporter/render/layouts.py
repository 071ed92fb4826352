"""Layout file and values → text: an editor's Jinja files, compiled in a sandbox, with located diagnostics."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError

from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean, line_column
from reporter.diagnostics.errors import InputError
from reporter.render.layout import conversation, page_flow
from reporter.render.layout_sandbox import BoundedEnvironment
from reporter.syntax.authored_text import read_authored_text
from reporter.syntax.template_scan import Grammar, TemplateScan, TemplateTag, check_tag_pairs, scan_template

#: A folder of layouts, or several in the order in which a layout is looked for.
Layouts = Path | tuple[Path, ...]


#: What a layout may have; the longest that comes with the program has 7 kB.
MOST_BYTES = 200_000


class _LayoutLoader(FileSystemLoader):
    """Reads layouts as all authored text is read."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        # Read in an encoding that has every byte, only to learn which file is meant.
        _, filename, uptodate = super().get_source(environment, template)
        return read_authored_text(Path(filename), filename, MOST_BYTES), filename, uptodate


def layout_environment(folder: Layouts, finalize: Callable[[Any], Any] | None = None) -> BoundedEnvironment:
    """An environment for the layouts of a folder. Every value that a layout shows is escaped.

    Args:
        folder: where the layouts lie; of several the first that has one.
        finalize: makes a value safe for the output format; without it values are escaped for HTML.
    """
    environment = BoundedEnvironment(
        loader=_LayoutLoader(folder, encoding="latin-1"),
        autoescape=True,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        bands=page_flow.divide_into_bands,
        description=conversation.describe_document,
        exchanges=conversation.list_exchanges,
        fits=page_flow.fits_page,
        halved=page_flow.halve_for_band,
        halves=page_flow.split_in_halves,
        joined=page_flow.join_sentences,
        key=page_flow.figure_key,
        kind=page_flow.block_kind,
        opening=page_flow.opening_blocks,
        rows=page_flow.group_rows,
        spaced=page_flow.iterate_with_gaps,
        stated=attrgetter("stated"),
        web_address=web_address,
    )
    return environment


def fill_layout(environment: BoundedEnvironment, name: str, values: Mapping[str, Any]) -> str:
    """Render a layout with its values.

    Args:
        environment: from `layout_environment`.
        name: file name of the layout.
        values: what it may use.

    Raises:
        InputError: the layout is missing, can't be parsed, or asks for something that isn't there.
    """
    loader = environment.loader
    folders = [Path(path) for path in loader.searchpath] if isinstance(loader, FileSystemLoader) else [Path()]
    folder = next((path for path in folders if (path / name).is_file()), folders[-1])
    try:
        environment.reset_budget()
        return str(environment.get_template(name).render(values))
    except TemplateNotFound as error:
        raise InputError(
            [Diagnostic("page.no-layout", Place(str(folder / str(error.name))), "there is no such layout")]
        ) from error
    except TemplateSyntaxError as error:
        path = Path(error.filename or folder / name)
        raise InputError(check_syntax(environment, read_authored_text(path, str(path)), str(path))) from error
    except TemplateError as error:
        file, line = _locate_error(error, folders)
        what, hint = _explain_refusal(error, values)
        raise InputError(
            [
                Diagnostic(
                    "page.broken-layout", Place(file or str(folder / name), line, _column(file, line, what)), what, hint
                )
            ]
        ) from error
    except (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError) as error:
        file, line = _locate_error(error, folders)
        if line is None and isinstance(error, RecursionError):
            raise InputError([_too_deep(str(folder / name))]) from error
        if line is None:
            raise
        what, hint = _FAILED[_error_kind(error)]
        place = Place(file, line, _column(file, line, what))
        raise InputError([Diagnostic("page.broken-layout", place, what, hint)]) from error


def check_syntax(environment: Environment, source: str, shown_as: str) -> list[Diagnostic]:
    """Everything that keeps a layout from being compiled; nothing where it can be.

    Args:
        environment: with the filters that the layout may use.
        source: the layout's text.
        shown_as: how its file is shown in problems.
    """
    try:
        environment.compile(source, filename=shown_as, raw=True)
    except TemplateSyntaxError as error:
        scan = scan_template(source)
        slips = sorted({*scan.slips, *check_tag_pairs(scan, _GRAMMAR)})
        if slips:
            return [
                Diagnostic("page.broken-layout", Place(shown_as, *line_column(source, at)), what, hint)
                for at, what, hint in slips
            ]
        return [_locate_syntax_error(environment, scan, error, shown_as)]
    except (RecursionError, ValueError):
        return [_too_deep(shown_as)]
    return []


def _too_deep(shown_as: str) -> Diagnostic:
    return Diagnostic(
        "page.broken-layout", Place(shown_as), "nested too deeply, or a number too long", "write it plainer"
    )


def _locate_syntax_error(
    environment: Environment, scan: TemplateScan, error: TemplateSyntaxError, shown_as: str
) -> Diagnostic:
    """Jinja's syntax error as a diagnostic, at the tag on the line that it names."""
    unknown = re.match(r"No (filter|test) named '([^']*)'", error.message or "")
    starts = [0, *(found.end() for found in re.finditer("\n", scan.text))]
    start = starts[min(max(error.lineno, 1), len(starts)) - 1]
    end = next((at for at in starts if at > start), len(scan.text))
    here = [tag for tag in scan.tags if tag.start < end and tag.end > start and tag.kind != "comment"]
    if unknown:
        at = max(scan.text.find(unknown[2], start), start)
        known = environment.filters if unknown[1] == "filter" else environment.tests
        hint = did_you_mean(unknown[2], known)
        return Diagnostic(
            "page.broken-layout",
            Place(shown_as, *line_column(scan.text, at)),
            f'unknown {unknown[1]} "{unknown[2]}"',
            hint,
        )
    if not here:
        return Diagnostic(
            "page.broken-layout", Place(shown_as, error.lineno), "this can't be read as a layout", _VALUE_HINT
        )
    tag = (
        here[0] if len(here) == 1 else next((tag for tag in here if not _is_readable(environment, scan, tag)), here[0])
    )
    shown = " ".join(scan.text[tag.start : tag.end].split())
    what = f"{shown if len(shown) <= 60 else shown[:57] + '…'} can't be read"
    return Diagnostic("page.broken-layout", Place(shown_as, *line_column(scan.text, tag.start)), what, _VALUE_HINT)


def _is_readable(environment: Environment, scan: TemplateScan, tag: TemplateTag) -> bool:
    text = scan.text[tag.start : tag.end]
    if tag.word in _GRAMMAR.middles:
        text = "{% if a %}" + text + "{% endif %}"
    elif tag.word in _GRAMMAR.pairs and not (tag.word == "set" and "=" in text):
        text += f"{{% {_GRAMMAR.pairs[tag.word]} %}}"
    elif tag.word.startswith("end"):
        return True
    try:
        environment.parse(text)
    except TemplateSyntaxError:
        return False
    return True


_GRAMMAR = Grammar(
    pairs={
        name: f"end{name}"
        for name in ("if", "for", "block", "macro", "call", "filter", "with", "set", "autoescape", "raw")
    },
    middles={"elif": ("if",), "else": ("if", "for")},
    singles=frozenset(("extends", "include", "import", "from")),
    shown=("if", "elif", "else", "endif", "for", "endfor", "set", "block", "macro", "include", "import"),
)
_VALUE_HINT = "a value is printed as {{ name }} or {{ name|filter }}, a condition is {% if name %}"
_FAILED = {
    "ZeroDivisionError": ("a division by zero", "ask first whether the divisor is zero"),
    "RecursionError": ("the layout includes or calls itself without end", "a layout is included by others only"),
    "MemoryError": ("more memory than there is", "print a value of the document"),
    "OverflowError": ("a number that is too large", "print a value of the document"),
    "TypeError": (
        "values of these kinds can't be joined so",
        "a text is joined with ~, and a number is computed",
    ),
    "ValueError": ("this can't be made of this value", "print a value of the document"),
    "LookupError": ("there is no such entry", "print a value of the document"),
    "AttributeError": ("the value has no such part", "print a value of the document"),
}


def _error_kind(error: Exception) -> str:
    return next((kind.__name__ for kind in type(error).__mro__ if kind.__name__ in _FAILED), "ValueError")


def _explain_refusal(error: TemplateError, values: Mapping[str, Any]) -> tuple[str, str]:
    """What a layout asked for that isn't there, or may not be used."""
    message = error.message or "it failed"
    if unknown := re.fullmatch(r"'([^']*)' is undefined", message):
        return f'"{unknown[1]}" is not known here', did_you_mean(unknown[1], values)
    if lacking := re.search(r"'(?:[\w.]*\.)?(\w+) object' has no attribute '([^']*)'", message):
        return f'"{lacking[2]}" is no part of {lacking[1].lower()}', ""
    return message, ""


def _column(file: str, line: int | None, what: str) -> int | None:
    """Column of the tag that failed, from 1: the one that holds what is named, or the only one of its line.

    Jinja knows lines alone. Where several tags of the line could be meant, no column is told rather than a wrong one.
    """
    lines = read_authored_text(Path(file), file).split("\n") if file and line else []
    if line is None or line > len(lines):
        return None
    text = lines[line - 1]
    starts = [found.start() for found in re.finditer(r"\{\{|\{%", text)]
    tags = [(start, text[start:end]) for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    named = re.match(r'"(\w+)"', what)
    if named:
        tags = [tag for tag in tags if re.search(rf"\b{named[1]}\b", tag[1].partition("}}")[0])] or tags
    return tags[0][0] + 1 if len(tags) == 1 else None


def _locate_error(error: BaseException, folders: Sequence[Path]) -> tuple[str, int | None]:
    """File and line in the error's trace: Jinja rewrites the trace to the lines of the layouts that a layout uses."""
    file, line, trace = "", None, error.__traceback__
    while trace is not None:
        passed = Path(trace.tb_frame.f_code.co_filename)
        if passed.parent in folders:
            file, line = str(passed), trace.tb_lineno
        trace = trace.tb_next
    return file, line


def web_address(link: str) -> str:
    """The address in a form safe for a link in HTML and Markdown, or an empty text where it is no web address.

    Only http and https with a host pass: `javascript:`, `file:`, `data:` and relative addresses don't. What could
    end a Markdown link or begin another construct (brackets, spaces, quotes, pipes) is percent-encoded.
    """
    link = link.strip()
    if any(ord(character) < 0x20 for character in link):
        return ""
    try:
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return ""
    return quote(link, safe="/:?#@!&'+,;=%~-._")
