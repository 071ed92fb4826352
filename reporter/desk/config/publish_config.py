"""`[[publish]]`: where `reporter publish` puts the posts of a desk's briefs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from reporter.desk.config.fields import Filled, as_tuple
from reporter.syntax.model_diagnostics import StrictModel
from reporter.syntax.toml_positions import KeyPath


def _validate_language(text: str) -> str:
    if text and not all(part.isalnum() for part in text.replace("_", "-").split("-")):
        raise ValueError('write the blog\'s own key of a language, such as "zh-tw"')
    return text


def _validate_root(text: str) -> str:
    if text and (not text.startswith("/") or text.endswith("/")):
        raise ValueError('write the part of the address before the blog, such as "/blog"')
    return text


def _validate_server(text: str) -> str:
    if text and not re.fullmatch(r"smtps?://[A-Za-z0-9.-]+(:[0-9]{1,5})?", text):
        raise ValueError('write a server as "smtps://mail.example.org"; its password belongs into the environment')
    return text


class PublishConfig(StrictModel):
    """One `[[publish]]`.

    Attributes:
        name: what it is called on the command line; its engine's name where absent.
        to: the engine: one of the program's, or of the desk's `engines/`.
        path: the blog's folder, absolute or from the desk's.
        languages: locale → the blog's key of it; only these are published where any is named.
        editions: only these are published where any is named.
        pictures: as which charts are shown.
        root: the part of the address that lies before the blog, for engines whose pictures are addressed from the root.
        server: the SMTP server that sends a target's mails; they are only written where it is empty.
        key_env: name of the environment's variable with the server's user and password.
        front: further keys of the front matter.
    """

    name: str = ""
    to: Filled
    path: Filled
    languages: dict[str, Annotated[str, AfterValidator(_validate_language)]] = Field(default_factory=dict)
    editions: Annotated[tuple[Literal["article", "chat"], ...], BeforeValidator(as_tuple)] = ()
    pictures: Literal["svg", "png"] = "svg"
    root: Annotated[str, AfterValidator(_validate_root)] = ""
    server: Annotated[str, AfterValidator(_validate_server)] = ""
    key_env: Annotated[str, Field(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")] = ""
    front: dict[str, Any] = Field(default_factory=dict)

    @property
    def label(self) -> str:
        """What it is called on the command line and in the record."""
        return self.name or self.to


def check_targets(targets: Sequence[PublishConfig]) -> Iterator[tuple[KeyPath, str, str]]:
    """Key path, text and hint for every conflict between targets."""
    counts = Counter(target.label for target in targets)
    seen: dict[tuple[str, str], str] = {}
    for place, target in enumerate(targets):
        at: KeyPath = ("publish", place)
        if counts[target.label] > 1 and not target.name:
            yield at, f'publish: {counts[target.label]} targets are called "{target.label}"', 'give each a name = "…"'
        elif counts[target.label] > 1:
            yield (
                (*at, "name"),
                f'publish: {counts[target.label]} targets are called "{target.label}"',
                "choose another",
            )
        where = (target.path.rstrip("/"), target.to)
        if where in seen:
            yield (*at, "path"), f'publish: "{seen[where]}" goes to this path too', "a blog has one target"
        seen.setdefault(where, target.label)
        keys = Counter(key for key in target.languages.values())
        for locale, key in target.languages.items():
            if keys[key] > 1:
                yield (*at, "languages"), f'publish: two locales have the key "{key}"', f'"{locale}" needs its own'
                break
