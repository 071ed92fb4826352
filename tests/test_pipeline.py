from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from reporter.diagnostics.errors import HeldError, InputError
from reporter.language.filters import FILTERS
from reporter.model.finding import State
from reporter.pipeline.compose import compose_brief
from reporter.pipeline.evaluate import evaluate_desk
from reporter.pipeline.outputs import render_brief
from reporter.pipeline.read import load_desk_report, open_desk
from reporter.pipeline.state import Brief
from reporter.render.pdf.printer import PrintPage, open_printer
from reporter.setup.starter import make_desk
from reporter.syntax.template_residue import find_residue
from reporter.verify.ledger.passages import iterate_sentences
from tests.briefs import ROOT, SAMPLES, build, composed, residue, told

CRASH = SAMPLES / "btc-2026-02"


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


# The same input gives the same bytes.


def start(cwd: Path, desk: Path, out: Path, **environment: str) -> subprocess.Popen[str]:
    words = ["build", str(desk), "--out", str(out), "--format", "md", "--format", "pdf", "--format", "html"]
    return subprocess.Popen(
        [sys.executable, "-m", "reporter", *words],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.long
def test_another_process_zone_language_and_folder_give_the_same_bytes(tmp_path: Path, printer: PrintPage) -> None:
    copy = tmp_path / "elsewhere" / "a desk"
    shutil.copytree(CRASH, copy)
    run = start(
        copy.parent,
        Path("a desk"),
        tmp_path / "two",
        PYTHONHASHSEED="2",
        TZ="America/New_York",
        LANG="de_DE.UTF-8",
        LC_ALL="zh_TW.UTF-8",
        SOURCE_DATE_EPOCH="1",
        COLUMNS="40",
    )
    build(CRASH, tmp_path / "one", formats=("md", "pdf", "html"), printer=printer)
    _, errors = run.communicate(timeout=120)
    assert (run.returncode, errors) == (0, "")

    one, two = files(tmp_path / "one"), files(tmp_path / "two")

    kinds = {Path(name).suffix for name in one}
    assert kinds == {".md", ".pdf", ".html", ".json", ".svg", ".png"}
    assert list(one) == list(two)
    assert [name for name in one if one[name] != two[name]] == []


def test_a_brief_knows_nothing_of_the_machine_it_was_made_on(tmp_path: Path) -> None:
    desk = tmp_path / "a-telltale-folder"
    shutil.copytree(CRASH, desk)
    made = render_brief(compose_brief(evaluate_desk(desk)), ("md", "html"), None)

    assert [name for name, content in made.items() if b"telltale" in content] == []


# What is written.


def test_one_locale_alone(tmp_path: Path) -> None:
    folder = build(CRASH, tmp_path, locales=["en"], formats=("md",))

    names = set(files(folder))
    assert {name for name in names if not name.startswith("charts/")} == {"article.en.md", "ledger.json"}
    assert {".".join(Path(name).suffixes) for name in names if name.startswith("charts/")} == {".en..svg", ".en..png"}
    ledger = json.loads((folder / "ledger.json").read_text("utf-8"))
    assert {sentence["locale"] for sentence in ledger["sentences"]} == {"en"}
    assert {tag for claim in ledger["claims"] for tag in claim["shown"]} == {"en"}


def test_a_locale_alone_says_what_it_says_beside_another() -> None:
    alone = compose_brief(evaluate_desk(CRASH, locales=["zh-Hant"])).realised[0].document

    both = {item.document.locale: item.document for item in composed(CRASH).realised}
    assert alone == both["zh-Hant"]


def narrowed(tmp_path: Path, locale: str) -> Path:
    """A desk whose headlines have no room for a second clause in one of its languages."""
    desk = tmp_path / "narrow"
    shutil.copytree(CRASH, desk)
    report = (ROOT / "templates/market_brief/report.yaml").read_text("utf-8")
    (desk / "templates").mkdir()
    narrow = re.sub(rf"(longest: .*{locale}: )[0-9]+", r"\g<1>1", report)
    assert narrow != report
    (desk / "templates/report.yaml").write_text(narrow, "utf-8")
    return desk


@pytest.mark.long
def test_a_locale_alone_leaves_out_what_another_of_the_desk_has_no_room_for(tmp_path: Path) -> None:
    desk = narrowed(tmp_path, "zh-Hant")

    alone = compose_brief(evaluate_desk(desk, locales=["en"])).realised[0].document
    both = {item.document.locale: item.document for item in compose_brief(evaluate_desk(desk)).realised}

    assert alone == both["en"]
    assert both["en"].headline != composed(CRASH).realised[1].document.headline


@pytest.mark.long
def test_a_fault_in_a_locale_that_is_not_written_stops_no_draft(tmp_path: Path) -> None:
    desk = narrowed(tmp_path, "zh-Hant")
    phrases = desk / "templates/phrases/zh-Hant"
    phrases.mkdir(parents=True)
    (phrases / "mine.j2").write_text('{% say "lead.quiet", "headline" %}{{ no_fact }}{% endsay %}\n', "utf-8")

    alone = compose_brief(evaluate_desk(desk, locales=["en"])).realised[0].document

    assert alone.headline == composed(CRASH).realised[1].document.headline
    with pytest.raises(InputError, match="no_fact"):
        evaluate_desk(desk)


def test_a_locale_named_twice_is_written_once() -> None:
    brief = compose_brief(evaluate_desk(CRASH, locales=["en", "en"]))

    assert [item.document.locale for item in brief.realised] == ["en"]


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "srcset")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_page_of_html_stands_alone(tmp_path: Path) -> None:
    folder = build(CRASH, tmp_path, locales=["en"], formats=("html",))

    assert sorted(files(folder)) == ["article.en.html", "ledger.json"]
    page = Page((folder / "article.en.html").read_text("utf-8"))
    assert {"svg", "table", "h1", "h2"} <= page.tags
    assert not {"script", "iframe", "link", "object", "embed"} & page.tags
    assert page.handlers == []
    assert all(re.match(r"(https://|#)", address) for address in page.addresses)


