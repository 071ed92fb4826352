"""A desk that names its site: the addresses that its pages tell those who show a link to them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reporter.setup.starter import make_desk
from tests.commands import Command

SITE = "https://example.org/briefs"
SLUG = "btc-2026-04-30"
EDITIONS = ("article", "chat")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs the command line beside a new desk."""
    make_desk(tmp_path / "desk")
    monkeypatch.chdir(tmp_path)
    return Command(monkeypatch, capsys)


def name_site(site: str) -> None:
    path = Path("desk/desk.toml")
    path.write_text(path.read_text("utf-8").replace("[desk]\n", f'[desk]\nsite = "{site}"\n', 1), "utf-8")


def told(name: str) -> dict[str, str]:
    """What the head of a page says, by property, name or relation."""
    head = Path("out", SLUG, f"{name}.html").read_text("utf-8").partition("<style>")[0]
    found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', head)
    return dict(found) | dict(re.findall(r'<link rel="(canonical)" href="([^"]*)">', head))


def build(run: Command, *formats: str) -> None:
    asked = [word for edition in EDITIONS for word in ("--edition", edition)]
    made = run("build", "desk", "--format", ",".join(formats), *asked)
    assert (made.code, made.err) == (0, "")


@pytest.mark.parametrize("site", [SITE, f"{SITE}/"])
def test_a_page_names_its_address_and_the_picture_of_its_first_chart(run: Command, site: str) -> None:
    name_site(site)
    build(run, "md", "html")
    for edition in EDITIONS:
        for tag in ("en", "zh-Hant"):
            says = told(f"{edition}.{tag}")
            assert says["canonical"] == says["og:url"] == f"{SITE}/{SLUG}/{edition}.{tag}.html"
            post = Path("out", SLUG, f"{edition}.{tag}.md").read_text("utf-8")
            first = re.search(r"!\[[^\]]*\]\((charts/[^)]+)\.svg\)", post)
            assert says.get("og:image", "") == (f"{SITE}/{SLUG}/{first[1]}.png" if first else "")
            assert says["twitter:card"] == ("summary_large_image" if first else "summary")
            if first:
                assert Path("out", SLUG, f"{first[1]}.png").is_file()
    assert "og:image" in told("article.en")
    audited = run("audit", f"out/{SLUG}")
    assert (audited.code, audited.err) == (0, "")


def test_where_the_picture_is_published_nowhere_none_is_named(run: Command) -> None:
    build(run, "md", "html")
    assert {"canonical", "og:url", "og:image"}.isdisjoint(told("article.en"))
    name_site(SITE)
    made = run("build", "desk", "--format", "html", "--out", "other")
    assert (made.code, made.err) == (0, "")
    head = Path("other", SLUG, "article.en.html").read_text("utf-8").partition("<style>")[0]
    assert f'<link rel="canonical" href="{SITE}/{SLUG}/article.en.html">' in head
    assert "og:image" not in head
    assert 'content="summary"' in head
