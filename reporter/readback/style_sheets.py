"""Style sheet → diagnostics of what it may not do: hide, cover, move or write text, or fetch anything.

A style sheet says how a text looks. One that hides a text, covers it, turns it round, or writes a text of its own makes
a reader read something else than what was held to the ledger; one that fetches shows what nobody has checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.hidden_characters import find_hidden

#: Rules that only group, set or name; `@import` fetches, `@counter-style` writes, `@keyframes` moves and fades.
_KNOWN_RULES = frozenset({"media", "page", "font-face", "supports", "layer", "container", "charset"})
#: Properties whose strings name fonts, features, areas and languages.
_NAMING = frozenset(
    {
        *("font-family", "font", "src", "format", "font-feature-settings", "font-variation-settings"),
        *("font-language-override", "grid-template-areas", "grid-template", "grid-area", "quotes", "-pdf-format"),
        *("hyphenate-character", "lang", "bookmark-label"),
    }
)
_SIMPLE_CONTENT = frozenset(
    {
        *(
            "none",
            "normal",
            "inherit",
            "initial",
            "unset",
            "open-quote",
            "close-quote",
            "no-open-quote",
            "no-close-quote",
        ),
    }
)
#: Colours that text is set in, and those of grounds and lines, by the names that the program gives them.
INKS = frozenset({"--ink", "--secondary", "--focus", "--comparator", "--neutral", "--warm", "--cool", "--zero"})
GROUNDS = frozenset(
    {
        *("--background", "--phase", "--band", "--grid", "--hairline", "--panel", "--asked", "--told", "--paper"),
    }
)
_KEYWORDS = frozenset({"inherit", "initial", "unset", "revert", "revert-layer", "currentcolor"})
#: What text needs against its ground to be seen at all; the program's own colours have 4.5 to 1 and more.
_SEEN = 3.0
_PAPER, _INK = (1.0, 1.0, 1.0), (27 / 255, 31 / 255, 36 / 255)
_DARK_PAPER, _DARK_INK = (20 / 255, 24 / 255, 28 / 255), (230 / 255, 233 / 255, 236 / 255)
#: Properties that move, cut, cover or fade whatever they are said of.
_REFUSED = frozenset(
    {
        *(
            "clip",
            "clip-path",
            "-webkit-clip-path",
            "mask",
            "mask-image",
            "-webkit-mask",
            "-webkit-mask-image",
            "filter",
        ),
        *(
            "backdrop-filter",
            "transform",
            "translate",
            "rotate",
            "scale",
            "offset",
            "offset-path",
            "mix-blend-mode",
            "zoom",
        ),
        *("animation", "animation-name", "transition", "content-visibility", "-webkit-text-security", "text-security"),
        *("-webkit-text-fill-color", "-webkit-text-stroke", "unicode-bidi", "direction", "order", "shape-outside"),
        *(
            "zoom",
            "behavior",
            "-moz-binding",
            "perspective",
            "string-set",
            "element",
            "-webkit-line-clamp",
            "line-clamp",
        ),
        *("border-image", "border-image-source", "border-image-outset", "border-image-width"),
        *("counter-set", "bookmark-level", "z-index", "-webkit-box-reflect", "font-palette", "text-combine-upright"),
        *(
            "background-clip",
            "-webkit-background-clip",
            "flow-into",
            "running",
            "symbols",
            "interpolate-size",
            "contain",
        ),
    }
)
_FUNCTIONS = frozenset(
    {
        *("image-set", "-webkit-image-set", "image", "cross-fade", "-webkit-cross-fade", "element", "src", "symbols"),
        *("expression", "paint", "env", "-moz-element", "running", "leader", "target-text", "target-counter", "string"),
    }
)
#: Properties whose value is no variable's: what hides a text is seen where it stands.
_SHOWN_PLAINLY = frozenset({"display", "visibility", "opacity", "font-size", "text-indent", "position", "content"})
#: Lengths in pixels; of relative ones a likely one.
_PIXELS = {
    **{"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 101.6},
    **{"em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0, "lh": 24.0, "vw": 10.0, "vh": 10.0, "vmin": 10.0, "vmax": 10.0},
}
_LEAST_TEXT = 6.0
_MOST_SHIFT = 80.0
_LARGEST_MARK = 60.0
#: A margin below this draws a text over its neighbour; the page itself has one of 15 pixels.
_MOST_OVERLAP = 24.0
#: Lines and shadows that are wider than these are no lines any more, by how their properties begin.
_WIDEST_LINES = {"box-shadow": 12.0, "text-shadow": 2.0, "outline": 8.0, "border": 24.0, "text-decoration": 6.0}
_LEAST_OFFSET = 3.0


@dataclass(frozen=True, slots=True)
class _Rule:
    """A declaration's context: its selectors, the conditions around it, and the declarations beside it."""

    selectors: tuple[str, ...]
    around: tuple[str, ...] = ()
    beside: dict[str, str] = field(default_factory=dict)

    @property
    def is_mark(self) -> bool:
        """Whether it is only of what stands before or after an element, which has no text of the brief."""
        return bool(self.selectors) and all(re.search(r"::?(?:before|after|marker)$", one) for one in self.selectors)

    @property
    def is_dark(self) -> bool:
        return any("dark" in one for one in self.around)

    def has_condition(self, word: str) -> bool:
        """Whether a condition around it has the word."""
        return any(word in one for one in self.around)