def test_every_chart_that_the_markdown_shows_lies_beside_it(tmp_path: Path) -> None:
    folder = build(CRASH, tmp_path, formats=("md",))

    for tag in ("en", "zh-Hant"):
        text = (folder / f"article.{tag}.md").read_text("utf-8")
        shown = re.findall(r"\]\((charts/[^)]+)\)", text)
        cover = re.search(r'^images: \["(.+)"\]$', text, re.MULTILINE)
        assert len(shown) == len(set(shown)) >= 3
        assert cover is not None
        assert [name for name in (*shown, cover[1]) if not (folder / name).is_file()] == []


# A desk of daily prices alone.


def prices_desk(folder: Path, days: int) -> Path:
    """The starter's own prices, cut to their first days."""
    desk, prices = make_desk(folder)
    rows = prices.read_text("utf-8").splitlines()
    prices.write_text("\n".join(rows[: days + 1]) + "\n", "utf-8")
    return desk.parent


def long_desk(folder: Path, days: int) -> Path:
    """Prices that go up by one part in a hundred one day and down by one the next."""
    desk, prices = make_desk(folder)
    closes = [60_000 * (1.01 if day % 2 else 1.0) for day in range(days)]
    rows = [f"{place},{before},{max(before, now)},{min(before, now)},{now}" for place, before, now in _days(closes)]
    prices.write_text("date,open,high,low,close\n" + "\n".join(rows) + "\n", "utf-8")
    return desk.parent


def _days(closes: list[float]) -> list[tuple[str, float, float]]:
    """Dates from a first one on, each with the close before and its own."""
    first = date(2025, 9, 1)
    return [
        ((first + timedelta(days=place)).isoformat(), closes[max(place - 1, 0)], close)
        for place, close in enumerate(closes)
    ]


