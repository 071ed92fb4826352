"""A brief's folder, a target and its engine → the posts: for each text the files that go to the blog, byte for byte."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any, get_args

from markupsafe import Markup

from reporter.desk.config.publish_config import PublishConfig
from reporter.model.document import CreditKind
from reporter.publishing.engine import Engine, fill_front, fill_pattern
from reporter.publishing.mail import make_mail
from reporter.readback.markdown import read_front_matter
from reporter.readback.pieces import edition_and_locale
from reporter.render.markdown import escape_markdown, name_post, quote_value
from reporter.verify.ledger.ledger_model import Ledger

_PICTURE = re.compile(r"(!\[[^\]\n]*\]\()([^)\n]+)(\))")
_PNG, _SVG = ".png", ".svg"


@dataclass(frozen=True, slots=True)
class FinishedBrief:
    """A brief as it lies in its folder.

    Attributes:
        folder: path of its folder, as it was named.
        ledger: what it is held to.
        files: path in the folder → content, without the ledger.
    """

    folder: str
    ledger: Ledger
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def slug(self) -> str:
        """The name of its folder, `btc-2026-02-06`."""
        return self.ledger.brief.slug


@dataclass(frozen=True, slots=True)
class Note:
    """What is said above a post that was changed after it was out.

    Attributes:
        at: ISO instant of the change.
        text: Markdown.
    """

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What stands at the address of a post that was withdrawn: its title and its text as Markdown."""

    title: str
    note: Note


@dataclass(frozen=True, slots=True)
class Post:
    """A text on its way to a blog.

    Attributes:
        target: label of the target.
        brief, edition, locale: what it is of.
        text: path of its text, from the blog's folder.
        files: path → content of all of its files, the text last.
    """

    target: str
    brief: str
    edition: str
    locale: str
    text: str
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells it from all other posts."""
        return self.target, self.brief, self.edition, self.locale


def list_texts(brief: FinishedBrief, target: PublishConfig) -> tuple[str, ...]:
    """List the Markdown files of a brief that a target takes."""
    names = []
    for name in sorted(brief.files):
        edition, locale = edition_and_locale(name)
        if "/" in name or not name.endswith(".md") or not edition:
            continue
        if target.languages and locale not in target.languages:
            continue
        if not target.editions or edition in target.editions:
            names.append(name)
    return tuple(names)


def make_post(
    brief: FinishedBrief,
    name: str,
    target: PublishConfig,
    engine: Engine,
    *,
    draft: bool = False,
    notes: Sequence[Note] = (),
    tombstone: Tombstone | None = None,
) -> Post:
    """Make the post of a text.

    Args:
        brief: it is of.
        name: of its Markdown file.
        target: where it goes.
        engine: what builds the blog.
        draft: whether the engine shall leave it out.
        notes: what was corrected, oldest first.
        tombstone: what takes the text's place, where it is withdrawn.
    """
    edition, locale = edition_and_locale(name)
    front, body = split_text(brief.files[name].decode())
    language = target.languages.get(locale, locale.lower())
    paths = {
        "brief": brief.slug,
        "date": brief.ledger.brief.date,
        "edition": edition,
        "language": language,
        "post": brief.slug if edition == "article" else f"{brief.slug}-{edition}",
        "slug": name_post(brief.slug, edition, language).rstrip("-"),
    }
    pictures: dict[str, bytes] = {}

    def place_picture(address: str, ending: str, pattern: str) -> str:
        """Take a chart along, and return its address in the post."""
        chart = str(PurePosixPath(address).with_suffix(ending))
        values = {**paths, "picture": _name_picture(chart), "root": target.root}
        pictures[fill_pattern(engine.picture, values)] = brief.files[chart]
        return fill_pattern(pattern, values)

    shown = [found[2] for found in _PICTURE.finditer(body) if found[2] in brief.files]
    card = ""
    if tombstone is None:
        card = place_picture(shown[0], _PNG, engine.card or engine.link) if shown else ""
        ending = _PNG if engine.form == "mail" else f".{target.pictures}"
        body = _PICTURE.sub(
            lambda found: (
                f"{found[1]}{place_picture(found[2], ending, engine.link)}{found[3]}"
                if found[2] in brief.files
                else found[0]
            ),
            body,
        )
    values = {**paths, **_list_values(front, notes, tombstone), "card": card, "draft": draft or ""}
    values |= {"pictures": [card] if card else [], "public": False if draft else ""}
    values["status"] = "draft" if draft else "published"
    written = fill_front({**engine.front, **target.front}, values)
    parts = [f"# {escape_markdown(str(values['title']))}"] if engine.heading else []
    parts += [tombstone.note.text] if tombstone else [*(note.text for note in notes), _mark_more(body, engine.more)]
    text = "\n\n".join(parts).rstrip("\n") + "\n"
    pattern = engine.draft_text if draft and engine.draft_text else engine.text
    path = fill_pattern(pattern, paths)
    if engine.form == "mail":
        about = {name: str(values[name]) for name in ("title", "lang")}
        mail = make_mail(written, text, pictures, preheader=str(values["description"]), **about)
        return Post(target.label, brief.slug, edition, locale, path, {path: mail})
    content = f"{_write_front(written, engine)}\n{text}".encode()
    return Post(target.label, brief.slug, edition, locale, path, {**pictures, path: content})


def _name_picture(chart: str) -> str:
    """The name of a chart's file on a blog: a dot before a language would mean something to Hugo."""
    path = PurePosixPath(chart)
    return re.sub(r"[._]", "-", path.stem).lower() + path.suffix