#: All pages of a brief have one style sheet.
@lru_cache(maxsize=16)
def check_style_sheet(css: str, *, printed: bool = False) -> tuple[Diagnostic, ...]:
    """Everything that a style sheet does and may not; places are lines and columns of the text, without a file.

    Args:
        css: its text; what is filled in later is blank.
        printed: whether it is a finished page's that is printed, whose margins say what the page is.
    """
    import tinycss2  # type: ignore[import-untyped]

    try:
        nodes = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
        found = dict.fromkeys(_check_rules(nodes, (), printed=printed))
    except RecursionError:
        return (_make_style_diagnostic(1, 1, "rules are nested too deep", "write them side by side"),)
    return tuple(found)


def check_declarations(css: str) -> tuple[Diagnostic, ...]:
    """Everything that the declarations of a `style` attribute do and may not."""
    return tuple(dict.fromkeys(_check_block(css, ("*",), ())))


def _make_style_diagnostic(line: int, column: int, what: str, hint: str = "") -> Diagnostic:
    return Diagnostic("page.unsafe-style", Place("", line, column), what, hint)


def _check_rules(nodes: Sequence[Any], around: tuple[str, ...], *, printed: bool) -> Iterator[Diagnostic]:
    import tinycss2

    shown = {
        selector
        for node in nodes
        if node.type == "qualified-rule" and "block" in _read_declarations(node.content).get("display", "")
        for selector in _split_selectors(node.prelude)
    }
    for node in nodes:
        if node.type == "error":
            what = "this can't be read as CSS"
            yield _make_style_diagnostic(node.source_line, node.source_column, what, str(node.message))
        elif node.type == "qualified-rule":
            yield from _check_block(node.content, _split_selectors(node.prelude), around, shown, printed=printed)
        elif node.type == "at-rule":
            name = node.lower_at_keyword
            if name not in _KNOWN_RULES:
                hint = "everything that a page shows is inside it" if name == "import" else "style the page without it"
                yield _make_style_diagnostic(
                    node.source_line, node.source_column, f"@{name} has no place in a style sheet", hint
                )
            elif node.content is not None and name in ("page", "font-face"):
                yield from _check_block(node.content, (f"@{name}",), around, printed=printed)
            elif node.content is not None:
                inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                condition = f"{name} {tinycss2.serialize(node.prelude)}".lower()
                yield from _check_rules(inner, (*around, condition), printed=printed)


def _check_block(
    content: Any,
    selectors: tuple[str, ...],
    around: tuple[str, ...],
    shown: set[str] | None = None,
    *,
    printed: bool = False,
) -> Iterator[Diagnostic]:
    import tinycss2

    rule = _Rule(selectors, around, _read_declarations(content))
    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if node.type == "declaration":
            what, hint = _check_declaration(node, rule, shown or set())
            if what:
                # A printed page's margins say what the page is.
                in_margin = node.lower_name == "content" and selectors[:1] != () and selectors[0].startswith("@page @")
                if not (printed and in_margin):
                    yield _make_style_diagnostic(node.source_line, node.source_column, what, hint)
        elif node.type == "qualified-rule":
            inner = tuple(f"{outer} {one}" for outer in selectors for one in _split_selectors(node.prelude))
            yield from _check_block(node.content, inner, around, printed=printed)
        elif node.type == "at-rule" and node.content is not None:
            if selectors == ("@page",):
                yield from _check_block(node.content, (f"@page @{node.lower_at_keyword}",), around, printed=printed)
            elif node.lower_at_keyword not in _KNOWN_RULES:
                what = f"@{node.lower_at_keyword} has no place in a style sheet"
                yield _make_style_diagnostic(node.source_line, node.source_column, what)
            else:
                condition = f"{node.lower_at_keyword} {tinycss2.serialize(node.prelude)}".lower()
                yield from _check_block(node.content, selectors, (*around, condition), printed=printed)


