"""Two invented briefs of an invented market, in both languages: one with every kind of block, one of a quiet day."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from reporter.charts import draw_chart, draw_sparkline
from reporter.model.document import (
    Block,
    Cell,
    ClaimSpan,
    ConditionLine,
    Conditions,
    Document,
    Figure,
    LiteralSpan,
    PageLabels,
    Paragraph,
    Section,
    Sentence,
    SourceLine,
    Span,
    Table,
    Tile,
)
from reporter.render.html import PageStyle, render_html
from reporter.report_type.theme import render_page_css
from tests.charts.specimens import PlainAxis, day_moves, deleveraging, flows, price, strikes, style, versus

ROOT = Path(__file__).parents[2] / "templates" / "market_brief"
LAYOUTS, CSS = ROOT / "layouts", ROOT / "theme" / "article.css"
ZH, EN = 0, 1
Direction = Literal["up", "down", "flat"]
Status = Literal["met", "not met", "unknown"]


@dataclass
class Writer:
    """Makes sentences in one language; braces mark shown values: `fell {8.1%}`."""

    language: int
    count: int = 0

    def say(self, form: str, *texts: str, finding: str = "price.break") -> Sentence:
        """A sentence from the text of its language."""
        self.count += 1
        return Sentence(f"s{self.count:03}", finding, form, "", 0, self.spans(finding, *texts))

    def spans(self, finding: str, *texts: str) -> tuple[Span, ...]:
        """Spans of a text."""
        parts = texts[self.language].replace("}", "{").split("{")
        spans: list[Span] = []
        for number, part in enumerate(parts):
            if part:
                spans.append(ClaimSpan(f"{finding}:f{number}#money", part) if number % 2 else LiteralSpan(part))
        return tuple(spans)

    def par(self, *pairs: tuple[str, str], form: str = "body") -> Paragraph:
        """A paragraph of sentences."""
        return Paragraph(tuple(self.say(form, *pair) for pair in pairs))

    def word(self, *texts: str) -> str:
        """A fixed word."""
        return texts[self.language]


def labels(w: Writer) -> PageLabels:
    """The fixed words."""
    if w.language == ZH:
        return PageLabels(
            "資料截至",
            "重點",
            "關鍵數據",
            "未能得知的部分",
            "資料來源",
            "計算方法",
            "聲明",
            "頁",
            "圖",
            "文章版",
            "問答版",
            "草稿，尚未發布",
        )
    return PageLabels(
        "Data to",
        "Key points",
        "Key figures",
        "What could not be known",
        "Sources",
        "Methods",
        "Disclosure",
        "Page",
        "Figure",
        "Article",
        "Conversation",
        "Draft, not published",
    )


def full(language: int) -> Document:
    """A brief with every kind of block."""
    w = Writer(language)
    return Document(
        locale=w.word("zh-Hant", "en"),
        lang=w.word("zh-Hant", "en"),
        edition="article",
        slug="lum-2031-03-06",
        date="2031-03-06",
        date_label=w.word("2031 年 3 月 6 日", "6 March 2031"),
        as_of="2031-03-07T00:00:00+00:00",
        as_of_label=w.word("3 月 7 日 00:00 UTC", "7 March 00:00 UTC"),
        posted="2031-03-06T23:59:00+00:00",
        asset=w.word("流明幣", "Lumen"),
        kicker=w.word("市場簡報", "Market brief"),
        byline=w.word("北港研究室", "Northport Desk"),
        headline=w.say(
            "headline",
            "流明幣收回大半失地，買盤仍看不出現貨主導",
            "Lumen regains most of its fall, but spot buyers stay away",
        ),
        standfirst=w.par(
            (
                "流明幣兩天內跌至 {32,871 美元}，隨後回升到 {39,897 美元}，收回前段跌幅的 {86.4%}。",
                "Lumen fell to {$32,871} within two days and came back to {$39,897}, regaining {86.4%} of the fall.",
            ),
            (
                "跌勢始於槓桿多單遭強平，與股市同步；回升時資金費率仍為負，期權買家也未撤走下行保護。",
                "The fall began with forced selling of leveraged longs, in step with equities; on the way up funding "
                "stayed negative and option buyers kept their downside cover.",
            ),
            (
                "基金資金流尚未轉正，{40,000 美元}能否站穩，仍缺現貨這一環。",
                "Fund flows have not turned, and whether {$40,000} holds still lacks the spot leg.",
            ),
            form="standfirst",
        ),
        takeaways=tuple(
            w.say("takeaway", *pair)
            for pair in (
                (
                    "單日上漲 {12.2%}，自低點算起 {21.4%}；兩日合計仍下跌 {2.1%}。",
                    "Up {12.2%} on the day and {21.4%} off the low; still down {2.1%} over two days.",
                ),
                (
                    "期貨未平倉合約由 {360 億美元}降至 {270 億美元}，去槓桿早於最後一跌。",
                    "Futures open interest went from {$36 billion} to {$27 billion}: deleveraging came before the last "
                    "drop.",
                ),
                (
                    "六項跨資產指標有四項上漲，股市領先，美元微跌。",
                    "Four of six cross-asset gauges rose, equities first, with the dollar slightly lower.",
                ),
                (
                    "本月基金淨流出 {12 億美元}，當日數字尚未公布。",
                    "Funds have lost {$1.2 billion} this month; the day’s own figure is not out yet.",
                ),
            )
        ),
        tiles=tiles(w),
        sections=sections(w),
        gaps=(
            w.say(
                "gap",
                "3 月 6 日的基金資金流未在截止時間前公布。",
                "Fund flows for 6 March were not published by the cut.",
            ),
            w.say(
                "gap",
                "一家交易所自 {14:00} 起沒有強平資料，合計數未納入。",
                "One venue sent no liquidations after {14:00}; totals leave it out.",
            ),
        ),
        sources=(
            SourceLine(
                "Tidewater Data", "https://example.com/data?set=lum_usd&day=1", w.word("價格、成交量", "prices")
            ),
            SourceLine("Harbour Derivatives", "https://example.com/derivs", w.word("強平、未平倉合約", "liquidations")),
            SourceLine("Fund Ledger", "javascript:alert(1)", w.word("基金資金流", "fund flows")),
            SourceLine("Northport Wire", "", w.word("新聞", "news")),
        ),
        methods=(
            w.word(
                "日報酬以 UTC 日收盤價計算；收回比例為自低點的回升除以前段跌幅。",
                "Day returns use UTC closes; the share regained is the rise off the low over the leg down.",
            ),
            w.word("未平倉合約為各交易所名目金額合計。", "Open interest is the sum of notional amounts over venues."),
        ),
        disclosure=w.word(
            "本文僅整理公開資料，不構成投資建議。", "This brief collects public data and is not investment advice."
        ),
        labels=labels(w),
        rise_is_red=language == ZH,
        tags=("lumen", w.word("衍生品", "derivatives")),
    )


def tiles(w: Writer) -> tuple[Tile, ...]:
    """Six key figures."""
    rows: tuple[tuple[tuple[str, str], tuple[str, str], tuple[str, str], Direction], ...] = (
        (("現價", "Price"), ("{39,897}", "{$39,897}"), ("{+12.2%}", "{+12.2%}"), "up"),
        (("未平倉合約", "Open interest"), ("{270 億}", "{$27.0bn}"), ("{−4.1%}", "{−4.1%}"), "down"),
        (("資金費率，8 小時", "Funding, 8 hours"), ("{−0.012%}", "{−0.012%}"), ("{−0.004 點}", "{−0.004 pt}"), "down"),
        (("隱含波動率", "Implied volatility"), ("{64.2}", "{64.2}"), ("{+8.3 點}", "{+8.3 pt}"), "up"),
        (("25-delta 風險反轉", "25-delta risk reversal"), ("{−3.1%}", "{−3.1%}"), ("{+9.4 點}", "{+9.4 pt}"), "up"),
        (("基金資金流，本月", "Fund flows, month"), ("{−12 億}", "{−$1.2bn}"), ("", ""), "flat"),
    )
    found = []
    for number, (label, value, change, direction) in enumerate(rows):
        series = tuple(None if n == 9 and number == 2 else math.sin(n / (3 + number)) + n / 20 for n in range(30))
        spans = w.spans("tile", *value), w.spans("tile", *change)
        found.append(Tile(w.word(*label), *spans, direction, series))
    return tuple(found)


def figure(w: Writer, chart: str, title: tuple[str, str], caption: tuple[tuple[str, str], ...]) -> Figure:
    """A figure around one of the specimen charts."""
    names = ("標普 500", "那斯達克", "黃金", "白銀", "美元指數", "以太幣"), (
        "S&P 500", "Nasdaq", "Gold", "Silver", "Dollar index", "Ether",
    )  # fmt: skip
    phases = ("破位", "掃低", "築底", "回升", "成本區 36,900–38,400"), (
        "Break", "Sweep", "Base", "Rebound", "Cost basis 36,900–38,400",
    )  # fmt: skip
    panels = ("強平金額", "未平倉合約", "資金費率", "25-delta 風險反轉", "多單", "空單"), (
        "Liquidations", "Open interest", "Funding rate", "25-delta risk reversal", "Longs", "Shorts",
    )  # fmt: skip
    charts = {
        "price": lambda: price(phases[w.language]),
        "deleveraging": lambda: deleveraging(panels[w.language]),
        "strikes": lambda: strikes(((("買權", "賣權")), ("Calls", "Puts"))[w.language]),
        "moves": lambda: day_moves(names[w.language]),
        "flows": lambda: flows(((("本月 −12 億",)), ("Month −$1.2bn",))[w.language]),
        "versus": lambda: versus(((("流明幣", *names[0][3:])), ("Lumen", *names[1][3:]))[w.language]),
    }
    return Figure(
        charts[chart](),
        w.say("figure_title", *title),
        tuple(w.say("caption", *pair) for pair in caption),
        w.word(f"折線圖：{title[0]}", f"Chart: {title[1]}"),
        "Tidewater Data",
    )


def sections(w: Writer) -> tuple[Section, ...]:
    """The body."""
    blocks: dict[str, tuple[Block, ...]] = {
        "lede": (
            w.par(
                (
                    "流明幣在 24 小時內由 {32,871 美元}回升至 {40,252 美元}，這樣的單日漲幅在過去一年只出現過 {3 次}。",
                    "Lumen rose from {$32,871} to {$40,252} within 24 hours, a day’s gain seen only {three times} in a "
                    "year.",
                ),
                (
                    "速度看似投降式拋售告終，部位資料卻說了另一個故事：回升靠的是空單回補，不是新錢進場。",
                    "The speed looks like the end of a capitulation. Positions tell another story: the rise came from "
                    "shorts covering rather than new money.",
                ),
            ),
            figure(
                w,
                "price",
                ("跌破、掃低、築底、回升：四段走完 48 小時", "Break, sweep, base, rebound: 48 hours in four legs"),
                (
                    (
                        "① 破位前最後高點；② 兩日低點；③ 回升後高點。",
                        "1: last high before the break; 2: low; 3: high of the rebound.",
                    ),
                    ("陰影為鏈上成本區。", "Shaded: the on-chain cost basis."),
                ),
            ),
        ),
        "broke": (
            w.par(
                (
                    "3 月 5 日開盤在 {41,020 美元}附近，午後跌破 {38,000 美元}，收盤 {35,560 美元}，全日下跌 {13.3%}。",
                    "The session of 5 March opened near {$41,020}, lost {$38,000} after noon and closed at {$35,560}, "
                    "down {13.3%}.",
                ),
                (
                    "據 Harbour Derivatives，當日約有 {9.6 億美元}槓桿多單遭強平，是 {40} 天以來最大。",
                    "Harbour Derivatives counts about {$960 million} of longs liquidated that day, the most in "
                    "{40} days.",
                ),
            ),
            w.par(
                (
                    "去槓桿在最後一跌之前就開始了。未平倉合約一週內由 {360 億美元}降至 {290 億美元}，資金費率同期轉負，"
                    "期限結構倒掛，顯示避險需求集中在近月。",
                    "Deleveraging began before the last drop. Open interest fell from {$36 billion} to {$29 billion} "
                    "in a week, funding turned negative and the volatility curve inverted, which puts the demand for "
                    "cover in the front months.",
                ),
            ),
            figure(
                w,
                "deleveraging",
                ("槓桿先退場，價格才見底", "Leverage left before the price found its low"),
                (
                    (
                        "強平向下為多單、向上為空單；空白為缺資料。",
                        "Liquidations: longs down, shorts up; a blank is missing data.",
                    ),
                ),
            ),
        ),
        "turned": (
            w.par(
                (
                    "回升與跨資產同步：標普 500 上漲 {3.4%}，黃金上漲 {1.9%}，美元指數下跌 {0.2%}。",
                    "The rebound came with other assets: the S&P 500 rose {3.4%}, gold {1.9%}, and the dollar index "
                    "slipped {0.2%}.",
                ),
                (
                    "相關不等於因果；沒有任何一則消息足以單獨解釋這段漲勢。",
                    "Coincidence is not cause; no single report explains the move.",
                ),
            ),
            figure(w, "moves", ("六項指標四漲兩跌", "Four of six gauges rose"), (("單日漲跌幅。", "Day moves."),)),
            figure(
                w,
                "flows",
                ("基金本月仍在流出", "Funds are still losing money"),
                (("柱為單日，線為本月累計。", "Bars: days; line: month to date."),),
            ),
            w.par(
                (
                    "期權並未跟進。3 月 28 日到期的賣權集中在 {31,000 美元}至 {35,000 美元}，占 {62%}。",
                    "Options did not follow. Put interest for 28 March sits between {$31,000} and {$35,000}, {62%} of "
                    "that expiry.",
                ),
            ),
            figure(
                w,
                "strikes",
                ("賣權堆在三萬五以下", "Puts pile up below 35,000"),
                (("依履約價的未平倉量，單位為枚。", "Open interest by strike, in coins."),),
            ),
        ),
        "hold": (
            w.par(
                (
                    "守住與失守各有三個條件，截至本文截止時間的狀態如下。",
                    "Three conditions speak for the level and three against; this is how they stand.",
                )
            ),
            conditions(w, "for"),
            conditions(w, "against"),
            board(w, 9),
        ),
        "means": (
            w.par(
                (
                    "{40,000 美元}本身沒有魔力，它的分量在於位在鏈上成本區 {36,900}–{38,400 美元}之上。",
                    "Nothing is magic about {$40,000}; its weight is that it lies above the cost basis of {$36,900}–"
                    "{$38,400}.",
                ),
                (
                    "價格條件已成立，資金流條件還沒有；前者必要，後者才算充分。",
                    "The price condition is met and the flow condition is not: the first is necessary, the other would "
                    "make it sufficient.",
                ),
            ),
            figure(
                w,
                "versus",
                ("九十天來與同類資產分道", "Ninety days apart from its peers"),
                (("指數化，起點為 100。", "Indexed, start = 100."),),
            ),
            w.par(
                (
                    "接下來依序要看的是：資金流轉正、期權偏度回升、股市不再轉跌。",
                    "Next, in order: flows turning, skew recovering, equities not falling again.",
                )
            ),
        ),
    }
    heads = {
        "broke": ("槓桿先斷，現貨跟跌", "Leverage broke first, spot followed"),
        "turned": ("跨資產回穩，空單被迫回補", "Other assets steadied and shorts had to cover"),
        "hold": ("四萬能否站穩，看三件事", "Whether 40,000 holds comes down to three things"),
        "means": ("這個價位代表什麼", "What the level means"),
    }
    return tuple(
        Section(name, w.say("heading", *heads[name]) if name in heads else None, parts)
        for name, parts in blocks.items()
    )


def conditions(w: Writer, side: Literal["for", "against"]) -> Conditions:
    """Three conditions of a side."""
    rows: tuple[tuple[Status, tuple[str, str]], ...] = (
        ("met", ("收盤高於成本區上緣 {38,400 美元}。", "The close is above {$38,400}, the top of the cost basis.")),
        ("not met", ("基金連續兩日淨流入；目前為 {0} 日。", "Two days of net inflow; it stands at {0}.")),
        (
            "unknown",
            (
                "難度調整後雜湊價格回升；資料要到 {3 月 9 日}才有。",
                "Hashprice recovers after the adjustment; data due {9 March}.",
            ),
        ),
    )
    if side == "against":
        rows = (
            ("met", ("到期賣權逾半集中在現價下方一成以外。", "More than half of puts lie over a tenth below spot.")),
            ("met", ("資金費率連續 {4} 日為負，多單不願付費。", "Funding has been negative for {4} days.")),
            (
                "not met",
                ("股市與價格同跌：當日標普 500 上漲 {3.4%}。", "Equities fall with it: the S&P 500 rose {3.4%}."),
            ),
        )
    words = {"met": ("成立", "Met"), "not met": ("未成立", "Not met"), "unknown": ("未知", "Unknown")}
    title = ("守住的條件", "For the level") if side == "for" else ("失守的條件", "Against it")
    items = []
    for status, text in rows:
        items.append(ConditionLine(status, w.word(*words[status]), w.say("condition", *text)))
    return Conditions(side, w.say("heading", *title), tuple(items))


def board(w: Writer, count: int) -> Table:
    """A signal board of some rows."""
    texts = (
        ("現價對成本區|39,897|+3.9%|bull|高於上緣", "Price to cost basis|39,897|+3.9%|bull|above its top"),
        ("未平倉合約|270 億美元|−25.0%|neutral|一週變化", "Open interest|$27.0bn|−25.0%|neutral|week’s change"),
        ("資金費率|−0.012%|−0.004 點|bear|連四日為負", "Funding rate|−0.012%|−0.004 pt|bear|fourth negative day"),
        ("風險反轉|−3.1%|+9.4 點|mixed|回升但仍為負", "Risk reversal|−3.1%|+9.4 pt|mixed|still negative"),
        ("基金資金流|−12 億美元||bear|當日未公布", "Fund flows|−$1.2bn||bear|day not published"),
        ("跨資產|4 漲 2 跌||bull|股市領先", "Cross-asset|4 up, 2 down||bull|equities lead"),
    )
    rows = [text[w.language].split("|") for text in texts]
    words = {
        "bull": ("偏多", "bull"),
        "bear": ("偏空", "bear"),
        "neutral": ("中性", "neutral"),
        "mixed": ("多空交雜", "mixed"),
    }
    cells = []
    for n in range(count):
        name, reading, change, stance, note = rows[n % len(rows)]
        now, moved = (
            (ClaimSpan(f"board:r{n}.{kind}#text", text),) if text else ()
            for kind, text in (("now", reading), ("d", change))
        )
        cells.append(
            (
                Cell((LiteralSpan(name),)),
                Cell(now, numeric=True),
                Cell(moved, numeric=True),
                Cell((LiteralSpan(w.word(*words[stance])),), stance=stance),
                Cell((LiteralSpan(note),)),
            )
        )
    header = ("訊號", "讀數", "變化", "傾向", "備註"), ("Signal", "Reading", "Change", "Stance", "Note")
    return Table(
        "signals", w.say("table_title", "訊號看板", "Signal board", finding=""), header[w.language], tuple(cells)
    )


def quiet(language: int) -> Document:
    """A brief of a day on which little happened."""
    w = Writer(language)
    whole = full(language)
    lede = w.par(
        (
            "流明幣全日在 {39,610 美元}至 {40,120 美元}之間，收 {39,905 美元}，變動 {0.1%}，低於一年來八成的交易日。",
            "Lumen kept between {$39,610} and {$40,120} and closed at {$39,905}, a change of {0.1%}, smaller than four "
            "days in five over a year.",
        ),
        ("衍生品讀數與前一日相同。", "Derivatives read as they did the day before."),
    )
    chart = figure(w, "versus", ("區間收窄", "The range narrows"), (("指數化。", "Indexed."),))
    return replace(
        whole,
        slug="lum-2031-03-09",
        headline=w.say("headline", "平靜的一天：區間不到百分之二", "A quiet day inside a two per cent range"),
        standfirst=w.par(("流明幣幾乎沒有變動，也沒有一項訊號翻轉。", "Lumen barely moved; no signal changed side.")),
        takeaways=(w.say("takeaway", "波動率 {31.0}，為 {22} 天最低。", "Volatility is {31.0}, a {22}-day low."),),
        sections=(Section("lede", None, (lede, chart, board(w, 4))),),
        gaps=(),
    )


def charts_of(document: Document) -> Mapping[str, str]:
    """The drawings of a document's figures, text as text."""
    look, found = style(), {}
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Figure):
                drawing = draw_chart(block.chart, look, PlainAxis(), document.rise_is_red, paths=False, png=False)
                assert drawing is not None
                found[block.chart.id] = drawing.svg
    return found


def page(document: Document, *, provenance: bool = True) -> str:
    """The document's HTML."""
    sparks = [draw_sparkline(tile.spark) for tile in document.tiles]
    dress = PageStyle(render_page_css(style().look))
    return render_html(document, LAYOUTS, CSS, charts_of(document), sparks, provenance=provenance, dress=dress)
