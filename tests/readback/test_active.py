"""What no page and no style sheet may hold: whatever runs, fetches, hides or writes."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from reporter.readback.active_content import check_page
from reporter.readback.style_sheets import check_style_sheet
from reporter.syntax.template_scan import scan_template

SHIPPED = Path(__file__).parents[2] / "templates" / "market_brief"


@pytest.mark.parametrize(
    "html",
    [
        "<script>1</script>",
        "<SCRIPT SRC=https://e.example/x.js></SCRIPT>",
        "<svg><script href=x /></svg>",
        "<svg><foreignObject><p>x</p></foreignObject></svg>",
        "<svg><animate attributeName=x to=y></svg>",
        "<svg><use href='https://e.example/x.svg#a'/></svg>",
        "<iframe src=x></iframe>",
        "<object data=x></object>",
        "<embed src=x>",
        "<base href=x>",
        "<form action=x><input value='Bitcoin fell'></form>",
        "<details><p>x</p></details>",
        "<img src=https://e.example/a.png alt=x>",
        "<img src=file:///etc/passwd>",
        "<img srcset='https://e.example/a.png 2x'>",
        "<img/src=x onerror=y>",
        "<p onclick=x>x</p>",
        "<p style='display:none'>x</p>",
        "<p hidden>x</p>",
        "<p class=narrow>x</p>",
        "<p class=again>x</p>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='java\tscript:alert(1)'>x</a>",
        "<a href='data:text/html,x'>x</a>",
        "<a href='//e.example'>x</a>",
        "<meta http-equiv=refresh content='0;url=x'>",
        "<meta name=abstract content='Bitcoin fell'>",
        "<link rel=stylesheet href=x>",
        "<style>@import 'x'</style>",
        "<style>p{display:none}",
        "<?xml-stylesheet href=x?>",
        "<p title='Bitcoin fell 50%'>x</p>",
        "<p aria-label='Bitcoin fell 50%'>x</p>",
        "<table><tr><th>Close</th><td data-label='fell 50%'>x</td></tr></table>",
        "<template>x</template>",
        "<body background=https://e.example/a.png>",
        "<font color=white>x</font>",
    ],
)
def test_what_runs_fetches_hides_or_says_is_found(html: str) -> None:
    assert check_page(html)


@pytest.mark.parametrize(
    "html",
    [
        "<p>a &lt;script&gt; in words, onclick=x</p>",
        "<a href='https://e.example'>x</a><a href='#figure-1'>x</a><a href='article.en.pdf'>x</a>",
        "<img src='data:image/png;base64,AA==' alt='x'>",
        "<link rel=canonical href='https://e.example/'><meta name=viewport content='width=device-width'>",
        "<table><tr><th>Close</th><td data-label='Close'>x</td></tr></table>",
        "<style>p::before { content: ' / ' } @page { @top-left { content: counter(page) } }</style>",
    ],
)
def test_what_a_page_needs_is_no_fault(html: str) -> None:
    assert not check_page(html)


def test_a_script_of_the_program_is_known_by_its_hash() -> None:
    known = {sha256(b"own()").hexdigest()}
    assert not check_page("<script>own()</script>", scripts=known)
    assert [fault.what for fault in check_page("<script>other()</script>", scripts=known)] == [
        "<script> is not the program's own"
    ]


def test_a_fault_has_its_place() -> None:
    (fault,) = check_page("<p>\n  <style>\np { color: red }\n  p { display: none }</style>")
    assert (fault.place.line, fault.place.column, fault.what) == (4, 7, "display: none: hides")


@pytest.mark.parametrize(
    "css",
    [
        "p { display: none }",
        "p { display: /**/ none !important }",
        "p { di\\73play: none }",
        "p { --x: none; display: var(--x) }",
        "@media screen { p { visibility: hidden } }",
        "section { p { opacity: 0.1 } }",
        "p { font-size: 0 }",
        "p { font: 1px x }",
        "p { line-height: 0 }",
        "p { text-indent: -9999px }",
        "p { position: absolute; left: -999em }",
        "p { margin-left: -100vw }",
        "p { clip-path: inset(100%) }",
        "p { height: 0; overflow: hidden }",
        "p { transform: scale(0) }",
        "p { filter: opacity(0) }",
        "p { color: #fff }",
        "p { color: white }",
        "p { color: transparent }",
        "p { color: rgba(0, 0, 0, 0.05) }",
        "p { color: var(--background) }",
        "p { color: oklch(1 0 0) }",
        "p { background: #111 }",
        ":root { --ink: #fff }",
        ":root { --background: #1B1F24 }",
        "p::after { content: 'Bitcoin fell 50%' }",
        "p::after { content: attr(class) }",
        "p::after { content: var(--x) }",
        "p { counter-reset: x 50 } p::after { content: counter(x) }",
        "ul { list-style-type: '50% ' }",
        "@counter-style x { symbols: 'fell' }",
        "@keyframes x { to { opacity: 0 } }",
        "@import 'x'",
        "@import url(https://e.example/x.css);",
        "p { background: url(https://e.example/x.png) }",
        "p { background: image-set('https://e.example/x.png' 1x) }",
        "@font-face { font-family: x; src: url(file:///x.ttf) }",
        "p { unicode-bidi: bidi-override; direction: rtl }",
        ".pair { flex-direction: row-reverse }",
        ".drawing .broad { display: none }",
        "@media (max-width: 1px) { .drawing .broad { display: none } }",
        ".cards thead { clip-path: inset(50%) }",
        "p { display: none",
        "p::before { content: ''; position: absolute; width: 100%; height: 100%; background: #fff }",
        "p::before { content: ''; position: absolute; inset: 0 }",
        ".drawing text { fill: #fff }",
        "p { box-shadow: inset 0 0 0 100px #fff }",
        "p { box-shadow: 0 0 0 20em white }",
        "p::after { content: ''; box-shadow: 0 0 0 50px #fff }",
        "p { text-shadow: 0 0 40px #000 }",
        "p { outline: 60px solid #fff; outline-offset: -60px }",
        "p { outline-offset: -1em }",
        "p { border: 40px solid #fff }",
        "p { border-image: linear-gradient(#fff, #fff) 30 / 60px }",
        "p { margin-top: -60px }",
        "p { margin: -2em 0 }",
        "p { margin-block-start: calc(-1 * 90px) }",
        "figure { float: left; margin-right: -70% }",
        "p { padding-left: 9999px }",
        "p { text-decoration: line-through }",
        "p { text-decoration-thickness: 2em }",
        "p { text-underline-offset: -1em }",
        "p { position: absolute; inset: 0; background: #fff }",
        "p { background: linear-gradient(#111, #222) }",
        "@media all { " * 5000,
    ],
)
def test_a_style_that_hides_writes_or_fetches_is_found(css: str) -> None:
    assert check_style_sheet(css)


@pytest.mark.parametrize(
    "css",
    [
        ".drawing .narrow { display: none }",
        "@media (max-width: 9rem) { .drawing .broad { display: none } .drawing .narrow { display: block } }",
        "@media print { nav { display: none } }",
        "@media (max-width: 9rem) { .cards thead { position: absolute; clip-path: inset(50%) } }",
        "li::before { content: ''; width: 2px } li + li::before { content: ' / '; color: var(--grid) }",
        "p { color: #fff; background: #123F6D }",
        "@media (prefers-color-scheme: dark) { p { color: #E6E9EC } }",
        ":root { --text: 'Brief Sans', serif } p { font-family: var(--text), 'Noto Sans' }",
        "p { margin: -2px 0; opacity: 0.8; max-width: 40rem }",
        "p { margin: 1.6mm 0 0 -4mm; border: 2px solid var(--hairline); border-radius: 999px }",
        "p { box-shadow: 0 1px 3px rgba(0, 0, 0, 0.2); outline: 2px solid var(--focus); outline-offset: 2px }",
        "a { text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 0.2em }",
        "p { background: linear-gradient(#fff, #eee) }",
    ],
)
def test_a_style_that_only_styles_is_no_fault(css: str) -> None:
    assert not check_style_sheet(css)


@pytest.mark.parametrize("path", sorted((SHIPPED / "theme").glob("*.css")), ids=lambda path: path.name)
def test_the_shipped_style_sheets_only_style(path: Path) -> None:
    assert not check_style_sheet(path.read_text("utf-8"))


@pytest.mark.parametrize("path", sorted((SHIPPED / "layouts").glob("*.j2")), ids=lambda path: path.name)
def test_the_shipped_layouts_hold_nothing_active(path: Path) -> None:
    assert not check_page(scan_template(path.read_text("utf-8")).blank_print_tags())
