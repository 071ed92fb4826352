"""Edits that change what a brief says without a false word, and hostile ones of markup, drawings and PDFs: seeded."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable, Mapping, Sequence

import pikepdf

from reporter.verify.ledger.ledger_model import Ledger

#: A file's text, its locale and the ledger → the edited text; None where the place drawn has nothing to edit.
TextEdit = Callable[[str, str, Ledger, random.Random], str | None]
PdfEdit = Callable[[pikepdf.Pdf, random.Random], bool]

_CLAIM = {"en": "Bitcoin fell 50%.", "zh-Hant": "比特幣跌了五成。"}
#: Words that turn a sentence and stand in no list of the gate.
_TURNING = {
    "en": [
        "dismissal",
        "rejection",
        "marbles",
        "onlookers",
        "off-chain",
        "pawns",
        "refusal",
        "stablecoins",
        "gamblers",
        "scandal",
        "imports",
        "taxes",
        "rumours",
        "thieves",
        "exile",
        "boredom",
        "farming",
        "weather",
        "strikes",
        "concerts",
    ],
    "zh-Hant": [
        "反向",
        "罷免",
        "否決",
        "場外",
        "玩家",
        "傳聞",
        "私募",
        "農產",
        "天氣",
        "退場",
        "質押",
        "空談",
        "賭局",
        "醜聞",
        "配股",
        "清算所",
    ],
}


def _exchange(text: str, one: tuple[int, int], other: tuple[int, int]) -> str | None:
    """Two stretches that change places."""
    (a, b), (c, d) = sorted((one, other))
    if b > c or text[a:b] == text[c:d]:
        return None
    return text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]


def _two(pattern: str, text: str, rng: random.Random, group: int = 0) -> str | None:
    """Two matches of a pattern change places."""
    found = [match.span(group) for match in re.finditer(pattern, text, re.MULTILINE)]
    return _exchange(text, *rng.sample(found, 2)) if len(found) > 1 else None


def _one(pattern: str, text: str, rng: random.Random) -> re.Match[str] | None:
    found = list(re.finditer(pattern, text, re.MULTILINE))
    return rng.choice(found) if found else None


def _put(text: str, at: int, words: str, end: int | None = None) -> str:
    return text[:at] + words + text[at if end is None else end :]


# --- Markdown -------------------------------------------------------------------------------------------------------


def _headings(text: str, tag: str, ledger: Ledger, rng: random.Random) -> str | None:
    del tag, ledger
    return _two(r"^(#{2,3} .+)$", text, rng)


def _sources(text: str, tag: str, ledger: Ledger, rng: random.Random) -> str | None:
    """The lines of sources under two charts change places."""
    del tag, ledger
    return _two(r"^(?:Sources?|資料來源|來源) · .+$", text, rng)


def _addresses(text: str, tag: str, ledger: Ledger, rng: random.Random) -> str | None:
    del tag, ledger
    return _two(r"^- \[[^\]]+\]\((https?:[^)\s]+)\)", text, rng, group=1)


def _front_matter(text: str, tag: str, ledger: Ledger, rng: random.Random) -> str | None:
    """A field above the text is changed, put in or taken out."""
    del ledger
    end = text.index("\n---", 4)
    field = _one(r"^(\w+): (.+)$", text[:end], rng)
    if field is None:
        return None
    key = field[1]
    if key in ("title", "description"):
        value = f'"{_CLAIM[tag]}"'
    else:
        value = rng.choice(('"scam"', '["scam", "buy now"]', "true", '"https://evil.example/x.png"', "", "\n  - scam"))
    how = rng.choice(("changed", "added", "gone"))
    if how == "gone":
        return text[: field.start()] + text[field.end() + 1 :]
    if how == "added":
        return _put(text, field.start(), rng.choice((f"note: {value}\n", f"{key}: {value}\n", "  - scam\n")))
    return _put(text, field.start(), f"{key}: {value}", field.end())


def _other_picture(text: str, tag: str, ledger: Ledger, rng: random.Random) -> str | None:
    """A picture of the other language, or of elsewhere."""
    del ledger
    found = _one(r"charts/[\w.]+?\.(en|zh-Hant)\.(?:svg|png)", text, rng)
    if found is None:
        return None
    other = "zh-Hant" if tag == "en" else "en"
    new = found[0].replace(f".{tag}.", f".{other}.") if rng.random() < 0.7 else "https://evil.example/x.png"
    return _put(text, found.start(), new, found.end())


def _news(text: str, tag: str, ledger: Ledger, rng: random.Random) -> str | None:
    """A word of another's words is changed for one that no list has."""
    lines = [
        words
        for claim in ledger.claims
        if claim.event is not None and claim.kind == "text"
        for words in claim.shown.get(tag, ())
        if words in text
    ]
    if not lines:
        return None
    line = rng.choice(lines)
    found = _one(r"[A-Za-z-]{4,}" if tag == "en" else r"[\u4e00-\u9fff]{2}", line, rng)
    if found is None:
        return None
    return text.replace(line, _put(line, found.start(), rng.choice(_TURNING[tag]), found.end()), 1)