def of_prices_alone(brief: Brief) -> None:
    """Nothing in the brief rests on anything but prices and the calendar; all else would be invented."""
    metrics = brief.findings.metrics
    ledger = json.loads(brief.ledger)
    assert {reading["source"] for claim in ledger["claims"] for reading in claim["inputs"]} <= {"prices", None}
    known = {
        name for name, series in metrics.series.items() if series.observation_at(metrics.today_index).value is not None
    }
    dated = {
        "brief.date",
        "brief.cut",
        "brief.next_close",
        "brief.weekend",
        "brief.news",
        "framework.standing",
        "framework.closed_how",
    }
    # New York has no close on days on which it is shut.
    known.discard("brief.us_close")
    assert {name for name in known if not name.startswith(("price.", "hinge.", "quality."))} == dated


def tile_values(brief: Brief) -> dict[str, float]:
    """What the key figures state, by metric."""
    claims = json.loads(brief.ledger)["claims"]
    return {claim["fact"]: claim["value"] for claim in claims if claim["finding"] == "tile"}


@pytest.mark.parametrize("days", [1, 2, 3, 25, 120])
def test_prices_alone_give_a_short_true_brief(tmp_path: Path, days: int) -> None:
    desk = prices_desk(tmp_path / "desk", days)
    rows = list(csv.DictReader(io.StringIO((desk / "prices.csv").read_text("utf-8"))))
    close = float(rows[-1]["close"])

    brief = compose_brief(evaluate_desk(desk))

    assert brief.slug == f"btc-{rows[-1]['date']}"
    of_prices_alone(brief)
    tiles = tile_values(brief)
    assert tiles.pop("price.close") == close
    if days > 1:
        assert tiles.pop("price.return_1d") == pytest.approx(close / float(rows[-2]["close"]) - 1, rel=1e-12)
    assert tiles == {}
    assert (brief.plan.lead.id == "lead.first_day") is (days == 1)
    for item in brief.realised:
        said = [
            sentence for section, sentence in iterate_sentences(item.document) if section not in ("gaps", "headline")
        ]
        assert 2 <= len(said) <= 20
        assert residue(item.document) == []
        assert [line.gave for line in item.document.sources if line.name] == [item.document.sources[0].gave]
        assert any(sentence.finding == "gap.no_source" for sentence in item.document.gaps)


def test_two_hundred_days_of_the_same_swing_are_told_without_drama(tmp_path: Path) -> None:
    desk = long_desk(tmp_path / "desk", 200)

    brief = compose_brief(evaluate_desk(desk))

    of_prices_alone(brief)
    assert brief.plan.length != "full"
    assert [item.document for item in brief.realised if residue(item.document)] == []
    assert tile_values(brief) == {"price.close": 60_600.0, "price.return_1d": pytest.approx(0.01)}


def test_a_price_that_never_moves_is_told_as_unchanged(tmp_path: Path) -> None:
    desk, prices = make_desk(tmp_path / "desk")
    rows = [f"{day},60000,60000,60000,60000" for day, _, _ in _days([60_000.0] * 60)]
    prices.write_text("date,open,high,low,close\n" + "\n".join(rows) + "\n", "utf-8")

    brief = compose_brief(evaluate_desk(desk.parent))

    of_prices_alone(brief)
    assert brief.plan.length != "full"
    assert [item.document for item in brief.realised if residue(item.document)] == []


@pytest.mark.parametrize("close", [58_340, 58_341, 58_339, 58_311, 58_369])
def test_what_is_printed_as_nothing_is_unchanged_only_where_it_is_nothing(tmp_path: Path, close: int) -> None:
    desk, prices = make_desk(tmp_path / "desk")
    closes = [58_340.0 + 900 * (day % 2) for day in range(59)] + [58_340.0, float(close)]
    rows = [f"{day},{before},{value + 999},{value - 999},{value}" for day, before, value in _days(closes)]
    prices.write_text("date,open,high,low,close\n" + "\n".join(rows) + "\n", "utf-8")
    tags = ("en", "zh-Hant", "zh-Hant-TW", "zh-Hant-HK", "zh-Hans")

    brief = compose_brief(evaluate_desk(desk.parent, locales=tags), ("article", "chat"))

    sentences = json.loads(brief.ledger)["sentences"]
    told = {tag: " ".join(one["text"] for one in sentences if one["locale"] == tag) for tag in tags}
    assert {tag for tag in tags if "0.0%" in told[tag]} == set(tags), "the key figures print the change"
    for tag, text in told.items():
        nearly, exactly = ("little changed", "unchanged") if tag == "en" else ("大致持平", "持平")
        assert (nearly in text) == (close != 58_340)
        rest = text.replace(nearly, "").replace("almost unchanged", "").replace("幾乎持平", "").replace("几乎持平", "")
        assert (exactly in rest) == (close == 58_340)


