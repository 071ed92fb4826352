"""What layouts print by themselves: a house's own lines, which no finding and no label stands behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reporter.finished.html import read_html

#: Stands for whatever a layout fills in.
_FILLED = "\x00"


def house_texts(layouts: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The literal texts of layouts, in order, each once.

    Args:
        layouts: file name and text of each.
    """
    found: dict[str, None] = {}
    for name, text in layouts:
        found |= dict.fromkeys(_lines(name, text))
    return tuple(found)


def _lines(name: str, text: str) -> Iterator[str]:
    printed = "".join(_printed(text))
    lines = printed.split("\n")
    if ".html" in name:
        lines = [piece.text for piece in read_html(printed, name).pieces if piece.kind in ("text", "alt")]
    for line in lines:
        for part in line.split(_FILLED):
            plain = part.strip().strip("#>*-|_[]()! ").strip()
            # Of an element that a layout fills in only halves are left.
            if any(map(str.isalpha, plain)) and "<" not in plain and '="' not in plain:
                yield plain


def _printed(text: str) -> Iterator[str]:
    from jinja2 import Environment, TemplateSyntaxError, nodes

    try:
        tree = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).parse(text)
    except TemplateSyntaxError:
        # Whoever fills the layout says what is wrong with it, and where.
        return
    for output in tree.find_all(nodes.Output):
        for node in output.nodes:
            yield node.data if isinstance(node, nodes.TemplateData) else _FILLED
        yield "\n"