def _prose(text: str, rng: random.Random) -> re.Match[str] | None:
    """A line of running text, below the front matter."""
    start = text.index("\n---", 4) + 5
    lines = [
        found for found in re.finditer(r"^(?:> |- )?[^\W\d_#|!\[*].{40,}$", text, re.MULTILINE) if found.start() > start
    ]
    return rng.choice(lines) if lines else None


def _turned(text: str, tag: str, ledger: Ledger, rng: random.Random) -> str | None:
    """A word of a sentence is changed for one that turns it and that no list has."""
    del ledger
    line = _prose(text, rng)
    return line and _with_word(text, line, tag, rng)


def _with_word(text: str, line: re.Match[str], tag: str, rng: random.Random) -> str | None:
    found = _one(r"\b[a-z-]{5,}\b" if tag == "en" else r"[\u4e00-\u9fff]{2}", line[0], rng)
    if found is None:
        return None
    return _put(text, line.start() + found.start(), rng.choice(_TURNING[tag]), line.start() + found.end())


_UNSEEN = [
    "\u202e",
    "\u202d",
    "\u2066",
    "\u200b",
    "\u2060",
    "\ufeff",
    "\u200f",
    "\xad",
    "\x1b",
    "\x07",
    "\x7f",
    "\ue000",
    "\u2063",
]


def _unseen(text: str, tag: str, ledger: Ledger, rng: random.Random) -> str | None:
    """A character that nobody sees, inside a line of text."""
    del tag, ledger
    line = _prose(text, rng)
    return line and _put(text, rng.randint(line.start() + 3, line.end() - 1), rng.choice(_UNSEEN))


def _signs(text: str, tag: str, ledger: Ledger, rng: random.Random) -> str | None:
    """Emoji, strokes through words and marks of a question, where the text is a statement."""
    del tag, ledger
    line = _prose(text, rng)
    if line is None:
        return None
    word = _one(r"[^\W_]{2,}", line[0], rng)
    if word is None:
        return None
    start, end = line.start() + word.start(), line.start() + word.end()
    how = rng.choice(("emoji", "strike", "overlay"))
    if how == "emoji":
        return _put(text, end, rng.choice(("🚀", " 📉", "❌", "🤡")))
    struck = "".join(char + "\u0336" for char in word[0]) if how == "overlay" else f"~~{word[0]}~~"
    return _put(text, start, struck, end)


def _raw_html(text: str, tag: str, ledger: Ledger, rng: random.Random) -> str | None:
    """HTML in Markdown, or a title that a reader sees by chance."""
    del ledger
    line = _prose(text, rng)
    if line is None:
        return None
    inside = rng.choice(
        (
            "<script>x()</script>",
            "<!-- x -->",
            f'<b title="{_CLAIM[tag]}">',
            "<del>",
            '<img src=x onerror="x()">',
            '<span style="display:none">',
            f"<svg><text>{_CLAIM[tag]}</text></svg>",
        )
    )
    if rng.random() < 0.3:
        return _put(text, line.start(), f"{inside}\n\n")
    return _put(
        text,
        rng.choice([line.end(), line.start() + line[0].index(" ", 3) if " " in line[0][3:] else line.end()]),
        inside,
    )


