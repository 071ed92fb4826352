"""What a file says of itself, held against the desk: another coin or another currency is never published as the desk's.

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

from reporter.desk.layouts import Layout
from reporter.desk.readers import RawTable
from reporter.diagnostics import Place, notice

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
#: What stands around an answer's rows lies no deeper.
_DEEPEST = 6
#: Currencies are written beside a name as "Close (EUR)", "close_eur" or "Volume EUR".
_WORDS = re.compile(r"[A-Za-z0-9]+")
_DATE = re.compile(r"\d{6,8}|\d{1,2}[A-Z]{3}\d{2}")


@dataclass(frozen=True, slots=True)
class Market:
    """A coin and what its price is in; empty where that is not said."""

    base: str = ""
    quote: str = ""

    def __bool__(self) -> bool:
        """Whether anything is said."""
        return bool(self.base or self.quote)


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that a file says of itself.

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
class _Known:
    names: Mapping[str, Kind]
    kinds: frozenset[str]
    dollars: frozenset[str]
    currencies: frozenset[str]
    words: frozenset[str]
    coins: Mapping[str, Coin]
    symbols: Mapping[str, str]


@cache
def _known() -> _Known:
    data = tomllib.loads((Path(__file__).parent / "markets.toml").read_text("utf-8"))
    kinds: tuple[Kind, ...] = ("market", "coin", "currency")
    symbols: dict[str, str] = {}
    coins: dict[str, Coin] = {}
    for symbol, entry in data["coins"].items():
        spans = {int(year): (float(low), float(high)) for year, (low, high) in entry.get("spans", {}).items()}
        coins[symbol] = Coin(entry.get("named", False), spans)
        symbols |= {name.upper(): symbol for name in (symbol, *entry.get("also", ()), *entry.get("ids", ()))}
    return _Known(
        names={name: kind for kind in kinds for name in data["names"][kind]},
        kinds=frozenset(data["names"]["kinds"]),
        dollars=frozenset(data["currencies"]["dollars"]),
        currencies=frozenset((*data["currencies"]["dollars"], *data["currencies"]["others"])),
        words=frozenset(data["currencies"]["words"]),
        coins=coins,
        symbols=symbols,
    )


def coin_of(symbol: str) -> str:
    """A coin's usual symbol: XBT is BTC, and so is bitcoin; an unknown one as it stands, in capitals."""
    return _known().symbols.get(symbol.strip().upper(), symbol.strip().upper())


def known_coin(symbol: str) -> Coin | None:
    """What is known of a coin."""
    return _known().coins.get(coin_of(symbol))


def is_dollar(currency: str) -> bool:
    """Whether a currency counts as US dollars where nobody says otherwise."""
    return currency in _known().dollars


def market_of(text: str, asset: str = "", *, sure: bool = False) -> Market:
    """What a symbol says: of BTC-USD, BTCUSDT, KRW-BTC, XXBTZUSD, PI_XBTUSD, BTC/USDT:USDT, BTC-27MAR26-60000-C.

    Args:
        text: the symbol.
        asset: the desk's coin, which is known besides the well-known ones.
        sure: whether a coin must be a known one, as in the name of a file.
    """
    known = _known()
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
            return Market(coin_of(second), first)
        return Market() if sure else Market(first, second if second in known.currencies else "")
    if first in known.currencies:
        return Market("", first)
    if second in known.currencies or (_is_coin(second, asset) and _is_coin(first, asset)):
        return Market(coin_of(first), coin_of(second)) if not sure or _is_coin(first, asset) else Market()
    if _is_coin(first, asset):
        return Market(coin_of(first))
    return _joined(first, asset, sure=sure)


def _is_coin(word: str, asset: str) -> bool:
    return bool(word) and (word in _known().symbols or coin_of(word) == coin_of(asset))


