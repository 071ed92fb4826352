"""Labels in use → the template and catalogues; and what is missing from them or unused in them.

Babel extracts: from the program its calls of `label` and its markers, from layouts what they look up by gettext, from
report.yaml the values of the keys that hold labels. No file names a line or a day, so that an edit elsewhere changes
no catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.language.catalogues import catalogue_path, check_catalogue
from reporter.language.leftover import leftover_problems
from reporter.language.locales import Locale, available_locales, load_locale
from reporter.syntax.located_yaml import LocatedValue, parse_yaml

#: Calls in the program whose first argument is a label; a template's own are gettext's.
_CALLS: Mapping[str, Any] = dict.fromkeys(("label", "_translate_label", "_say_label", "translate_label", "msgid"))
_GETTEXT: Mapping[str, Any] = dict.fromkeys(("_", "gettext"))
#: Keys of report.yaml whose values are labels.
_LABEL_KEYS = frozenset({"title", "methods", "label", "headings", "reader", "desk"})
_TEMPLATE = "reporter.pot"
_HOW = "run `make catalogues`, then fill in what is empty"
_HEADER = """# Every label of tables, charts and pages, and where it is asked for. Made by `make catalogues`.
msgid ""
msgstr ""
"Project-Id-Version: reporter\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


@dataclass(frozen=True, slots=True)
class LabelUses:
    """Every label in use: its English text → the files that use it, in order."""

    asked: Mapping[str, tuple[str, ...]] = field(hash=False)


def extract_yaml(
    fileobj: IO[bytes], keywords: Mapping[str, Any], comment_tags: object, options: Mapping[str, Any]
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Babel's extraction method for report.yaml: the texts under the keys named in `keywords`.

    Args:
        fileobj: the file, open for reading bytes.
        keywords: the keys whose texts are labels.
        comment_tags: not used; Babel passes them.
        options: not used; Babel passes them.
    """
    del comment_tags
    yield from _iterate_labels(parse_yaml(fileobj.read(), str(options.get("file", "report.yaml"))), keywords, "")


def _iterate_labels(
    value: LocatedValue, keys: Mapping[str, Any], under: str
) -> Iterator[tuple[int, str, str, list[str]]]:
    if under and isinstance(value.plain, str):
        yield value.line, under, value.plain, []
    for key, inner in value.entries.items():
        # Of the mappings only `headings` holds labels under names of its own.
        yield from _iterate_labels(inner, keys, key if key in keys else under if under == "headings" else "")
    for item in value.items:
        yield from _iterate_labels(item, keys, under)


def extract_labels(package: Path, templates: Path) -> LabelUses:
    """Extract every label from the program and the report types.

    Args:
        package: the program's folder.
        templates: the folder of all report types.
    """
    asked: dict[str, dict[str, None]] = {}
    for root, pattern, method, keywords in (
        (package, "**/*.py", "python", _CALLS),
        (templates, "*/layouts/*.j2", babel_extract, _GETTEXT),
        (templates, "*/report.yaml", extract_yaml, dict.fromkeys(_LABEL_KEYS)),
    ):
        for path in sorted(root.glob(pattern)):
            for text in _extract_file(path, method, keywords):
                asked.setdefault(text, {})[path.relative_to(root.parent).as_posix()] = None
    return LabelUses({text: tuple(files) for text, files in asked.items()})


def _extract_file(path: Path, method: str | Callable[..., Any], keywords: Mapping[str, Any]) -> Iterator[str]:
    # Without `silent` off, Jinja's extractor passes over a template that it can't read.
    options = {"silent": "false", "encoding": "utf-8"}
    with path.open("rb") as file:
        for _, text, _, _ in extract(method, file, keywords, options=options):
            yield str(text)


def build_catalogues(labels: LabelUses, folder: Path) -> dict[Path, str]:
    """Build the template and every catalogue: path → text; a missing translation is empty.

    Args:
        labels: what is asked for.
        folder: the folder of all locales.
    """
    template = Catalog()
    for text, files in labels.asked.items():
        template.add(text, locations=[(file, 0) for file in files])
    wanted = {folder / _TEMPLATE: _HEADER + _format_catalogue(template)}
    for locale in _list_locales(folder):
        path = catalogue_path(locale)
        known = path.read_text(encoding="utf-8")
        header, _, _ = known.partition("\n\n")
        wanted[path] = f"{header}\n\n" + _format_catalogue(
            _update_catalogue(known, labels, native=locale.edition is None)
        )
    return wanted


def _update_catalogue(known: str, labels: LabelUses, *, native: bool) -> Catalog:
    """A catalogue without unused labels and, for a native locale, with every label in use."""
    old = read_po(BytesIO(known.encode()))
    kept = Catalog()
    for message in old:
        if message.id and str(message.id) in labels.asked:
            kept.add(str(message.id), str(message.string), flags=message.flags)
    for text in labels.asked if native else ():
        if text not in kept:
            kept.add(text)
    return kept


def _format_catalogue(catalogue: Catalog) -> str:
    buffer = BytesIO()
    write_po(buffer, catalogue, width=0, omit_header=True, include_lineno=False)
    return buffer.getvalue().decode().strip("\n") + "\n"


def _list_locales(folder: Path) -> tuple[Locale, ...]:
    """List the locales that have a catalogue; a regional one need not."""
    locales = (load_locale(tag, folder) for tag in available_locales(folder))
    return tuple(locale for locale in locales if locale.edition is None or catalogue_path(locale).is_file())


def check_catalogues(labels: LabelUses, folder: Path) -> tuple[Diagnostic, ...]:
    """Check the template and catalogues on disk against the labels in use.

    Args:
        labels: what is asked for.
        folder: the folder of all locales.
    """
    template = folder / _TEMPLATE
    wanted = build_catalogues(labels, folder)[template]
    problems = []
    if not template.is_file() or template.read_text(encoding="utf-8") != wanted:
        problems.append(
            Diagnostic(
                "label.stale-template", Place(str(template)), "the template is not what the sources ask for", _HOW
            )
        )
    for locale in _list_locales(folder):
        problems += _check_catalogue(locale, labels)
        problems += check_catalogue(locale)
    problems += leftover_problems(folder, [load_locale(tag, folder) for tag in available_locales(folder)])
    return tuple(problems)


def _check_catalogue(locale: Locale, labels: LabelUses) -> Iterator[Diagnostic]:
    path = catalogue_path(locale)
    known = [str(message.id) for message in read_po(BytesIO(path.read_bytes())) if message.id]
    for text, files in labels.asked.items():
        if locale.edition is None and text not in known:
            yield Diagnostic(
                "label.missing", Place(str(path)), f'label "{text}" is missing; {files[0]} asks for it', _HOW
            )
    for text in known:
        if text not in labels.asked:
            yield Diagnostic("label.unused", Place(str(path)), f'label "{text}" is asked for nowhere', _HOW)
