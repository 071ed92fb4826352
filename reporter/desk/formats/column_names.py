"""Usual names of columns, instruments and vendors → canonical names; patterns match whole names."""

from __future__ import annotations

import re
from collections.abc import Mapping

TIME = (
    r"日期|交易日期?|年月日|日期時間|日期时间|時間|时间|指標名稱|指标名称|日付け?|날짜|дата|data|datum|fecha|dates"
    r"|t|(trad(e|ing)|exchange|observation)_?date|snapped_at|candle_date_time_utc"
    r"|(date|time|timestamp|datetime|day|ts|open_?time|time_?open|date_?time)"
    r"(_(ms|utc|gmt|new_york|ny|et|london|tokyo|taipei|hong_?kong))?"
)
ZONES = {
    "utc": "UTC",
    "gmt": "UTC",
    "new_york": "America/New_York",
    "ny": "America/New_York",
    "et": "America/New_York",
    "london": "Europe/London",
    "tokyo": "Asia/Tokyo",
    "taipei": "Asia/Taipei",
    "hongkong": "Asia/Hong_Kong",
    "hong_kong": "Asia/Hong_Kong",
}
#: Symbols of instruments that the program knows → their keys. Those of Bloomberg, FRED and Yahoo are among them.
SYMBOLS: Mapping[str, str] = {
    **dict.fromkeys(("SPX", "^GSPC", "GSPC", "SP500"), "spx"),
    **dict.fromkeys(("NDX", "^NDX", "NASDAQ100"), "ndx"),
    **dict.fromkeys(("NASDAQ", "^IXIC", "IXIC", "CCMP", "NASDAQCOM"), "nasdaq"),
    **dict.fromkeys(("DOW", "DJI", "^DJI", "DJIA", "INDU"), "dow"),
    **dict.fromkeys(("SOX", "^SOX"), "sox"),
    **dict.fromkeys(("GOLD", "GC=F", "XAU", "XAUUSD", "GC1"), "gold"),
    **dict.fromkeys(("SILVER", "SI=F", "XAG", "XAGUSD", "SI1"), "silver"),
    **dict.fromkeys(("DXY", "DX-Y.NYB", "DX=F"), "dxy"),
    **dict.fromkeys(("UST", "UST10Y", "^TNX", "TNX", "US10Y", "DGS10", "USGG10YR"), "ust10y"),
    **dict.fromkeys(("VIX", "^VIX", "VIXCLS"), "vix"),
    **dict.fromkeys(("WTI", "OIL", "CL=F", "USOIL", "DCOILWTICO", "CL1"), "wti"),
    **{name: name.lower() for name in ("SPY", "QQQ", "DIA", "SMH", "GLD", "SLV", "UUP", "TLT")},
}
#: Chinese names of instruments, as patterns of whole names → their keys.
_CHINESE_NAMES: Mapping[str, str] = {
    r"(美[国國][:：]?)?(标普|標普|标准普尔|標準普爾)500(指[数數])?": "spx",
    r"(美[国國][:：]?)?(纳斯达克|納斯達克|那斯達克)100(指[数數])?": "ndx",
    r"(美[国國][:：]?)?(纳斯达克|納斯達克|那斯達克)(综合|綜合)?(指[数數])?": "nasdaq",
    r"(美[国國][:：]?)?(道琼斯|道瓊|道琼)(工业|工業)?(平均)?(指[数數])?": "dow",
    r"(COMEX|伦敦|倫敦|[国國][际際]|[现現][货貨])?(黄金|黃金)": "gold",
    r"(COMEX|伦敦|倫敦|[国國][际際]|[现現][货貨])?白[银銀]": "silver",
    r"美元指[数數]": "dxy",
    r"(美[国國][:：]?)?10年期?(美[国國])?([国國][债債]|公債|美[债債])(到期)?(收益率|殖利率)": "ust10y",
    r"(WTI|NYMEX)(原油)?|西德州原油": "wti",
}
#: What stands behind the symbol of an instrument whose column holds its closes.
_CLOSE_OF = r"[ _](index|curncy|comdty|us equity|equity)|[ _](px_last|last|close|adj_close|收盘价?|收盤價?)"


def find_instrument_key(name: str) -> str | None:
    """The key of the instrument whose closes a column of this name holds; None where none is known."""
    plain = name.strip()
    while (shorter := re.sub(rf"({_CLOSE_OF})$", "", plain, flags=re.IGNORECASE)) != plain:
        plain = shorter
    known = SYMBOLS.get(plain.upper())
    return known or next((key for form, key in _CHINESE_NAMES.items() if re.fullmatch(form, plain)), None)