def _joined(word: str, asset: str, *, sure: bool) -> Market:
    """A pair without a mark between its parts, such as BTCUSDT."""
    known = _known()
    kraken = re.fullmatch(r"X(\w{3,4})Z(\w{3})", word)
    if kraken and _is_coin(kraken[1], asset) and kraken[2] in known.currencies:
        return Market(coin_of(kraken[1]), kraken[2])
    parts = [(word[:-size], word[-size:]) for size in range(min(len(word) - 2, 5), 2, -1)]
    # XBTUSD ends in TUSD too: the part before must be a coin, if any is.
    for base, quote in parts:
        if _is_coin(base, asset) and (quote in known.currencies or _is_coin(quote, asset)):
            return Market(coin_of(base), coin_of(quote))
    for base, quote in () if sure else parts:
        if quote in known.currencies:
            return Market(base, quote)
    return Market()


def kind_of(name: str) -> Kind | None:
    """What a column or key of that name names, if anything."""
    return _known().names.get(re.sub(r"[^a-z]", "", name.lower()))


def _meaning(kind: Kind, said: str, asset: str) -> Market:
    text = said.strip().upper()
    if kind == "market":
        return market_of(said, asset)
    if kind == "coin":
        return Market(coin_of(text)) if _is_coin(text, asset) else Market()
    if text in _known().currencies:
        return Market("", text)
    return Market(coin_of(text)) if _is_coin(text, asset) else Market()


def column_claims(raw: RawTable, table: str, asset: str, layout: Layout | None = None) -> Iterator[Claim]:
    """What columns of symbols, coins and currencies say, each thing at the first row that says it.

    Args:
        raw: the rows that are used.
        table: the canonical table that they feed.
        asset: the desk's coin.
        layout: the vendor's layout, which may name further columns.
    """
    own = {name for expression in (layout.identity if layout else ()) for name in expression.split(" or ")}
    for name, cells in raw.columns.items():
        kind: Kind | None = "market" if name in own else kind_of(name)
        if kind is None or (table == "fund_flows" and kind == "market"):
            continue
        first = {cell: row for row, cell in reversed(list(enumerate(cells)))}
        for cell, row in sorted(first.items(), key=lambda item: item[1]):
            if market := _meaning(kind, cell, asset):
                yield Claim(f'column "{name}"', cell, market, raw.lines[row], name)


def header_claims(names: Sequence[str], table: str) -> Iterator[Claim]:
    """Currencies that stand in the names of columns of prices.

    Args:
        names: the columns that are read as prices, and those of volumes.
        table: the canonical table that they feed.
    """
    known = _known()
    for name in names if table in IN_CURRENCY else ():
        said = [word for word in _WORDS.findall(name.upper()) if word in known.currencies and word not in known.words]
        if said:
            yield Claim(f'the name of column "{name}"', said[-1], Market("", said[-1]))


def answer_claims(value: Any, asset: str, path: str = "", depth: int = 0) -> Iterator[Claim]:
    """What an answer says around its rows: `meta.symbol`, `result.category`, the key of a list of rows."""
    if isinstance(value, list):
        if len(value) == 1:
            yield from answer_claims(value[0], asset, path, depth + 1)
        return
    if not isinstance(value, dict) or depth > _DEEPEST:
        return
    for name, item in value.items():
        inner = f"{path}.{name}".lstrip(".")
        kind = kind_of(name)
        if isinstance(item, str) and kind is not None:
            if market := _meaning(kind, item, asset):
                yield Claim(inner, item, market)
        elif isinstance(item, list) and item and isinstance(item[0], list | dict):
            named = market_of(name, asset, sure=True)
            if named.base and named.quote:
                yield Claim(f'the key "{name}"', name, named)
        yield from answer_claims(item, asset, inner, depth + 1)


def name_claims(shown_as: str, asset: str) -> Iterator[Claim]:
    """What the name of a file says, and that of a file in a zip: a pair, or a coin where the desk's is not named."""
    known = _known()
    for name in re.split(r"[()#]", shown_as):
        stem = PurePosixPath(name).name.partition(".")[0]
        words = [word for word in re.split(r"[^A-Za-z0-9]+", stem.upper()) if word]
        coins = [word for word in words if word in known.symbols and known.coins[known.symbols[word]].named]
        own = any(coin_of(word) == coin_of(asset) for word in words) if asset else False
        pairs = [market_of(word, asset, sure=True) for word in words]
        pairs += [market_of(f"{a}-{b}", asset, sure=True) for a, b in pairwise(words) if not _both_coins(a, b, asset)]
        whole = [pair for pair in pairs if pair.base and pair.quote and _in_names(pair.base, asset)]
        if whole:
            yield Claim("the name of the file", stem, whole[0], by_name=True)
        elif coins and not own:
            yield Claim("the name of the file", stem, Market(coin_of(coins[0])), by_name=True)
        elif said := [word for word in words if word in known.currencies - known.dollars - known.words]:
            yield Claim("the name of the file", stem, Market("", said[0]), by_name=True)


