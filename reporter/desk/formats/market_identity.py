"""The markets a file names, checked against the desk: another coin or currency is never published as the desk's.

A file says it in a column (`symbol`, `instId`, `market` …), in an answer around its rows (Yahoo's `meta.currency`), in
the name of a price column (`Close (EUR)`), or by its own name (`XBTEUR_1440.csv`). Which names say it, which coins and
currencies there are, stands in `markets.toml`; a vendor's layout adds its own with `identity`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from reporter.desk.formats.layouts import Layout
from reporter.desk.formats.readers import RawTable
from reporter.diagnostics.diagnostic import Place, make_notice

Kind = Literal["market", "coin", "currency"]

#: Tables whose rows are of one coin, and those of them whose values are prices of it.
OF_ONE_COIN = frozenset(
    {
        "prices",
        "open_interest",
        "funding",
        "liquidations",
        "options",
        "volatility_index",
        "realised_price",
        "cost_basis",
        "fund_flows",
    }
)
IN_CURRENCY = frozenset({"prices", "realised_price", "cost_basis"})
#: An index has no currency, whatever the shares in it are traded in.
_POINTS = "points"
#: What stands around an answer's rows lies no deeper.
_DEEPEST = 6
#: Currencies are written beside a name as "Close (EUR)", "close_eur" or "Volume EUR".
_WORDS = re.compile(r"[A-Za-z0-9]+")
_DATE = re.compile(r"\d{6,8}|\d{1,2}[A-Z]{3}\d{2}")


@dataclass(frozen=True, slots=True)
class Market:
    """A coin and the currency of its price; empty where unknown."""

    base: str = ""
    quote: str = ""

    def __bool__(self) -> bool:
        """Whether the coin or the currency is known."""
        return bool(self.base or self.quote)


@dataclass(frozen=True, slots=True)
class MarketMention:
    """A market that a file names: in a cell, a header, its JSON envelope or its file name.

    Attributes:
        where: what says it, such as `column "symbol"`.
        said: as it stands there.
        market: what that means.
        line: in which row; None where it is no row's.
        column: the column that says it; empty where none does.
        by_name: whether only the name of the file says it.
    """

    where: str
    said: str
    market: Market
    line: int | None = None
    column: str = ""
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class Coin:
    """A coin that is known.

    Attributes:
        named: whether its symbol in a file's name means it.
        spans: year → lowest and highest price in dollars.
    """

    named: bool
    spans: Mapping[int, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class _KnownMarkets:
    names: Mapping[str, Kind]
    kinds: frozenset[str]
    dollars: frozenset[str]
    currencies: frozenset[str]
    words: frozenset[str]
    coins: Mapping[str, Coin]
    symbols: Mapping[str, str]


@cache
def _load_known_markets() -> _KnownMarkets:
    data = tomllib.loads((Path(__file__).parent / "markets.toml").read_text("utf-8"))
    kinds: tuple[Kind, ...] = ("market", "coin", "currency")
    symbols: dict[str, str] = {}
    coins: dict[str, Coin] = {}
    for symbol, entry in data["coins"].items():
        spans = {int(year): (float(low), float(high)) for year, (low, high) in entry.get("spans", {}).items()}
        coins[symbol] = Coin(entry.get("named", False), spans)
        symbols |= {name.upper(): symbol for name in (symbol, *entry.get("also", ()), *entry.get("ids", ()))}
    return _KnownMarkets(
        names={name: kind for kind in kinds for name in data["names"][kind]},
        kinds=frozenset(data["names"]["kinds"]),
        dollars=frozenset(data["currencies"]["dollars"]),
        currencies=frozenset((*data["currencies"]["dollars"], *data["currencies"]["others"])),
        words=frozenset(data["currencies"]["words"]),
        coins=coins,
        symbols=symbols,
    )


def normalise_coin(symbol: str) -> str:
    """A coin's usual symbol: XBT and bitcoin are BTC; an unknown one in capitals."""
    return _load_known_markets().symbols.get(symbol.strip().upper(), symbol.strip().upper())


def find_coin(symbol: str) -> Coin | None:
    """The table entry of a coin, or None."""
    return _load_known_markets().coins.get(normalise_coin(symbol))


