"""A post's Markdown → a mail: HTML as mail programs show it, charts inside as PNG, and the same in plain text.

Mail programs keep no style sheet and show no SVG, so each element carries its own style.
"""

from __future__ import annotations

import hashlib
import html
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

_FONT = "font-family:-apple-system,'Segoe UI',Roboto,'PingFang TC','Microsoft JhengHei',Arial,sans-serif"
_STYLES = {
    "h1": f"{_FONT};font-size:24px;line-height:1.3;margin:0 0 12px",
    "h2": f"{_FONT};font-size:18px;line-height:1.4;margin:28px 0 8px",
    "h3": f"{_FONT};font-size:16px;line-height:1.4;margin:20px 0 8px",
    "p": f"{_FONT};font-size:16px;line-height:1.6;margin:0 0 14px",
    "ul": f"{_FONT};font-size:16px;line-height:1.6;margin:0 0 14px;padding-left:22px",
    "blockquote": "margin:0 0 14px;padding-left:12px;border-left:3px solid #8aa0b8",
    "table": f"{_FONT};font-size:14px;border-collapse:collapse;margin:0 0 14px;width:100%",
    "th": "text-align:left;border-bottom:1px solid #8aa0b8;padding:4px 8px 4px 0",
    "td": "border-bottom:1px solid #d3d8de;padding:4px 8px 4px 0;vertical-align:top",
    "img": "display:block;width:100%;max-width:600px;height:auto;border:0",
    "hr": "border:0;border-top:1px solid #d3d8de;margin:20px 0",
}


def make_mail(
    headers: Mapping[str, Any], text: str, pictures: Mapping[str, bytes], *, title: str, preheader: str, lang: str
) -> bytes:
    """Make a mail; the same input gives the same bytes.

    Args:
        headers: name → value; an instant is written as mails write it.
        text: Markdown whose pictures have `cid:` addresses.
        pictures: name → PNG.
        title: what the page begins with.
        preheader: what a list of mails shows beside the subject.
        lang: of the text.
    """
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    message = EmailMessage(policy=SMTP)
    for name, value in headers.items():
        message[name] = format_datetime(value) if isinstance(value, datetime) else " ".join(str(value).split())
    message["Message-ID"] = f"<{hashlib.sha256(repr((title, text)).encode()).hexdigest()[:32]}@reporter.invalid>"
    message.set_content("\n\n".join((title, *_iterate_plain(tokens))) + "\n")
    message.add_alternative(_make_page(tokens, title, preheader, lang), subtype="html")
    page = message.get_payload()[1]  # type: ignore[index]
    for name, picture in pictures.items():
        page.add_related(picture, "image", "png", cid=f"<{name}>", filename=name, disposition="inline")  # type: ignore[union-attr]
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            # Python's own are drawn by lot.
            part.set_boundary(f"==={hashlib.sha256(title.encode()).hexdigest()[:32]}.{number}")
    return message.as_bytes()


def _make_page(tokens: Sequence[Token], title: str, preheader: str, lang: str) -> str:
    parser = MarkdownIt("commonmark").enable("table")
    for token in _iterate_all(tokens):
        if token.tag in _STYLES and token.nesting >= 0:
            # A column of figures keeps its side.
            token.attrs["style"] = ";".join(filter(None, (_STYLES[token.tag], str(token.attrs.get("style", "")))))
    body = parser.renderer.render(tokens, parser.options, {})
    hidden = "display:none;max-height:0;overflow:hidden;opacity:0"
    return (
        f'<!doctype html><html lang="{html.escape(lang)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f"<title>{html.escape(title)}</title></head>"
        f'<body style="margin:0;padding:0"><div style="{hidden}">{html.escape(preheader)}</div>'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center">'
        '<table role="presentation" width="600" cellpadding="0" cellspacing="0" style="width:100%;max-width:600px">'
        f'<tr><td style="padding:20px"><h1 style="{_STYLES["h1"]}">{html.escape(title)}</h1>\n{body}</td></tr></table>'
        "</td></tr></table></body></html>\n"
    )


def _iterate_all(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _iterate_all(token.children or ())


def _iterate_plain(tokens: Sequence[Token]) -> Iterator[str]:
    """The blocks of a text as plain lines: bold without its marks, a row's cells beside each other, no pictures."""
    row: list[str] | None = None
    item = False
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            yield " · ".join(row or ())
            row = None
        elif token.type in ("list_item_open", "list_item_close"):
            item = token.type == "list_item_open"
        elif token.type == "inline":
            said = "".join(one.content for one in token.children or () if one.type in ("text", "text_special")).strip()
            if row is not None:
                row.append(said)
            elif said:
                yield f"- {said}" if item else said