def _read_declarations(content: Any) -> dict[str, str]:
    import tinycss2

    nodes = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    return {
        node.lower_name: tinycss2.serialize(node.value).strip().lower() for node in nodes if node.type == "declaration"
    }


def _split_selectors(prelude: Any) -> tuple[str, ...]:
    import tinycss2

    parts: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return tuple(" ".join(tinycss2.serialize(part).split()) for part in parts)


def _iterate_tokens(nodes: Sequence[Any]) -> Iterator[Any]:
    for node in nodes:
        yield node
        for inner in (getattr(node, "arguments", None), getattr(node, "content", None)):
            if inner is not None:
                yield from _iterate_tokens(inner)


def _check_declaration(node: Any, rule: _Rule, shown: set[str]) -> tuple[str, str]:
    """What is wrong with a declaration, and a hint; two empty texts where nothing is."""
    import tinycss2

    name = node.lower_name
    value = " ".join(tinycss2.serialize(node.value).split())
    said = f"{name}: {value if len(value) <= 60 else value[:59] + '…'}"
    if outside := _find_fetched_address(node.value):
        return f'"{outside}" is fetched from elsewhere', "give images and fonts as data: addresses"
    if any(find_hidden(str(getattr(token, "value", ""))) for token in _iterate_tokens(node.value)):
        return f"{said}: holds a character that nobody sees", "delete it"
    if any(token.type == "function" and token.lower_name in _FUNCTIONS for token in _iterate_tokens(node.value)):
        return f"{said}: has no place in a style sheet", "write it plainer"
    if name == "content":
        written = _writes_text(node.value, rule)
        return (
            (f"{said}: a style sheet writes no text", "only a separator without letters or digits")
            if written
            else _NONE
        )
    if _has_words(node.value) and name not in _NAMING and not name.startswith("--"):
        return f"{said}: a style sheet writes no text", "what is said comes from the brief"
    if name in ("counter-reset", "counter-increment") and any(
        token.type == "number" and token.value not in (0, 1) for token in _iterate_tokens(node.value)
    ):
        return f"{said}: a style sheet writes no numbers", "counters count by one from nought"
    if (hides := _explain_hiding(name, value.lower(), node.value, rule)) and not _may_hide(name, rule, shown):
        return f"{said}: {hides}", "what a brief says is shown"
    if colour := _check_colour(name, value.lower(), node.value, rule):
        return f"{said}: {colour}", "take a colour that stands out from its ground"
    return _NONE


_NONE = ("", "")


def _find_fetched_address(value: Sequence[Any]) -> str:
    for token in _iterate_tokens(value):
        address = None
        if token.type == "url":
            address = token.value
        elif token.type == "function" and token.lower_name == "url":
            address = next((one.value for one in token.arguments if one.type == "string"), "")
        if address is not None and not re.match(r"(?:data:(?:image|font|application)/|#|asset:)", address.strip()):
            return str(address)[:60]
    return ""


def _has_words(value: Sequence[Any]) -> bool:
    return any(token.type == "string" and any(map(str.isalnum, token.value)) for token in _iterate_tokens(value))


def _writes_text(value: Sequence[Any], rule: _Rule) -> bool:
    in_margin = bool(rule.selectors) and rule.selectors[0].startswith("@page")
    for token in value:
        if token.type in ("whitespace", "comment", "literal"):
            continue
        if token.type == "string" and not any(map(str.isalnum, token.value)):
            continue
        if token.type == "ident" and token.lower_value in _SIMPLE_CONTENT:
            continue
        if token.type == "function" and token.lower_name in ("counter", "counters") and not _has_words([token]):
            continue
        # Each cell names its column on a phone; the name is the table's own.
        if (
            token.type == "function"
            and token.lower_name == "attr"
            and not in_margin
            and _identifiers_in(token) == {"data-label"}
        ):
            continue
        return True
    return False


