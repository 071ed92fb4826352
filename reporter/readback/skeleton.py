"""Published file → hash of everything but its words: what an editor of the text has no reason to change.

Of a page these are its tags with their attributes, comments, style sheets, and drawings whole; of Markdown the HTML in
it and the titles of links and pictures, which a reader sees only by chance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

from reporter.readback.markdown import iterate_markdown_markup

#: A comment, a style sheet or script, a drawing, or any other tag, with its attributes in quotes. What stands between
#: two of them holds no "<", so that a browser sees text there and nothing else.
_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)|<(style|script|svg)\b.*?(?:</\1\s*>|\Z)|<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>?",
    re.DOTALL | re.IGNORECASE,
)


def hash_skeleton(name: str, source: str) -> str:
    """SHA-256 of all in a page or in Markdown that is not its text.

    Args:
        name: of the file, which tells its format.
        source: its text.
    """
    parts = iterate_markdown_markup(source) if name.endswith(".md") else _iterate_html_markup(source)
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _iterate_html_markup(source: str) -> Iterator[str]:
    for found in _MARKUP.finditer(source.replace("\r\n", "\n")):
        yield found[0]
