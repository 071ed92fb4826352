"""What is true of one class of assets alone."""

from __future__ import annotations

#: Tables that only coins have here: futures counted in coins, liquidations by exchanges, funding rates, flows of spot
#: funds, what stands on a chain, and options and a volatility index quoted for coins.
COIN_TABLES = frozenset(
    {
        "open_interest",
        "funding",
        "liquidations",
        "options",
        "volatility_index",
        "fund_flows",
        "miners",
        "cost_basis",
        "realised_price",
        "sentiment",
    }
)
