"""Exports as programs write them, made from a seed: languages, separators, encodings, dates, numbers, footers.

Each has the truth beside it: date → close. What reads it may be right, may ask and may refuse; it is never wrong.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reporter.desk.formats.number_forms import FORMS

#: Language → names of date, open, high, low, close, and of two columns that are no price.
NAMES: Mapping[str, Sequence[Sequence[str]]] = {
    "en": [
        ("Date", "Open", "High", "Low", "Close", "Vol.", "Change %"),
        ("Date", "Open", "High", "Low", "Price", "Vol.", "Change %"),
        ("Trade Date", "Open Price", "High Price", "Low Price", "Close Price", "Volume Traded", "Chg"),
    ],
    "zh-Hant": [
        ("日期", "開市", "高", "低", "收市", "成交量", "升跌（%）"),
        ("日期", "開盤價", "最高價", "最低價", "收盤價", "成交量", "漲跌幅"),
        ("年月日", "開盤價(美元)", "最高價(美元)", "最低價(美元)", "收盤價(美元)", "成交量(千股)", "報酬率％"),
    ],
    "zh-Hans": [
        ("日期", "开盘", "高", "低", "收盘", "交易量", "涨跌幅"),
        ("时间", "开盘", "最高", "最低", "收盘", "总手", "涨幅"),
        ("日期", "开盘价(元)", "最高价(元)", "最低价(元)", "收盘价(元)", "成交量(股)", "换手%"),
    ],
    "pl": [("Data", "Otwarcie", "Najwyzszy", "Najnizszy", "Zamkniecie", "Wolumen", "Zmiana")],
    "de": [("Datum", "Eröffn.", "Hoch", "Tief", "Zuletzt", "Vol.", "+/- %")],
    "fr": [("Date", "Ouv.", "Plus Haut", "Plus Bas", "Dernier", "Vol.", "Variation %")],
    "es": [("Fecha", "Apertura", "Máximo", "Mínimo", "Último", "Vol.", "% var.")],
    "it": [("Data", "Apertura", "Massimo", "Minimo", "Ultimo", "Vol.", "Var. %")],
    "pt": [("Data", "Abertura", "Máxima", "Mínima", "Último", "Vol.", "Var%")],
    "ja": [("日付け", "始値", "高値", "安値", "終値", "出来高", "変化率 %")],
    "ko": [("날짜", "시가", "고가", "저가", "종가", "거래량", "변동 %")],
    "ru": [("Дата", "Откр.", "Макс.", "Мин.", "Цена", "Объём", "Изм. %")],
}
ENCODINGS: Mapping[str, Sequence[str]] = {
    "zh-Hant": ("big5", "utf-8", "utf-8-sig", "utf-16"),
    "zh-Hans": ("gb18030", "utf-8", "utf-8-sig", "utf-16"),
    "ja": ("shift_jis", "utf-8", "utf-16"),
    **dict.fromkeys(("de", "fr", "es", "it", "pt"), ("cp1252", "utf-8", "utf-8-sig", "utf-16")),
}
_WEEKDAYS = "一二三四五六日"
#: Forms of a date; those in which a day may be taken for a month are among them.
DATES = (
    "iso", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", "bare", "roc", "weekday",
    "%b %d, %Y", "ms", "s", "%Y-%m-%d 00:00:00", "end", "%Y-%m-%dT00:00:00Z",
)  # fmt: skip
FOOTERS: Sequence[Sequence[str]] = (
    (),
    ("数据来源：Wind",),
    ("資料來源：TEJ",),
    ("Source: a vendor, 2026",),
    ("說明:", "符號說明:+/-/X表示漲/跌/不比價"),
    ("Data provided without warranty",),
)
_SIZES = ("{:.2f}K", "{:.2f}M", "{:.2f}億", "{:.2f}万", "{:.0f}")


@dataclass(frozen=True, slots=True)
class Export:
    """A file, and what is true of it.

    Attributes:
        data: its bytes.
        closes: date → close, to the last digit.
        made: how it was made, for messages.
    """

    data: bytes
    closes: Mapping[date, float]
    made: str


def make_export(seed: int) -> Export:
    """The export of a seed."""
    dice = random.Random(seed)
    language = dice.choice(sorted(NAMES))
    names = list(dice.choice(NAMES[language]))
    form, time, separator = dice.choice(sorted(FORMS)), dice.choice(DATES), dice.choice([",", ";", "\t", "|"])
    encoding = dice.choice(ENCODINGS.get(language, ("utf-8", "utf-8-sig", "utf-16")))
    # One file in eight has no day beyond the twelfth, so that nothing tells days from months.
    first = date(2026, 1, 1) if dice.random() < 0.125 else date(2025, 11, 1) + timedelta(dice.randrange(40))
    count = 11 if first == date(2026, 1, 1) else dice.randrange(30, 60)
    days = [first + timedelta(number) for number in range(count)]
    price, rows, closes = float(dice.randrange(60_000, 90_000)), [], {}
    for day in days:
        begin, price = price, round(price * (1 + dice.uniform(-0.03, 0.03)), 2)
        high, low = round(max(begin, price) * 1.004, 2), round(min(begin, price) * 0.996, 2)
        volume = dice.choice(_SIZES).format(dice.uniform(1, 900))
        cells = [_number(value, form) for value in (begin, high, low, price)]
        rows.append([_time(day, time), *cells, volume, f"{(price / begin - 1) * 100:.2f}%"])
        closes[day] = price
    if dice.random() < 0.5:
        rows.reverse()
    order = [0, *dice.sample(range(1, 7), 6)] if dice.random() < 0.5 else list(range(7))
    head = [[names[place] for place in order]]
    if dice.random() < 0.2:
        units = ["", "美元", "美元", "美元", "美元", "股", "%"]
        head.append([units[place] for place in order])
    footer, banner = dice.choice(FOOTERS), dice.choice([(), (), ("A desk's export",), ("BTC", "", "daily")])
    text = io.StringIO()
    ending, quoted = dice.choice(["\n", "\r\n"]), dice.random() < 0.3
    dialect = csv.unix_dialect if quoted else csv.excel
    writer = csv.writer(text, dialect, delimiter=separator, lineterminator=ending)
    writer.writerows([*head, *([row[place] for place in order] for row in rows)])
    tail = [separator.join([line, *[""] * 6]) for line in footer] if dice.random() < 0.3 else footer
    whole = "".join(f"{line}\n" for line in banner) + text.getvalue() + "".join(f"{line}\n" for line in tail)
    made = f"{language} {encoding} {separator!r} {form} {time} {names} footer {tail} banner {banner} order {order}"
    return Export(whole.encode(encoding, "replace"), closes, made)


def _number(value: float, form: str) -> str:
    thousands, decimal = FORMS[form]
    whole, _, part = f"{value:,.2f}".partition(".")
    return f"{whole.replace(',', thousands)}{decimal}{part}"


def _time(day: date, form: str) -> str:
    epoch = (day - date(1970, 1, 1)).days * 86_400
    match form:
        case "iso":
            return day.isoformat()
        case "bare":
            return f"{day.year}-{day.month}-{day.day}"
        case "roc":
            return f"{day.year - 1911}/{day:%m/%d}"
        case "weekday":
            return f"{day.isoformat()},{_WEEKDAYS[day.weekday()]}"
        case "ms":
            return str(epoch * 1000)
        case "s":
            return str(epoch)
        case "end":
            return f"{day.isoformat()}T23:59:59.999Z"
    return f"{day:{form}}"
