"""What a blog's engine wants, as TOML: where texts and pictures go, how they are named, and the front matter's keys.

The program's own declarations lie in `engines/*.toml` beside this module, a desk's in its own `engines/`, and go first.
A new engine is a new file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Literal, get_args

from pydantic import Field, ValidationError

from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean
from reporter.diagnostics.errors import InputError
from reporter.model.document import CreditKind
from reporter.syntax.authored_text import read_authored_text
from reporter.syntax.model_diagnostics import StrictModel, in_words
from reporter.syntax.toml import parse_toml
from reporter.syntax.toml_positions import KeyPath, Positions, find_place, key_positions

_MAX_BYTES = 100_000
#: A name in braces, a dot before it standing only where the value is not empty. `{{ … }}` is the engine's own.
_NAME = re.compile(r"(?<!\{)\{(\.?)([a-z_]+)\}(?!\})")
#: What a path may name.
PATH_NAMES = ("brief", "date", "edition", "language", "picture", "post", "slug")
#: What an address may name beside it; `{static}` is Pelican's own.
LINK_NAMES = (*PATH_NAMES, "root")
_FOREIGN = frozenset({"static"})
#: What a value of the front matter may be.
FRONT_NAMES = (
    *sorted(get_args(CreditKind)),
    *("brief", "card", "date", "day", "description", "description_markdown", "draft", "key", "lang", "language"),
    *("last_day", "lastmod", "pictures", "post", "public", "slug", "status", "tags", "tags_line", "title"),
    "title_html",
)


class Engine(StrictModel):
    """One engine's declaration. Paths lead from the blog's folder.

    Attributes:
        title: what it is called.
        form: how front matter is written: YAML between lines of hyphens, `Key: value` lines, or as a mail's headers.
        text: path of a post.
        draft_text: path of a post that is only a draft, where drafts have a folder of their own.
        picture: path of a picture.
        link: the picture's address in the text.
        card: the address of the picture that stands for the post, where the engine wants another than in the text.
        heading: whether the text begins with its title.
        more: the mark below which a list of posts leaves the text out.
        refuses: key of the front matter that it can't take → why.
        front: key → value: a name in braces, a text, or a table or list of such.
    """

    title: str
    form: Literal["yaml", "lines", "mail"] = "yaml"
    text: str
    draft_text: str = ""
    picture: str
    link: str
    card: str = ""
    heading: bool = False
    more: str = ""
    refuses: dict[str, str] = Field(default_factory=dict)
    front: dict[str, Any]


def fill_pattern(pattern: str, values: Mapping[str, str]) -> str:
    """Fill the names of a pattern; names that are the engine's own stay.

    Args:
        pattern: of a path or an address.
        values: name → text.
    """

    def fill(found: re.Match[str]) -> str:
        if found[2] not in values:
            return found[0]
        value = values[found[2]]
        return f"{found[1]}{value}" if value else ""

    return _NAME.sub(fill, pattern)


def fill_front(declared: Mapping[str, Any], values: Mapping[str, object]) -> dict[str, Any]:
    """Fill the values of the front matter; a key whose value is empty is left out.

    Args:
        declared: key → a name in braces, a text, or a table or list of such.
        values: name → value.
    """
    filled = ((key, _fill_value(written, values)) for key, written in declared.items())
    return {key: value for key, value in filled if value not in _EMPTY}


#: What a front matter doesn't say.
_EMPTY: tuple[object, ...] = ("", None, [], (), {})


def _fill_value(written: object, values: Mapping[str, object]) -> Any:
    """Fill a value; a table or list with names, of which none has a value, is left out as a whole."""
    names = list(_iterate_names(written))
    if names and all(values[name] in _EMPTY for name in names):
        return ""
    if isinstance(written, Mapping):
        return fill_front(written, values)
    if isinstance(written, list):
        return [value for item in written if (value := _fill_value(item, values)) not in _EMPTY]
    return values[names[0]] if names else written


def _iterate_names(written: object) -> Iterator[str]:
    """The names of values in a value of the front matter."""
    if isinstance(written, Mapping | list):
        for inner in written.values() if isinstance(written, Mapping) else written:
            yield from _iterate_names(inner)
    elif name := _name_of(written):
        yield name


def _name_of(written: object) -> str:
    found = _NAME.fullmatch(written) if isinstance(written, str) else None
    return found[2] if found else ""


def load_engines(desk: Path, shown_as: str) -> dict[str, Engine]:
    """The program's engines and those in a desk's `engines/`, by name.

    Args:
        desk: the desk's folder.
        shown_as: how that folder is named in messages.

    Raises:
        InputError: every mistake in a declaration.
    """
    found: dict[str, Engine] = {}
    problems: list[Diagnostic] = []
    folders = ((Path(__file__).parent / "engines", "engines"), (desk / "engines", f"{shown_as}/engines"))
    for folder, shown in folders:
        for path in sorted(folder.glob("*.toml")):
            try:
                found[path.stem] = _read_engine(path, f"{shown}/{path.name}")
            except InputError as error:
                problems += error.diagnostics
    if problems:
        raise InputError(problems)
    return found


def _read_engine(path: Path, shown: str) -> Engine:
    text = read_authored_text(path, shown, _MAX_BYTES)
    data, positions = parse_toml(text, shown), key_positions(text)
    try:
        engine = Engine.model_validate(data)
    except ValidationError as error:
        raise InputError(_tell_shape(item, positions, shown) for item in error.errors(include_url=False)) from None
    mistakes = [
        Diagnostic("post.wrong-engine", Place(shown, *find_place(positions, key)), what, hint)
        for key, what, hint in _check_engine(engine)
    ]
    if mistakes:
        raise InputError(mistakes)
    return engine


def _tell_shape(item: Any, positions: Positions, shown: str) -> Diagnostic:
    path = tuple(item["loc"])
    place, key = Place(shown, *find_place(positions, path)), path[-1]
    if item["type"] == "extra_forbidden":
        hint = did_you_mean(str(key), list(Engine.model_fields))
        return Diagnostic("post.wrong-engine", place, f'unknown key "{key}"', hint)
    return Diagnostic("post.wrong-engine", place, in_words(item, f'"{key}"'))


def _check_engine(engine: Engine) -> Iterator[tuple[KeyPath, str, str]]:
    """Key path, text and hint for every mistake that the shape of a declaration doesn't show."""
    for key in ("text", "draft_text", "picture"):
        pattern = getattr(engine, key)
        parts = PurePosixPath(pattern)
        if parts.is_absolute() or ".." in parts.parts:
            yield (key,), f'{key}: "{pattern}" leads out of the blog\'s folder', "write a path from it"
        yield from _find_unknown_names(key, pattern, PATH_NAMES)
    for key in ("link", "card"):
        yield from _find_unknown_names(key, getattr(engine, key), LINK_NAMES)
    yield from _check_front(engine.front, ("front",), engine.refuses)