MARKDOWN: Mapping[str, TextEdit] = {
    "headings exchanged": _headings,
    "figures' sources exchanged": _sources,
    "addresses exchanged": _addresses,
    "front matter": _front_matter,
    "another picture": _other_picture,
    "news reworded": _news,
    "a word that turns it": _turned,
    "unseen characters": _unseen,
    "signs and strokes": _signs,
    "HTML in Markdown": _raw_html,
}

# --- HTML -----------------------------------------------------------------------------------------------------------


def _tag_of(text: str, rng: random.Random, names: str = r"[a-z][a-z0-9]*") -> re.Match[str] | None:
    """The beginning of an element of the page's body."""
    start = text.index("<body")
    found = [one for one in re.finditer(rf"<({names})(?=[ >])", text) if one.start() >= start]
    return rng.choice(found) if found else None


def _inserted(parts: Sequence[str]) -> TextEdit:
    """One of these stands before an element; `{claim}` in it is a false sentence."""

    def edit(text: str, tag: str, ledger: Ledger, rng: random.Random) -> str | None:
        del ledger
        found = _tag_of(text, rng)
        return found and _put(text, found.start(), rng.choice(parts).replace("{claim}", _CLAIM[tag]))

    return edit


def _attributed(parts: Sequence[str]) -> TextEdit:
    """An element gets one of these attributes."""

    def edit(text: str, tag: str, ledger: Ledger, rng: random.Random) -> str | None:
        del ledger
        found = _tag_of(text, rng)
        return found and _put(text, found.end(), " " + rng.choice(parts).replace("{claim}", _CLAIM[tag]))

    return edit


def _styled(text: str, tag: str, ledger: Ledger, rng: random.Random) -> str | None:
    """A style sheet hides something, writes something, or loses a rule."""
    del ledger
    rules = (
        f'p.standfirst::after{{content:"{_CLAIM[tag]}"}}',
        "table{display:none}",
        "p{color:#fff}",
        "footer{visibility:hidden}",
        ".tile{transform:scaleY(-1)}",
        "li{font-size:0}",
    )
    place = _one(r"\}\n", text[: text.index("</style>")], rng)
    return place and _put(text, place.end(), rng.choice(rules))


def _exchanged_attributes(text: str, tag: str, ledger: Ledger, rng: random.Random) -> str | None:
    del tag, ledger
    name = rng.choice(("data-claim", "data-finding", "data-sentence", "class", "aria-label", "d", "height", "y"))
    return _two(rf'(?<= ){name}="([^"]*)"', text, rng, group=1)


def _drawn(text: str, tag: str, ledger: Ledger, rng: random.Random) -> str | None:
    """A bar is scaled, a line moved, a shape taken out."""
    del tag, ledger
    shape = _one(r'<(?:rect|path|circle)\b[^>]*?(?:height|d|cy|y|width)="[^"]+"[^>]*>', text, rng)
    if shape is None:
        return None
    if rng.random() < 0.2:
        return _put(text, shape.start(), "", shape.end())
    number = _one(r'(?<=[" L,])\d+(?:\.\d+)?', shape[0], rng)
    if number is None:
        return None
    scaled = f"{float(number[0]) * 0.3 + 1:.3f}"
    return _put(text, shape.start() + number.start(), scaled, shape.start() + number.end())


def _drawings(text: str, tag: str, ledger: Ledger, rng: random.Random) -> str | None:
    del tag, ledger
    return _two(r"<svg\b[\s\S]*?</svg>", text, rng)


def _labels(text: str, tag: str, ledger: Ledger, rng: random.Random) -> str | None:
    del tag, ledger
    return _two(r"<text\b[^>]*>([^<]+)</text>", text, rng, group=1)