VENDORS = {
    "binance": "Binance",
    "coinbase": "Coinbase",
    "coindesk": "CoinDesk Data",
    "coinglass": "CoinGlass",
    "coinmetrics": "CoinMetrics",
    "deribit": "Deribit",
    "dvol": "Deribit",
    "farside": "Farside",
    "fear_greed": "alternative.me",
    "glassnode": "Glassnode",
    "kraken": "Kraken",
    "okx": "OKX",
    "yahoo": "Yahoo Finance",
}
#: Table → canonical column → names that it has in people's files.
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "liquidations": {
        "long": r"(.*long.*liq.*|.*liq.*long.*)",
        "short": r"(.*short.*liq.*|.*liq.*short.*)",
    },
    "open_interest": {"open_interest": r"(open_?interest|oi)([_ ].*)?"},
    "funding": {
        "rate": r"(funding|fr)_?rate([_ ](?!interval|time|cap|floor|count).*)?|(資金費率|资金费率)([_ ].*)?"
        r"||(funding|fr)([_ ](?!interval|time|cap|floor|count|hours|fee).*)?"
    },
    "volatility_index": {
        "close": r"(dvol|vol_?index|iv_?index)(_close)?",
        "high": r"(dvol|vol_?index)_high",
        "low": r"(dvol|vol_?index)_low",
    },
    "sentiment": {"score": r"(fng|fear_?(and_?)?greed(_index)?|sentiment)([_ ].*)?"},
    "realised_price": {"realised_price": r"reali[sz]ed_?price([_ ]usd)?"},
    "miners": {"hashprice": r"hash_?price([_ ].*)?"},
    "fund_flows": {
        "flow": r"(total_?)?net_?inflows?|(net_?)?flows?([_ ]usd)?([_ ](m|mn|millions?|k|bn))?"
        r"|total([_ ]usd)?([_ ](m|mn|millions?))?"
    },
}
#: What a price is called: on its own, with its unit, in the exports of Chinese, European, Japanese, Korean programs.
_PREFIX, _SUFFIX = r"((ohlc|price|px|candle|spot)_)?", r"(_?(price|usd|usdt|last))?"
_PRICE_OF = r"[價价]?(指[数數])?(_?(美?元|美金|[點点]|usdt?))?"
OHLC: Mapping[str, str] = {
    "open": rf"{_PREFIX}(open|o|opening){_SUFFIX}|([開开][盤盘市]?|今[開开]){_PRICE_OF}|otwarcie"
    r"|eröffn(ung)?(skurs)?_?|eroeffnung|ouv(erture)?_?|apertura|abertura|始値|시가|오픈|откр(ытие)?_?",
    "high": rf"{_PREFIX}(high|h){_SUFFIX}|最?高{_PRICE_OF}|najwy[zż]szy|max_?|hoch|tageshoch|höchst"
    r"|(plus_|_)?haut|m[aá]x(im[oa])?_?|massimo|高値|고가|макс(имум)?_?",
    "low": rf"{_PREFIX}(low|l){_SUFFIX}|最?低{_PRICE_OF}|najni[zż]szy|min_?|tief|tagestief|tiefst"
    r"|(plus_|_)?bas|m[ií]n(im[oa])?_?|minimo|安値|저가|мин(имум)?_?",
    "close": rf"{_PREFIX}(close|c|closing){_SUFFIX}|close_last|last_price|(px_|trade_)?last|trade_price|price"
    rf"|[收][盤盘市]{_PRICE_OF}|最新[價价]|zamkni[eę]cie|ostatnio|schluss(kurs)?|zuletzt|dernier|cl[oô]ture|cierre"
    r"|[uú]ltimo|chiusura|fechamento|終値|종가|цена|закр(ытие)?_?",
}
#: Prices whose names say 元, which may be dollars or another currency.
UNNAMED_CURRENCY = r"(?<!美)(?<!日)(?<!歐)(?<!欧)元"
CLOCK = r"time|clock|hour|時間|时间"
HOURS = r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?( ?[AaPp][Mm])?"
NAMED_OHLC = {"open_interest": r"(?<![a-z])oi(?![a-z])|open_?interest", "funding": r"funding"}
UNIT_WORDS = (
    (r"(?<![a-z])(pct|percent)(?![a-z])", "percent"),
    (r"(?<![a-z])(bps?)(?![a-z])", "bp"),
    (r"(?<![a-z])(usd_?m|usd_mn|millions?)(?![a-z])", "usd_m"),
    (r"(?<![a-z])(usd_?bn|billions?)(?![a-z])", "usd_bn"),
    (r"(?<![a-z])(usd_?k|thousands?)(?![a-z])", "usd_k"),
    (r"(?<![a-z])usd(?![a-z])", "usd"),
)
