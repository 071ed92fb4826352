"""What people call their columns, instruments and vendors, and what each name stands for; patterns are whole names."""

from __future__ import annotations

from collections.abc import Mapping

TIME = (
    r"日期|交易日期?|時間|时间|t|trad(e|ing)_?date|(date|time|timestamp|datetime|day|ts|open_?time)"
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
#: Symbols of instruments that the program knows → their keys.
SYMBOLS: Mapping[str, str] = {
    **dict.fromkeys(("SPX", "^GSPC", "GSPC", "SP500"), "spx"),
    **dict.fromkeys(("NDX", "^NDX"), "ndx"),
    **dict.fromkeys(("NASDAQ", "^IXIC", "IXIC"), "nasdaq"),
    **dict.fromkeys(("DOW", "DJI", "^DJI", "DJIA"), "dow"),
    **dict.fromkeys(("SOX", "^SOX"), "sox"),
    **dict.fromkeys(("GOLD", "GC=F", "XAU", "XAUUSD"), "gold"),
    **dict.fromkeys(("SILVER", "SI=F", "XAG", "XAGUSD"), "silver"),
    **dict.fromkeys(("DXY", "DX-Y.NYB", "DX=F"), "dxy"),
    **dict.fromkeys(("UST", "UST10Y", "^TNX", "TNX", "US10Y"), "ust10y"),
    **dict.fromkeys(("VIX", "^VIX"), "vix"),
    **dict.fromkeys(("WTI", "OIL", "CL=F", "USOIL"), "wti"),
    **{name: name.lower() for name in ("SPY", "QQQ", "DIA", "SMH", "GLD", "SLV", "UUP", "TLT")},
}
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
    "funding": {"rate": r"(funding|fr)(_?rate)?([_ ].*)?"},
    "volatility_index": {
        "close": r"(dvol|vol_?index|iv_?index)(_close)?",
        "high": r"(dvol|vol_?index)_high",
        "low": r"(dvol|vol_?index)_low",
    },
    "sentiment": {"score": r"(fng|fear_?(and_?)?greed(_index)?|sentiment)([_ ].*)?"},
    "realised_price": {"realised_price": r"reali[sz]ed_?price([_ ]usd)?"},
    "miners": {"hashprice": r"hash_?price([_ ].*)?"},
    "fund_flows": {
        "flow": r"(net_?)?flows?([_ ]usd)?([_ ](m|mn|millions?|k|bn))?|total([_ ]usd)?([_ ](m|mn|millions?))?"
    },
}
#: What a price is called: on its own, with its unit, in Chinese exports, in those of Nasdaq and Investing.com.
_PREFIX, _SUFFIX = r"((ohlc|price|px|candle|spot)_)?", r"(_?(price|usd|usdt))?"
OHLC: Mapping[str, str] = {
    "open": rf"{_PREFIX}(open|o){_SUFFIX}|開盤價?|开盘价?|開市價?",
    "high": rf"{_PREFIX}(high|h){_SUFFIX}|最高價?|最高价?",
    "low": rf"{_PREFIX}(low|l){_SUFFIX}|最低價?|最低价?",
    "close": rf"{_PREFIX}(close|c){_SUFFIX}|close_last|last_price|price|收盤價?|收盘价?|收市價?",
}
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