def split_text(text: str) -> tuple[dict[str, str], str]:
    """Split a Markdown file into the fields of its front matter and its body."""
    fields = {key: value for key, value, _ in read_front_matter(text)}
    _, _, rest = text.partition("---\n")
    _, _, body = rest.partition("\n---\n")
    return fields, body.strip("\n") + "\n"


def _list_values(front: Mapping[str, str], notes: Sequence[Note], tombstone: Tombstone | None) -> dict[str, object]:
    """The values that front matter may show, of the brief's own."""
    posted = datetime.fromisoformat(front["date"])
    changes = [datetime.fromisoformat(note.at) for note in (*notes, *([tombstone.note] if tombstone else []))]
    changed = max((datetime.fromisoformat(front.get("lastmod", front["date"])), *changes)).astimezone(posted.tzinfo)
    title = tombstone.title if tombstone else front["title"]
    description = tombstone.title if tombstone else front["description"]
    tags: list[str] = json.loads(front.get("tags") or "[]")
    return {
        "title": title,
        "title_html": html.escape(title, quote=False),
        "description": description,
        "description_markdown": str(escape_markdown(description)),
        "date": posted,
        "day": posted.date(),
        "lastmod": changed,
        "last_day": changed.date(),
        "lang": front["lang"],
        # Briefs before 0.3 spell it so.
        "key": front.get("translationKey") or front.get("translation_key", ""),
        "tags": tags,
        "tags_line": ", ".join(tags),
        # What is gone is no copy of another text.
        **{name: "" if tombstone else front.get(name, "") for name in get_args(CreditKind)},
    }


def _write_front(values: Mapping[str, Any], engine: Engine) -> str:
    if engine.form == "lines":
        return "".join(f"{key}: {_write_plain(value)}\n" for key, value in values.items())
    lines = (f"{key}: {_write_yaml(value)}\n" for key, value in values.items())
    return f"---\n{''.join(lines)}---\n"


def _write_plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else " ".join(str(value).split())


def _write_yaml(value: object) -> Markup | str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)}: {_write_yaml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list) and any(isinstance(inner, Mapping | list) for inner in value):
        return "[" + ", ".join(map(str, map(_write_yaml, value))) + "]"
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return quote_value(value)


def _mark_more(body: str, mark: str) -> str:
    """Put the mark below which lists of posts leave the text out: after the standfirst, or else after the figures."""
    if not mark:
        return body
    lines = body.split("\n")
    heads = [place for place, line in enumerate(lines) if line.startswith("## ")]
    begun = any(line.startswith("> ") for line in lines[: heads[0]]) if heads else False
    rules = [place for place, line in enumerate(lines) if line == "---"]
    place = heads[0] if begun else rules[0] if rules else -1
    return body if place < 0 else "\n".join((*lines[:place], mark, "", *lines[place:]))


def find_shared_paths(posts: Iterable[Post]) -> Iterator[tuple[Post, Post]]:
    """Find posts of one target whose texts would go to one path, of which the engine shows one."""
    seen: dict[tuple[str, str], Post] = {}
    for post in posts:
        where = (post.target, post.text.lower())
        if where in seen:
            yield seen[where], post
        seen.setdefault(where, post)