def _page_headings(text: str, tag: str, ledger: Ledger, rng: random.Random) -> str | None:
    del tag, ledger
    return _two(r"<h[23][^>]*>[\s\S]*?</h[23]>", text, rng)


def _page_addresses(text: str, tag: str, ledger: Ledger, rng: random.Random) -> str | None:
    del tag, ledger
    return _two(r'<a href="(https?:[^"]+)"', text, rng, group=1)


def _in_text(edit: Callable[[str, str, random.Random], str | None]) -> TextEdit:
    """An edit of a line, in one of the page's texts."""

    def edited(text: str, tag: str, ledger: Ledger, rng: random.Random) -> str | None:
        del ledger
        start = text.index("<main")
        texts = [one for one in re.finditer(r"(?<=>)[^<>&]{6,}(?=<)", text) if one.start() > start]
        for found in rng.sample(texts, len(texts)):
            after = edit(found[0], tag, rng)
            if after is not None and after != found[0]:
                return _put(text, found.start(), after, found.end())
        return None

    return edited


def _turned_words(line: str, tag: str, rng: random.Random) -> str | None:
    found = _one(r"\b[a-z-]{5,}\b" if tag == "en" else r"[\u4e00-\u9fff]{2}", line, rng)
    return found and _put(line, found.start(), rng.choice(_TURNING[tag]), found.end())


def _unseen_letter(line: str, tag: str, rng: random.Random) -> str | None:
    del tag
    return _put(line, rng.randint(1, len(line) - 1), rng.choice(_UNSEEN))


def html_kinds(lines: Mapping[str, Callable[[str, str, random.Random], str | None]]) -> Mapping[str, TextEdit]:
    """Kinds of edits of a page, those of a line of Markdown among them."""
    return {
        "active content": _inserted(
            (
                '<script>document.body.innerHTML="{claim}"</script>',
                "<script src=https://evil.example/x.js></script>",
                "<iframe src=https://evil.example></iframe>",
                "<meta http-equiv=refresh content='0;url=https://evil.example'>",
                "<object data=https://evil.example></object>",
                '<input value="{claim}">',
                "<form action=https://evil.example>",
            )
        ),
        "remote picture": _inserted(("<img src=https://evil.example/x.png>", '<img alt="" src="//evil.example">')),
        "elements": _inserted(("<del>", "<p>{claim}</p>", "<!-- x -->", "<hr>", "<div hidden>", "<b>", "</section>")),
        "event attributes": _attributed(("onload=x()", 'onclick="x()"', "onmouseover='x()'")),
        "hiding attributes": _attributed(('style="display:none"', "hidden", "aria-hidden=true", 'style="opacity:0"')),
        "telling attributes": _attributed(('title="{claim}"', 'aria-label="{claim}"', "lang=fr", "dir=rtl", "id=x")),
        "style sheet": _styled,
        "attributes exchanged": _exchanged_attributes,
        "drawing": _drawn,
        "drawings exchanged": _drawings,
        "labels exchanged": _labels,
        "headings exchanged": _page_headings,
        "addresses exchanged": _page_addresses,
        "a word that turns it": _in_text(_turned_words),
        "unseen characters": _in_text(_unseen_letter),
        **{f"text: {kind}": _in_text(edit) for kind, edit in lines.items()},
    }


# --- PDF ------------------------------------------------------------------------------------------------------------


def _covered(pdf: pikepdf.Pdf, rng: random.Random) -> bool:
    """A white rectangle, over the page."""
    y = rng.randint(100, 500)
    _draw(pdf, rng, f"q 1 1 1 rg 40 {y} {rng.randint(50, 400)} {rng.randint(20, 300)} re f Q")
    return True


def _written(pdf: pikepdf.Pdf, rng: random.Random) -> bool:
    """Words that no tag holds."""
    words = f"BT /Helv 20 Tf 60 {rng.randint(100, 700)} Td (Bitcoin will hit 100000 dollars) Tj ET"
    _draw(pdf, rng, f"/Artifact BMC q {words} Q EMC")
    return True