def test_a_brief_of_prices_alone_is_written_in_every_format(tmp_path: Path) -> None:
    desk = prices_desk(tmp_path / "desk", 1)

    folder = build(desk, tmp_path / "out", formats=("md", "pdf", "html"))

    assert sorted(files(folder)) == sorted(
        [f"article.{tag}.{kind}" for tag in ("en", "zh-Hant") for kind in ("md", "pdf", "html")] + ["ledger.json"]
    )


# Values that would be more than text somewhere.

HOSTILE = (
    "<script>alert(1)</script>",
    "<b>bold</b>",
    "one | two",
    "[x](javascript:alert(1))",
    "](javascript:alert(2))",
    "![x](file:///etc/passwd)",
    "$e^{x}$ and $5",
    "{{ 7*7 }} and {% raw %}",
    "~60,000~70,000~ ~~out~~",
    "`code` *star* _under_ **b**",
    "&amp; &#65; &copy",
    "\\[x\\] \\n",
    "=cmd|' /C calc'!A0",
    "--- === ***",
    "1. first",
    "# head",
    "url(https://example.com/x.png)",
)
#: What a desk's own texts may hold of it, and what a source's may; the rest is refused as left of a template.
OWN = tuple(value for value in HOSTILE if not any(find_residue(value, FILTERS)))
QUOTED = tuple(value for value in HOSTILE if not any(item.hard for item in find_residue(value, FILTERS)))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Brief, dict[str, bytes]]:
    """A desk whose names, news and closing line hold every kind of markup, and all that is made of it."""
    desk, _ = make_desk(tmp_path_factory.mktemp("hostile") / "desk")
    text = desk.read_text("utf-8")
    evil = json.dumps(" ; ".join(OWN), ensure_ascii=False)
    text = text.replace('# byline = { en = "Our desk", zh-Hant = "本刊編輯部" }', f"byline = {evil}")
    text = text.replace(
        '# disclosure = { en = "Not investment advice.", zh-Hant = "不構成投資建議。" }', f"disclosure = {evil}"
    )
    text = text.replace('cite = { en = "Invented prices", zh-Hant = "虛構價格" }', f"cite = {evil}")
    text = text.replace('{ en = "Bitcoin", zh-Hant = "比特幣" }', '"*B*|$1$"')
    text += (
        '\n[[source]]\nid = "news"\ntable = "events"\npath = "events.csv"\ntime = "time"\ntimezone = "UTC"\n'
        'bar = "0"\nunit = "text"\ncite = "News"\n'
    )
    desk.write_text(text, "utf-8")
    with (desk.parent / "events.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["time", "id", "topic", "grade", "text_en", "text_zh-Hant", "cite_en", "cite_zh-Hant"])
        for topic in ("trigger", "policy", "corroboration"):
            told = f"{topic} first line\nsecond line " + " ; ".join(QUOTED)
            writer.writerow(["2026-04-30T12:00Z", topic, topic, "attributed", told, told, "<u>W</u>", "<u>W</u>"])
    brief = compose_brief(evaluate_desk(desk.parent))
    with open_printer() as printer:
        return brief, render_brief(brief, ("md", "pdf", "html"), printer)


def test_a_ledger_alone_lays_out_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a page is laid out")

    monkeypatch.setattr("reporter.pipeline.outputs.choose_layout", refuse)
    files = render_brief(composed(CRASH), (), None)
    assert list(files) == ["ledger.json"]
    sealed, bare = json.loads(files["ledger.json"]), json.loads(composed(CRASH).ledger)
    assert {key: value for key, value in sealed.items() if key != "seal"} == bare


def flat(text: str) -> str:
    """Text without its spaces and breaks, which layouts move."""
    return re.sub(r"\s+", "", text)


def test_hostile_values_reach_the_documents(hostile: tuple[Brief, dict[str, bytes]]) -> None:
    brief, _ = hostile

    assert told(brief) & {"news.trigger", "news.policy", "news.corroboration"}
    for item in brief.realised:
        body = flat(" ".join(sentence.text for _, sentence in iterate_sentences(item.document)))
        assert [value for value in QUOTED if flat(value) not in body] == []


@pytest.mark.parametrize("value", sorted(set(HOSTILE) - set(OWN)))
@pytest.mark.parametrize("key", ["byline", "disclosure", "cite", "name"])
def test_what_looks_like_markup_of_templates_is_refused_in_a_desks_own_texts(
    tmp_path: Path, key: str, value: str
) -> None:
    desk, _ = make_desk(tmp_path / "desk")
    own = f"{key} = {json.dumps(value)}"
    text = re.sub(rf"(?m)^(?:# )?{key} = .*$", lambda _: own, desk.read_text("utf-8"), count=1)
    desk.write_text(text, "utf-8")
    line = next(at for at, words in enumerate(text.split("\n"), 1) if words.startswith(f"{key} = "))

    with pytest.raises(InputError) as caught:
        evaluate_desk(desk.parent)

    assert {(item.code, item.place.line) for item in caught.value.diagnostics} == {("desk.residue", line)}
    assert {item.what.partition('"')[0] for item in caught.value.diagnostics} == {f"{key}: "}


@pytest.mark.parametrize("tag", ["en", "zh-Hant"])
def test_in_markdown_hostile_values_are_text(hostile: tuple[Brief, dict[str, bytes]], tag: str) -> None:
    text = hostile[1][f"article.{tag}.md"].decode()
    body = text.split("\n---\n", 1)[1]

    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body)

    inline = [token for token in tokens if token.type == "inline"]
    children = [child for token in inline for child in token.children or []]
    assert not {"html_block", "fence", "code_block", "hr", "ordered_list_open"} & {token.type for token in tokens}
    assert not {"html_inline", "code_inline", "s_open", "em_open"} & {child.type for child in children}
    addresses = [str(child.attrs.get("href", child.attrs.get("src", ""))) for child in children]
    assert [address for address in addresses if address and not address.startswith("charts/")] == []
    seen = flat("".join(child.content for child in children if child.type in ("text", "text_special")))
    assert [value for value in QUOTED if flat(value) not in seen] == []
    # What a blog's own template engine or formula setter would take up stands nowhere, not even in the front matter.
    assert "{%" not in body
    assert "{{" not in body
    assert "$" not in body.replace("&#36;", "")