def _explain_hiding(name: str, value: str, tokens: Sequence[Any], rule: _Rule) -> str:
    """How a declaration hides or moves text, or an empty text."""
    if name in _SHOWN_PLAINLY and "var(" in value:
        return "what it comes to is written here"
    if name in _REFUSED and value not in ("none", "normal", "auto", "initial", "unset"):
        return "hides, moves or covers"
    if (name == "display" and "none" in value.split()) or (
        name == "visibility" and value not in ("visible", "inherit", "initial")
    ):
        return "hides"
    if name.startswith("text-decoration") and "line-through" in value:
        return "strikes out"
    if name in ("flex-direction", "flex-flow") and "reverse" in value:
        return "turns the order round"
    lifted = value not in ("relative", "static") and bool(_ground_value(rule)) and not rule.is_mark
    if name == "position" and (value == "fixed" or lifted):
        return "covers"
    numbers = [token for token in _iterate_tokens(tokens) if token.type in ("number", "percentage", "dimension")]
    if name in ("opacity", "fill-opacity", "stroke-opacity"):
        least = [token.value / (100 if token.type == "percentage" else 1) for token in numbers]
        return "fades" if not least or min(least) < 0.6 else ""
    return _explain_out_of_sight(name, numbers, rule)


def _explain_out_of_sight(name: str, numbers: Sequence[Any], rule: _Rule) -> str:
    """How a length takes text out of sight, or an empty text."""
    known = [length for length in map(_to_pixels, numbers) if length is not None]
    if name == "line-height":
        known = [token.value * 16 if token.type == "number" else _to_pixels(token) or 0.0 for token in numbers]
    if not known:
        return ""
    if rule.is_mark and (name.startswith("inset") or (name in ("width", "height") and _is_large(numbers, known))):
        return "covers"
    if name in ("font-size", "line-height") or name == "font":
        return "is too small to be read" if (known[0] if name == "font" else min(known)) < _LEAST_TEXT else ""
    if name in ("letter-spacing", "word-spacing"):
        return "draws letters over each other" if min(known) < -2.0 else ""
    if covers := _covers(name, numbers, known):
        return covers
    if name in ("text-indent", "left", "right", "top", "bottom", "inset") or name.startswith(
        ("margin", "inset-", "padding")
    ):
        return "moves out of sight" if max(known) > _MOST_SHIFT * 4 or min(known) < -_MOST_SHIFT else ""
    if name in ("width", "height", "inline-size", "block-size") or name.startswith("max-"):
        return "leaves no room" if min(known) < 4.0 and not rule.is_mark else ""
    return ""


def _covers(name: str, numbers: Sequence[Any], known: Sequence[float]) -> str:
    """How a line, a shadow or a place that is drawn into another's covers text, or an empty text."""
    negative = any(token.value < 0 for token in numbers)
    if name.startswith("margin"):
        # Of a sum the parts are seen and not what it comes to; a part of a column's width is wide.
        sizes = [abs(token.value) * (10.0 if token.type == "percentage" else 0.0) for token in numbers]
        least = -max([*map(abs, known), *sizes]) if negative else 0.0
        return "is drawn over what stands beside it" if least < -_MOST_OVERLAP else ""
    line = name not in ("border-radius", "border-spacing") and not name.endswith("-radius")
    most = next((limit for start, limit in _WIDEST_LINES.items() if line and name.startswith(start)), None)
    if most is not None and max(map(abs, known)) > most:
        return "covers"
    strikes = name in ("outline-offset", "text-underline-offset") and min(known) < -_LEAST_OFFSET
    return "is drawn over its own text" if strikes else ""


def _is_large(numbers: Sequence[Any], known: Sequence[float]) -> bool:
    """Whether what stands before or after an element is no mere mark."""
    return any(token.type == "percentage" for token in numbers) or max(known) > _LARGEST_MARK


def _to_pixels(token: Any) -> float | None:
    if token.type == "dimension":
        return float(token.value * _PIXELS.get(token.lower_unit, 16.0))
    if token.type == "percentage":
        return float(token.value * 0.16)
    return 0.0 if token.value == 0 else None


