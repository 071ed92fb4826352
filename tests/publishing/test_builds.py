"""Posts in blogs that are really built, where the engine is installed: none is lost, and no picture is missing."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.commands import Command
from tests.publishing.test_send import declare, publish, run

__all__ = ["run"]
_HUGO = """baseURL = "https://example.org/"
defaultContentLanguage = "en"
defaultContentLanguageInSubdir = true
[languages.en]
[languages.zh-hant]
"""
#: Engine → its command, files of a blog, and where the pages lie.
BLOGS: dict[str, tuple[tuple[str, ...], dict[str, str], str]] = {
    "hugo": (
        ("hugo",),
        {
            "hugo.toml": _HUGO,
            "layouts/_default/single.html": "<h1>{{ .Title }}</h1>{{ .Content }}",
            "layouts/_default/list.html": "{{ range .Pages }}{{ .Summary }}{{ end }}",
        },
        "public",
    ),
    "pelican": (
        ("pelican", "content", "-s", "pelicanconf.py", "-o", "out"),
        {"pelicanconf.py": 'SITENAME="s"\nSITEURL=""\nPATH="content"\nTIMEZONE="UTC"\nDEFAULT_LANG="en"\n'},
        "out",
    ),
    "material": (
        ("mkdocs", "build"),
        {
            "mkdocs.yml": "site_name: s\ntheme: {name: material, font: false}\nplugins: [blog]\n",
            "docs/index.md": "# Home\n",
            "docs/blog/index.md": "# Blog\n",
        },
        "site",
    ),
}


class _Pictures(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found.append(dict(attrs).get("src") or "")


def pictures(page: Path) -> Iterator[str]:
    reader = _Pictures()
    reader.feed(page.read_text(encoding="utf-8"))
    yield from reader.found


@pytest.mark.long
@pytest.mark.parametrize("engine", BLOGS)
def test_no_post_is_lost_and_no_picture_missing(run: Command, engine: str) -> None:
    command, files, out = BLOGS[engine]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    for name, text in files.items():
        Path("blog", name).parent.mkdir(parents=True, exist_ok=True)
        Path("blog", name).write_text(text, encoding="utf-8")
    declare(f'to = "{engine}"\npath = "../blog"')
    assert publish(run).code == 0
    subprocess.run(command, cwd="blog", check=True, capture_output=True)

    root = Path("blog", out)
    pages = [page for page in root.rglob("*.html") if "btc-2025" in page.as_posix()]
    assert len(pages) == 4
    shown = [(page, unquote(urlsplit(address).path)) for page in pages for address in pictures(page)]
    assert len(shown) >= 4
    lost = [path for page, path in shown if not (root / path[1:] if path[:1] == "/" else page.parent / path).is_file()]
    assert lost == []