def is_dollar(currency: str) -> bool:
    """Whether a currency counts as US dollars unless declared otherwise."""
    return currency in _load_known_markets().dollars


def parse_market(text: str, asset: str = "", *, sure: bool = False) -> Market:
    """Base and quote of a symbol: BTC-USD, BTCUSDT, KRW-BTC, XXBTZUSD, PI_XBTUSD, BTC-27MAR26-60000-C.

    Args:
        text: the symbol.
        asset: the desk's coin, which is known besides the well-known ones.
        sure: whether a coin must be a known one, as in the name of a file.
    """
    known = _load_known_markets()
    if re.match(r"t[A-Z]", text):
        text = text[1:]
    text = text.strip().upper().removesuffix("=X").removesuffix("=F")
    if text in known.symbols:
        return Market(known.symbols[text])
    text = text.partition(":")[0] if "/" in text else text.rpartition(":")[2]
    words = [word for word in re.split(r"[-_/. ]+", text) if word and word not in known.kinds]
    words = [word for word in words if not _DATE.fullmatch(word) and not word.isdecimal()]
    if not words:
        return Market()
    first, second = words[0], words[1] if len(words) > 1 else ""
    if first in known.currencies and second:
        if _is_coin(second, asset) or (not sure and second not in known.currencies):
            return Market(normalise_coin(second), first)
        return Market() if sure else Market(first, second if second in known.currencies else "")
    if first in known.currencies:
        return Market("", first)
    if second in known.currencies or (_is_coin(second, asset) and _is_coin(first, asset)):
        return Market(normalise_coin(first), normalise_coin(second)) if not sure or _is_coin(first, asset) else Market()
    if _is_coin(first, asset):
        return Market(normalise_coin(first))
    return _parse_joined_pair(first, asset, sure=sure)


def _is_coin(word: str, asset: str) -> bool:
    return bool(word) and (word in _load_known_markets().symbols or normalise_coin(word) == normalise_coin(asset))


def _parse_joined_pair(word: str, asset: str, *, sure: bool) -> Market:
    """A pair without a mark between its parts, such as BTCUSDT."""
    known = _load_known_markets()
    kraken = re.fullmatch(r"X(\w{3,4})Z(\w{3})", word)
    if kraken and _is_coin(kraken[1], asset) and kraken[2] in known.currencies:
        return Market(normalise_coin(kraken[1]), kraken[2])
    parts = [(word[:-size], word[-size:]) for size in range(min(len(word) - 2, 5), 2, -1)]
    # XBTUSD ends in TUSD too: the part before must be a coin, if any is.
    for base, quote in parts:
        if _is_coin(base, asset) and (quote in known.currencies or _is_coin(quote, asset)):
            return Market(normalise_coin(base), normalise_coin(quote))
    for base, quote in () if sure else parts:
        if quote in known.currencies:
            return Market(base, quote)
    return Market()


def classify_column(name: str) -> Kind | None:
    """Whether a column or key of that name holds markets, coins or currencies; None for others."""
    return _load_known_markets().names.get(re.sub(r"[^a-z]", "", name.lower()))


def _parse_named_market(kind: Kind, said: str, asset: str) -> Market:
    text = said.strip().upper()
    if kind == "market":
        return parse_market(said, asset)
    if kind == "coin":
        return Market(normalise_coin(text)) if _is_coin(text, asset) else Market()
    if text in _load_known_markets().currencies:
        return Market("", text)
    return Market(normalise_coin(text)) if _is_coin(text, asset) else Market()


def find_column_mentions(
    raw: RawTable, table: str, asset: str, layout: Layout | None = None
) -> Iterator[MarketMention]:
    """Markets named in columns of symbols, coins and currencies, each at the first row that names it.

    Args:
        raw: the rows that are used.
        table: the canonical table that they feed.
        asset: the desk's coin.
        layout: the vendor's layout, which may name further columns.
    """
    own = {name for expression in (layout.identity if layout else ()) for name in expression.split(" or ")}
    for name, cells in raw.columns.items():
        kind: Kind | None = "market" if name in own else classify_column(name)
        if kind is None or (table == "fund_flows" and kind == "market"):
            continue
        first = {cell: row for row, cell in reversed(list(enumerate(cells)))}
        for cell, row in sorted(first.items(), key=lambda item: item[1]):
            if market := _parse_named_market(kind, cell, asset):
                yield MarketMention(f'column "{name}"', cell, market, raw.lines[row], name)


