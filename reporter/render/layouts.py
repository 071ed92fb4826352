"""Layouts: an editor's Jinja files, compiled in a sandbox; their mistakes come back located."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from reporter.diagnostics import Diagnostic, Place
from reporter.errors import InputError
from reporter.render import conversation, flow
from reporter.render.links import web_address

#: A folder of layouts, or several in the order in which a layout is looked for.
Layouts = Path | tuple[Path, ...]


def layout_environment(folder: Layouts, finalize: Callable[[Any], Any] | None = None) -> ImmutableSandboxedEnvironment:
    """An environment for the layouts of a folder. Every value that a layout shows is escaped.

    Args:
        folder: where the layouts lie; of several the first that has one.
        finalize: makes a value safe for the output format; without it values are escaped for HTML.
    """
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        bands=flow.bands,
        description=conversation.description,
        exchanges=conversation.exchanges,
        fits=flow.fits,
        halved=flow.halved,
        halves=flow.halves,
        joined=flow.joined,
        key=flow.key,
        kind=flow.kind,
        opening=flow.opening,
        rows=flow.rows,
        spaced=flow.spaced,
        stated=attrgetter("stated"),
        web_address=web_address,
    )
    return environment


def fill(environment: ImmutableSandboxedEnvironment, name: str, values: Mapping[str, Any]) -> str:
    """A layout's text with its values.

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
        return environment.get_template(name).render(values)
    except TemplateNotFound as error:
        raise InputError(
            [Diagnostic("page.no-layout", Place(str(folder / str(error.name))), "there is no such layout")]
        ) from error
    except TemplateSyntaxError as error:
        file = str(error.filename or folder / name)
        raise InputError(
            [Diagnostic("page.broken-layout", Place(file, error.lineno), error.message or "the layout can't be parsed")]
        ) from error
    except TemplateError as error:
        raise InputError(
            [Diagnostic("page.broken-layout", Place(*_place(error, folder, name)), error.message or "it failed")]
        ) from error


def _place(error: TemplateError, folder: Path, name: str) -> tuple[str, int | None]:
    """File and line in the error's trace: Jinja rewrites the trace to the lines of the layouts that a layout uses."""
    file, line, trace = str(folder / name), None, error.__traceback__
    while trace is not None:
        passed = Path(trace.tb_frame.f_code.co_filename)
        if passed.parent == folder:
            file, line = str(passed), trace.tb_lineno
        trace = trace.tb_next
    return file, line