def _both_coins(first: str, second: str, asset: str) -> bool:
    """Whether two words beside each other are two coins, as in the name of a file that holds both."""
    return _is_coin(first, asset) and _is_coin(second, asset)


def _in_names(coin: str, asset: str) -> bool:
    known = known_coin(coin)
    return coin == coin_of(asset) or (known is not None and known.named)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a desk takes a source's rows for.

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

    def contradicted_by(self, claim: Claim) -> str:
        """Why a file that says so is not what the desk takes it for; empty where it may be."""
        if self.table not in OF_ONE_COIN or (claim.by_name and self.measures):
            return ""
        base, quote = claim.market.base, claim.market.quote
        asset = self.measures.base or coin_of(self.asset)
        if base and asset and base != asset:
            return f"that is {base}, and the desk is of {asset}"
        if not quote or self.table not in IN_CURRENCY:
            return ""
        if self.measures.quote and quote != self.measures.quote:
            return f"that is in {quote}, and measures says {self.measures.quote}"
        if quote != self.quote and not (self.quote == "USD" and is_dollar(quote)):
            return f"that is in {quote}, and the desk's prices are in {self.quote}"
        return ""


def expected_of(asset: str, quote: str, table: str, measures: str = "") -> Expected:
    """What a desk takes a source's rows for; see `Expected`."""
    return Expected(asset, quote, table, market_of(measures, asset, sure=True))


def contradictions(expected: Expected, claims: Sequence[Claim]) -> Iterator[tuple[Claim, str, str]]:
    """The claims that contradict a desk, one for each place that makes them: with why, and what can be done.

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
        why = expected.contradicted_by(claim)
        if not why or claim.where in told:
            continue
        told.add(claim.where)
        own = [other.said for other in claims if other.column == claim.column and not expected.contradicted_by(other)]
        if claim.by_name:
            hint = (
                f'rename it, or say measures = "{coin_of(expected.asset)}/{expected.quote}" if it is that all the same'
            )
        elif claim.column and own:
            hint = f'choose the desk\'s rows: where = {{ "{claim.column}" = "{own[0]}" }}'
        else:
            hint = f"use a file of {coin_of(expected.asset)} in {expected.quote}"
        yield claim, why, hint


def claims_of(
    raw: RawTable, expected: Expected, price_columns: Sequence[str], layout: Layout | None = None, answer: Any = None
) -> tuple[Claim, ...]:
    """Everything that a file says of itself.

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
        *answer_claims(answer, asset),
        *column_claims(raw, table, asset, layout),
        *header_claims([*price_columns, *volumes], table),
        *name_claims(raw.file, asset),
    )


def own_options(raw: RawTable, expected: Expected, claims: tuple[Claim, ...]) -> tuple[RawTable, tuple[Claim, ...]]:
    """The rows of a list of options that are of the desk's coin, and what remains said of them.

    An export holds the options of all coins of an exchange. Where some are the desk's, the others are left out, with a
    notice; where none is, they stay, so that they are refused.
    """
    for column in dict.fromkeys(claim.column for claim in claims if claim.column):
        other = {item.said for item in claims if item.column == column and expected.contradicted_by(item)}
        own = [item for item in claims if item.column == column and item.said not in other]
        if not other or not own:
            continue
        keep = [cell not in other for cell in raw.columns[column]]
        left = len(raw) - sum(keep)
        what = f'{left} rows of other coins, such as {column} = "{min(other)}"'
        noted = notice("data.dropped-rows", Place(raw.file), what, "left out")
        raw = replace(raw.only(keep), notices=(*raw.notices, noted))
        claims = tuple(item for item in claims if item.column != column or item.said not in other)
    return raw, claims