def find_header_mentions(names: Sequence[str], table: str) -> Iterator[MarketMention]:
    """Currencies named in the headers of price columns.

    Args:
        names: the columns that are read as prices, and those of volumes.
        table: the canonical table that they feed.
    """
    known = _load_known_markets()
    for name in names if table in IN_CURRENCY else ():
        said = [word for word in _WORDS.findall(name.upper()) if word in known.currencies and word not in known.words]
        if said:
            yield MarketMention(f'the name of column "{name}"', said[-1], Market("", said[-1]))


def find_answer_mentions(value: Any, asset: str, path: str = "", depth: int = 0) -> Iterator[MarketMention]:
    """Markets named around the rows of a JSON answer: `meta.symbol`, `result.category`, the key of a list of rows.

    Args:
        value: the answer, or a part of it.
        asset: the desk's symbol.
        path: of the part in the answer.
        depth: how deep the part lies.
    """
    if isinstance(value, list):
        if len(value) == 1:
            yield from find_answer_mentions(value[0], asset, path, depth + 1)
        return
    if not isinstance(value, dict) or depth > _DEEPEST:
        return
    for name, item in value.items():
        inner = f"{path}.{name}".lstrip(".")
        kind = classify_column(name)
        if isinstance(item, str) and kind is not None:
            if market := _parse_named_market(kind, item, asset):
                yield MarketMention(inner, item, market)
        elif isinstance(item, list) and item and isinstance(item[0], list | dict):
            named = parse_market(name, asset, sure=True)
            if named.base and named.quote:
                yield MarketMention(f'the key "{name}"', name, named)
        yield from find_answer_mentions(item, asset, inner, depth + 1)


def find_filename_mentions(shown_as: str, asset: str) -> Iterator[MarketMention]:
    """Markets named in the name of a file, or of a file in a zip: a pair, or another coin than the desk's."""
    known = _load_known_markets()
    for name in re.split(r"[()#]", shown_as):
        stem = PurePosixPath(name).name.partition(".")[0]
        words = [word for word in re.split(r"[^A-Za-z0-9]+", stem.upper()) if word]
        coins = [word for word in words if word in known.symbols and known.coins[known.symbols[word]].named]
        own = any(normalise_coin(word) == normalise_coin(asset) for word in words) if asset else False
        pairs = [parse_market(word, asset, sure=True) for word in words]
        pairs += [
            parse_market(f"{a}-{b}", asset, sure=True) for a, b in pairwise(words) if not _are_both_coins(a, b, asset)
        ]
        whole = [pair for pair in pairs if pair.base and pair.quote and _is_named_coin(pair.base, asset)]
        if whole:
            yield MarketMention("the name of the file", stem, whole[0], by_name=True)
        elif coins and not own:
            yield MarketMention("the name of the file", stem, Market(normalise_coin(coins[0])), by_name=True)
        elif said := [word for word in words if word in known.currencies - known.dollars - known.words]:
            yield MarketMention("the name of the file", stem, Market("", said[0]), by_name=True)


def _are_both_coins(first: str, second: str, asset: str) -> bool:
    """Whether two adjacent words are two coins, as in the name of a file with both."""
    return _is_coin(first, asset) and _is_coin(second, asset)


def _is_named_coin(coin: str, asset: str) -> bool:
    known = find_coin(coin)
    return coin == normalise_coin(asset) or (known is not None and known.named)


@dataclass(frozen=True, slots=True)
class ExpectedMarket:
    """The market that a desk expects a source's rows to be of.

    Attributes:
        asset: the desk's coin; empty where none is known.
        quote: the desk's currency.
        table: the canonical table that is fed.
        measures: what desk.toml says that the source measures; nothing where it doesn't.
    """

    asset: str
    quote: str
    table: str
    measures: Market = Market()

    def explain_contradiction(self, claim: MarketMention) -> str:
        """Why a mention contradicts the expected market; empty where it does not."""
        if self.table not in OF_ONE_COIN or (claim.by_name and self.measures):
            return ""
        base, quote = claim.market.base, claim.market.quote
        asset = self.measures.base or normalise_coin(self.asset)
        if base and asset and base != asset and base + quote != asset:
            return f"that is {base}, and the desk is of {asset}"
        if not quote or self.table not in IN_CURRENCY or self.quote == _POINTS:
            return ""
        if self.measures.quote and quote != self.measures.quote:
            return f"that is in {quote}, and measures says {self.measures.quote}"
        if quote != self.quote and not (self.quote == "USD" and is_dollar(quote)):
            return f"that is in {quote}, and the desk's prices are in {self.quote}"
        return ""


