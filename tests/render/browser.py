"""A real browser for tests: Chromium without a window, and what it measures of a page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

#: A page of a browser; the library is not everywhere where these tests are read.
Page = Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")

needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed (apt-get install chromium)")
needs_playwright = pytest.mark.skipif(find_spec("playwright") is None, reason="playwright is not installed")
needs_axe = pytest.mark.skipif(
    find_spec("axe_playwright_python") is None, reason="axe-core is not installed (axe-playwright-python)"
)

_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

#: What is wrong with a page at its width: boxes beyond its sides, labels beyond their drawing, text too small to read.
_MEASURE = """() => {
  const width = document.documentElement.clientWidth, found = [];
  const shown = e => { const r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0 };
  const hidden = e => { const h = e.closest('thead'); return h && getComputedStyle(h).position === 'absolute' };
  if (document.documentElement.scrollWidth > width) found.push(`scrolls to ${document.documentElement.scrollWidth}`);
  for (const e of document.body.querySelectorAll('*')) {
    if (!shown(e) || hidden(e)) continue;
    const r = e.getBoundingClientRect();
    if (r.right > width + 0.5 || r.left < -0.5)
      found.push(`${e.tagName} ends at ${Math.round(r.right)}: ${e.textContent.trim().slice(0, 30)}`);
  }
  for (const e of document.querySelectorAll('.drawing text')) {
    if (!shown(e)) continue;
    const svg = e.closest('svg'), box = svg.getBoundingClientRect(), r = e.getBoundingClientRect();
    const size = parseFloat(getComputedStyle(e).fontSize) * box.width / svg.viewBox.baseVal.width;
    // Above and below, a line's box has more room than its letters take.
    const air = size * 0.3;
    if (r.left < box.left - 0.5 || r.right > box.right + 0.5 || r.top < box.top - air || r.bottom > box.bottom + air)
      found.push(`label cut: ${e.textContent}`);
    if (size < 9) found.push(`label of ${size.toFixed(1)} pixels: ${e.textContent}`);
  }
  const text = 'article p:not([class]), .standfirst, .bubble, .takeaways li, .conditions li, tbody td, tbody th';
  if (width <= 480) for (const e of document.querySelectorAll(text)) {
    const size = parseFloat(getComputedStyle(e).fontSize);
    if (shown(e) && size < 16) found.push(`text of ${size} pixels: ${e.textContent.trim().slice(0, 30)}`);
  }
  for (const drawing of document.querySelectorAll('.drawing')) {
    const seen = [...drawing.querySelectorAll('svg')].filter(shown).length;
    if (seen !== 1) found.push(`${seen} drawings of a chart are shown`);
  }
  return found;
}"""


@contextmanager
def browsing() -> Iterator[Page]:
    """A page of a browser that is ended with the block; whatever it would fetch from elsewhere is refused and kept."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_QUIET))
        try:
            page = browser.new_page()
            yield page
        finally:
            browser.close()


def open_page(page: Page, file: Path) -> list[str]:
    """Open a page, wait for its fonts, and return the addresses that it asked for beside its own."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.evaluate("document.fonts.ready.then(() => true)")
    return [url for url in asked if url != file.as_uri() and not url.startswith("data:")]


def measure(page: Page, width: int) -> list[str]:
    """What is wrong with the open page at a width of the window, in pixels."""
    page.set_viewport_size({"width": width, "height": 800})
    found: list[str] = page.evaluate(_MEASURE)
    return found


def serious_findings(page: Page) -> list[Any]:
    """What axe-core finds serious or critical."""
    import axe_playwright_python

    page.evaluate((Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8"))
    result = page.evaluate("axe.run()")
    return [
        (one["id"], [node["html"][:120] for node in one["nodes"]])
        for one in result["violations"]
        if one["impact"] in ("serious", "critical")
    ]