@pytest.mark.parametrize("tag", ["en", "zh-Hant"])
def test_in_html_hostile_values_are_text(hostile: tuple[Brief, dict[str, bytes]], tag: str) -> None:
    page = Page(hostile[1][f"article.{tag}.html"].decode())

    assert not {"script", "b", "u", "i", "img", "code", "em"} & page.tags
    assert page.handlers == []
    # A page for screens leads to its own sections and to the brief's other files; nothing else is a link.
    assert [item for item in page.addresses if not item.startswith("#") and item not in hostile[1]] == []
    seen = flat(page.text)
    assert [value for value in QUOTED if flat(value) not in seen] == []


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
@pytest.mark.parametrize("tag", ["en", "zh-Hant"])
def test_in_pdf_hostile_values_are_text(hostile: tuple[Brief, dict[str, bytes]], tag: str, tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    path.write_bytes(hostile[1][f"article.{tag}.pdf"])

    read = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True, check=True).stdout

    seen = flat(read)
    assert [value for value in QUOTED if flat(value) not in seen] == []


# What keeps a brief back.


def test_a_day_without_a_finding_that_leads_is_held(tmp_path: Path) -> None:
    found = evaluate_desk(prices_desk(tmp_path / "desk", 3))
    nothing = replace(found, outcomes=tuple(o for o in found.outcomes if not o.rule_id.startswith("lead.")))

    with pytest.raises(HeldError) as caught:
        compose_brief(nothing)

    told = str(caught.value)
    begin = f"{found.config.shown_as}: no finding of 2026-01-03 can lead a brief: none of the 13 rules that may lead"
    assert told.startswith(f"{begin} came true: lead.rebound, ")
    assert told.endswith(" and 7 more; nothing is published")
    assert caught.value.exit_code == 1