def make_expected_market(asset: str, quote: str, table: str, measures: str = "") -> ExpectedMarket:
    """The market that a desk expects a source's rows to be of; see `ExpectedMarket`.

    Args:
        asset: the desk's symbol.
        quote: its quote currency.
        table: the canonical table.
        measures: what the source says that it measures, such as "BTC/USDT".
    """
    return ExpectedMarket(asset, quote, table, parse_market(measures, asset, sure=True))


def find_contradictions(
    expected: ExpectedMarket, claims: Sequence[MarketMention]
) -> Iterator[tuple[MarketMention, str, str]]:
    """Mentions that contradict the expected market, one a place: with the reason and a hint.

    What a file holds counts more than its name: the name is asked only where nothing in the file says whose it is.

    Args:
        expected: what the desk takes the rows for.
        claims: what the file says.
    """
    told: set[str] = set()
    inside = any(claim.market.base and not claim.by_name for claim in claims)
    for claim in claims:
        if claim.by_name and (inside or told):
            continue
        why = expected.explain_contradiction(claim)
        if not why or claim.where in told:
            continue
        told.add(claim.where)
        own = [
            other.said for other in claims if other.column == claim.column and not expected.explain_contradiction(other)
        ]
        if claim.by_name:
            pair = f"{normalise_coin(expected.asset)}/{expected.quote}"
            hint = f'rename it, or say measures = "{pair}" if it is that all the same'
        elif claim.column and own:
            hint = f'choose the desk\'s rows: where = {{ "{claim.column}" = "{own[0]}" }}'
        else:
            hint = f"use a file of {normalise_coin(expected.asset)} in {expected.quote}"
        yield claim, why, hint


def collect_mentions(
    raw: RawTable,
    expected: ExpectedMarket,
    price_columns: Sequence[str],
    layout: Layout | None = None,
    answer: Any = None,
) -> tuple[MarketMention, ...]:
    """Every mention of a market in a file.

    Args:
        raw: the rows that are used; `file` names the file.
        expected: what the desk takes them for.
        price_columns: the columns that are read as prices.
        layout: the vendor's layout.
        answer: the whole JSON value, where the file is JSON.
    """
    asset, table = expected.asset, expected.table
    if table not in OF_ONE_COIN:
        return ()
    volumes = [name for name in raw.columns if name.lower().startswith("volume")]
    return (
        *find_answer_mentions(answer, asset),
        *find_column_mentions(raw, table, asset, layout),
        *find_header_mentions([*price_columns, *volumes], table),
        *find_filename_mentions(raw.file, asset),
    )


def keep_own_options(
    raw: RawTable, expected: ExpectedMarket, claims: tuple[MarketMention, ...]
) -> tuple[RawTable, tuple[MarketMention, ...]]:
    """The option rows of the desk's coin, and the mentions that remain for them.

    An export holds the options of all coins of an exchange. Where some are the desk's, the others are left out, with a
    notice; where none is, they stay, so that they are refused.

    Args:
        raw: the rows.
        expected: the desk's market.
        claims: the markets that the rows name.
    """
    for column in dict.fromkeys(claim.column for claim in claims if claim.column):
        other = {item.said for item in claims if item.column == column and expected.explain_contradiction(item)}
        own = [item for item in claims if item.column == column and item.said not in other]
        if not other or not own:
            continue
        keep = [cell not in other for cell in raw.columns[column]]
        left = len(raw) - sum(keep)
        what = f'{left} rows of other coins, such as {column} = "{min(other)}"'
        noted = make_notice("data.dropped-rows", Place(raw.file), what, "left out")
        raw = replace(raw.filter_rows(keep), notices=(*raw.notices, noted))
        claims = tuple(item for item in claims if item.column != column or item.said not in other)
    return raw, claims
