"""Document → Markdown post that reads the same in every engine.

Values are escaped where they enter the layout, by numeric entities: backslashes are printed by some engines, and
tildes, dollars, braces or a leading number begin strikethrough, mathematics, template code or lists in others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from reporter.model.document import Document
from reporter.render.layout.conversation import describe_document
from reporter.render.layout.page_flow import figure_numbers
from reporter.render.layout_sandbox import BoundedEnvironment
from reporter.render.layouts import Layouts, fill_layout, layout_environment

#: What begins or ends a construct in some engine, wherever it stands.
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~$&^]")
#: What does so only where a line begins: "2024. " and "+ " lists, "---" and "===" headings and rules, ": " a
#: definition, "!!! " a note, "% " a title. "64.2" and "+1.5%" are left readable.
_LEADING = re.compile(r"(?P<before>\d+(?=[.)](?:\s|$))|)(?P<sign>(?<=\d)[.)]|\+(?=\s|$)|[-=:!%])")


def escape_markdown(text: str) -> Markup:
    """Text that every Markdown engine shows literally, on one line."""
    safe = _SPECIAL.sub(lambda found: _to_entity(found[0]), " ".join(text.split()))
    if found := _LEADING.match(safe):
        safe = found["before"] + _to_entity(found["sign"]) + safe[found.end() :]
    return Markup(safe)


def _to_entity(character: str) -> str:
    return f"&#{ord(character)};"


def quote_value(value: object) -> Markup:
    """A value of the front matter as JSON, which YAML reads alike; what YAML refuses raw is written as its code.

    An instant stands without quotes, since several engines refuse a date that is a text.
    """
    if isinstance(value, datetime):
        return Markup(value.isoformat())
    text = json.dumps(value, ensure_ascii=False)
    raw = (f"\\u{ord(c):04x}" if 0x7F <= ord(c) <= 0x9F or ord(c) in (0x2028, 0x2029, 0xFEFF) else c for c in text)
    return Markup("".join(raw))


def render_markdown(document: Document, layouts: Layouts, chart_path: Callable[[str], str]) -> str:
    """Render a document through the layout `<edition>.md.j2`.

    Args:
        document: what is said.
        layouts: where the layouts lie.
        chart_path: chart id → path of its SVG, relative to the Markdown file; its PNG lies beside it.

    Raises:
        InputError: the layout is missing or wrong.
    """
    numbers = figure_numbers(document)
    paths = {chart: quote(chart_path(chart), safe="/.-_") for chart in numbers}
    values = {
        "document": document,
        "labels": document.labels,
        "figures": numbers,
        "charts": {chart: Markup(path) for chart, path in paths.items()},
        "front": _front_matter(document, list(paths.values())),
    }
    text = fill_layout(build_environment(layouts), f"{document.edition}.md.j2", values)
    return _tidy_lines(text)


@cache
def build_environment(layouts: Layouts) -> BoundedEnvironment:
    """The environment of the layouts of this format, with its own filters."""
    made = layout_environment(layouts, _escape_value)
    made.filters["quoted"] = quote_value
    return made


def _escape_value(value: Any) -> Any:
    return (
        value if isinstance(value, Markup) or not isinstance(value, str | int | float) else escape_markdown(str(value))
    )


def _front_matter(document: Document, charts: Sequence[str]) -> dict[str, object]:
    introduction = describe_document(document)
    return {
        "title": title_document(document),
        "description": introduction,
        # Without it a blog's summary is the line of dates.
        "summary": introduction,
        # A day's posts, of two editions in several languages, need addresses of their own.
        "slug": name_post(document.slug, document.edition, document.locale),
        "date": datetime.fromisoformat(document.posted),
        "lastmod": max(datetime.fromisoformat(document.posted), _move_to_zone(document.as_of, document.posted)),
        "lang": document.lang,
        "translationKey": f"{document.slug}-{document.edition}",
        "tags": list(document.tags),
        **{credit.kind: credit.name for credit in document.credits},
        # Pages that share a link show no SVG.
        "images": [Path(charts[0]).with_suffix(".png").as_posix()] if charts else [],
        "math": False,
        # What builds a blog leaves out.
        **({"draft": True} if document.draft else {}),
    }


def title_document(document: Document) -> str:
    """The title of a document's post, which tells the editions of a day apart."""
    name = document.labels.edition(document.edition)
    return document.headline.text if document.edition == "article" else f"{document.headline.text} · {name}"


def name_post(slug: str, edition: str, locale: str) -> str:
    """The name of a post: the last part of its address.

    Args:
        slug: of the brief.
        edition: of the text; the article's needs no naming.
        locale: of the text.
    """
    return "-".join((slug, *(() if edition == "article" else (edition,)), locale.lower()))


def _move_to_zone(instant: str, other: str) -> datetime:
    """An ISO instant in the zone of another."""
    return datetime.fromisoformat(instant).astimezone(datetime.fromisoformat(other).tzinfo)


def _tidy_lines(text: str) -> str:
    """One empty line between blocks, none at the end of the file; no value holds a line break, so none is touched."""
    lines = (line.rstrip() for line in text.strip().split("\n"))
    kept = [line for filled, group in groupby(lines, key=bool) for line in (list(group) if filled else [""])]
    return "\n".join(kept) + "\n"