def _find_unknown_names(key: str, pattern: str, known: tuple[str, ...]) -> Iterator[tuple[KeyPath, str, str]]:
    for found in _NAME.finditer(pattern):
        if found[2] not in known and found[2] not in _FOREIGN:
            hint = did_you_mean(found[2], known) or f"names are {', '.join(known)}"
            yield (key,), f'{key}: unknown name "{found[0]}"', hint


def _check_front(
    front: Mapping[Any, Any], at: KeyPath, refuses: Mapping[str, str]
) -> Iterator[tuple[KeyPath, str, str]]:
    for key, value in front.items():
        here = (*at, key)
        if len(at) == 1 and key in refuses:
            yield here, f'front: the engine refuses "{key}": {refuses[key]}', "leave it out"
        if isinstance(value, Mapping | list):
            inner = value if isinstance(value, Mapping) else dict(enumerate(value))
            yield from _check_front(inner, here, {})
        elif isinstance(value, str):
            for found in _NAME.finditer(value):
                if found[2] not in FRONT_NAMES or found[0] != value:
                    hint = did_you_mean(found[2], FRONT_NAMES) or f"names are {', '.join(FRONT_NAMES)}"
                    yield here, f'front.{key}: "{value}" is no name of a value', hint
        elif not isinstance(value, bool | int):
            yield here, f"front.{key} must be a text, true, false or a number", ""