def _draw(pdf: pikepdf.Pdf, rng: random.Random, what: str) -> None:
    rng.choice(list(pdf.pages)).contents_add(pdf.make_stream(what.encode()))


def _run(pdf: pikepdf.Pdf, rng: random.Random) -> bool:
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=f"app.alert({rng.randint(1, 9)})")
    pdf.Root.OpenAction = pdf.make_indirect(script)
    return True


def _titled(pdf: pikepdf.Pdf, rng: random.Random) -> bool:
    pdf.docinfo["/Title"] = f"Bitcoin fell {rng.randint(10, 99)}%"
    return True


def _described(pdf: pikepdf.Pdf, rng: random.Random) -> bool:
    with pdf.open_metadata(set_pikepdf_as_editor=False) as data:
        data["dc:title"] = f"Bitcoin fell {rng.randint(10, 99)}%"
    return True


def _bookmarked(pdf: pikepdf.Pdf, rng: random.Random) -> bool:
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(f"Bitcoin fell {rng.randint(10, 99)}%", 0))
    return True


def _turned_page(pdf: pikepdf.Pdf, rng: random.Random) -> bool:
    rng.choice(list(pdf.pages)).rotate(rng.choice((90, 180, 270)), relative=True)
    return True


def _blank(pdf: pikepdf.Pdf, rng: random.Random) -> bool:
    pdf.add_blank_page(page_size=(rng.randint(300, 600), 800))
    return True


def _attached(pdf: pikepdf.Pdf, rng: random.Random) -> bool:
    pdf.attachments["x.txt"] = f"Bitcoin fell {rng.randint(10, 99)}%".encode()
    return True


def _saved_again(pdf: pikepdf.Pdf, rng: random.Random) -> bool:
    del pdf, rng
    return True


def _linked(pdf: pikepdf.Pdf, rng: random.Random) -> bool:
    """A link leads elsewhere; where there is none, one is laid over the page."""
    links = [note for page in pdf.pages for note in page.get("/Annots", []) if "/A" in note and "/URI" in note.A]
    address = pikepdf.String(f"https://evil.example/{rng.randint(1, 9)}")
    if links:
        rng.choice(links).A.URI = address
        return True
    action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=address)
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 500, rng.randint(100, 800)], A=action
    )
    rng.choice(list(pdf.pages)).Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(note)]))
    return True


def _page_gone(pdf: pikepdf.Pdf, rng: random.Random) -> bool:
    del pdf.pages[rng.randrange(len(pdf.pages))]
    return True


def _glyphs(pdf: pikepdf.Pdf, rng: random.Random) -> bool:
    """Two glyphs of a shown text change places."""
    page = rng.choice(list(pdf.pages))
    data = page.Contents.read_bytes() if not isinstance(page.Contents, pikepdf.Array) else page.Contents[0].read_bytes()
    found = [one for one in re.finditer(rb"<([0-9a-fA-F]{4})([0-9a-fA-F]{4})", data) if one[1] != one[2]]
    if not found:
        return False
    one = rng.choice(found)
    page.Contents = pdf.make_stream(data[: one.start(1)] + one[2] + one[1] + data[one.end() :])
    return True


PDF: Mapping[str, PdfEdit] = {
    "covered": _covered,
    "written over": _written,
    "script": _run,
    "title": _titled,
    "metadata": _described,
    "bookmark": _bookmarked,
    "turned page": _turned_page,
    "blank page": _blank,
    "file attached": _attached,
    "saved again": _saved_again,
    "link": _linked,
    "page taken out": _page_gone,
    "glyphs exchanged": _glyphs,
}


def edit_pdf(data: bytes, edit: PdfEdit, rng: random.Random) -> bytes | None:
    """A PDF edited and saved; None where it has nothing to edit."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        if not edit(pdf, rng):
            return None
        into = io.BytesIO()
        pdf.save(into)
    return into.getvalue()