def _may_hide(name: str, rule: _Rule, shown: set[str]) -> bool:
    """Whether a declaration may hide its elements: one of two drawings, a table's header, links on paper."""
    narrow = rule.has_condition("max-width")
    return all(_has_reason_to_hide(name, one, rule, shown, narrow=narrow) for one in rule.selectors)


def _has_reason_to_hide(name: str, selector: str, rule: _Rule, shown: set[str], *, narrow: bool) -> bool:
    if name == "display":
        if selector == ".drawing .narrow":
            return not rule.around
        if selector == ".drawing .broad":
            # Whoever hides the one drawing shows the other.
            return narrow and ".drawing .narrow" in shown
        if selector == "nav":
            return rule.has_condition("print")
        return narrow and selector in (".cards tbody td.empty", ".evidence tbody td.empty")
    # A table's header that stands in each cell of a phone's cards; readers of screens have it still.
    return narrow and selector in (".cards thead", ".evidence thead")


def _check_colour(name: str, value: str, tokens: Sequence[Any], rule: _Rule) -> str:
    """Why a text or its ground would not be seen, or an empty text."""
    ink, paper = (_DARK_INK, _DARK_PAPER) if rule.is_dark else (_INK, _PAPER)
    if name in ("color", "fill") and not rule.is_mark:
        if rule.selectors == (".again",):
            # The heading of a table's second half, which says what the first one says.
            return ""
        ground = _parse_colour(_ground_value(rule)) or paper
        return _check_contrast(tokens, ground, GROUNDS)
    if name in ("background", "background-color") and not rule.is_mark and "color" not in rule.beside:
        found = [one for one in map(_to_rgba, _iterate_tokens(tokens)) if one is not None]
        inked = any(token.type == "function" and _identifiers_in(token) & INKS for token in tokens)
        unseen = inked or any(alpha > 0.15 and _contrast_ratio(colour, ink) < _SEEN for *colour, alpha in found)
        return "text on it is not seen" if unseen else ""
    if name in INKS:
        return _check_contrast(tokens, paper, GROUNDS)
    if name in GROUNDS:
        found = [one for one in map(_to_rgba, _iterate_tokens(tokens)) if one is not None]
        inked = any(token.type == "function" and _identifiers_in(token) & INKS for token in tokens)
        lines = name in ("--grid", "--hairline")
        unseen = not lines and any(_contrast_ratio(colour, ink) < _SEEN for *colour, _ in found)
        return "text on it is not seen" if unseen or inked else ""
    return ""


def _check_contrast(tokens: Sequence[Any], ground: Sequence[float], grounds: frozenset[str]) -> str:
    for token in tokens:
        if token.type in ("whitespace", "comment") or (token.type == "ident" and token.lower_value in _KEYWORDS):
            continue
        if token.type == "function" and token.lower_name == "var":
            if _identifiers_in(token) & grounds:
                return "text in the colour of its ground is not seen"
            continue
        found = _to_rgba(token)
        if found is None:
            return "this colour can't be judged; write it #RRGGBB"
        *colour, alpha = found
        if alpha < 0.6 or _contrast_ratio(colour, ground) < _SEEN:
            return "text in it is not seen"
    return ""


def _identifiers_in(token: Any) -> set[str]:
    return {one.value for one in token.arguments if one.type == "ident"}


def _ground_value(rule: _Rule) -> str:
    return rule.beside.get("background-color", rule.beside.get("background", ""))


def _parse_colour(value: str) -> tuple[float, float, float] | None:
    import tinycss2

    for token in tinycss2.parse_component_value_list(value):
        found = _to_rgba(token)
        if found is not None and found[3] > 0.6:
            return found[:3]
    return None


def _to_rgba(token: Any) -> tuple[float, float, float, float] | None:
    from tinycss2.color3 import parse_color  # type: ignore[import-untyped]

    found = parse_color(token)
    return None if found is None or isinstance(found, str) else (found.red, found.green, found.blue, found.alpha)


def _contrast_ratio(one: Sequence[float], other: Sequence[float]) -> float:
    dark, light = sorted((_relative_luminance(one), _relative_luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _relative_luminance(colour: Sequence[float]) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