def test_what_the_rules_that_may_lead_lacked_is_named(tmp_path: Path) -> None:
    desk = prices_desk(tmp_path / "desk", 3)
    prices = desk / "prices.csv"
    *rows, last = prices.read_text("utf-8").splitlines()
    prices.write_text("\n".join([*rows, f"{last.split(',')[0]},,,,"]) + "\n", "utf-8")

    with pytest.raises(HeldError) as caught:
        compose_brief(evaluate_desk(desk, day=date(2026, 1, 3)))

    told = str(caught.value).partition(": no finding of 2026-01-03 can lead a brief: ")[2]
    assert told == (
        "9 of the 13 rules that may lead lacked price.return_1d, price.move_sigma, price.range_sigma, "
        "price.range, price.close_position, price.rebound_from_low and 3 more (no row for this day); "
        "nothing is published"
    )


def test_a_day_with_a_close_alone_is_told_by_it(tmp_path: Path) -> None:
    desk = prices_desk(tmp_path / "desk", 40)
    prices = desk / "prices.csv"
    *rows, last = prices.read_text("utf-8").splitlines()
    day, _, _, _, close, *_ = last.split(",")
    before = float(rows[-1].split(",")[4])
    prices.write_text("\n".join([*rows, f"{day},,,,{close}"]) + "\n", "utf-8")

    brief = compose_brief(evaluate_desk(desk))

    assert brief.realised[0].document.date == day
    fired = {outcome.rule_id for outcome in brief.findings.outcomes if outcome.state is State.FIRED}
    assert {"lead.closes_only", "gap.high_low"} <= fired
    metrics = brief.findings.metrics
    assert metrics.series["price.close"].values[-1] == float(close)
    assert metrics.series["price.return_1d"].values[-1] == pytest.approx(float(close) / before - 1)
    for name in ("open", "high", "low"):
        assert metrics.series[f"price.{name}"].missing[-1] == "the day's bars are incomplete"
    assert metrics.series["price.range"].missing[-1] == "the day's bars are incomplete"


def test_data_of_a_later_day_change_nothing(tmp_path: Path) -> None:
    short, long = prices_desk(tmp_path / "short", 40), prices_desk(tmp_path / "long", 60)

    at_the_end = compose_brief(evaluate_desk(short))
    in_between = compose_brief(evaluate_desk(long, day=at_the_end.findings.metrics.dates[-1]))

    assert [item.document for item in in_between.realised] == [item.document for item in at_the_end.realised]
    assert in_between.ledger == at_the_end.ledger


def test_a_report_type_is_checked_before_data_is_read(tmp_path: Path) -> None:
    desk, prices = make_desk(tmp_path / "desk")
    text = desk.read_text("utf-8").replace('"market_brief"', '"nothing"')
    desk.write_text(text, "utf-8")
    prices.write_text("not a table", "utf-8")

    with pytest.raises(InputError) as caught:
        evaluate_desk(desk.parent)

    what = 'unknown report type "nothing"; known report types: flash, market_brief, weekly'
    line = text[: text.index('"nothing"')].count("\n") + 1
    assert str(caught.value) == f"{desk.as_posix()}:{line}:1: {what}"


@pytest.mark.long
def test_conditions_are_called_in_a_regions_own_words() -> None:
    report = load_desk_report(open_desk(SAMPLES / "btc-2026-02"), ["zh-Hant", "zh-Hant-HK", "zh-Hans"])

    names = report.names["condition.against.puts"]
    assert (names["zh-Hant"], names["zh-Hant-HK"]) == ("看跌期權堆在市價之下", "認沽期權堆在市價之下")
    assert names["zh-Hans"] == "看跌期权堆在市价之下"
