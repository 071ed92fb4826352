"""Every constant of the measure of news, in one table: how much readers ask for each kind of fact, and the rest.

They come from a study of 48 real days whose headlines were agreed on, and were held against 72 days that it had not
seen. Which of them are large matters, their exact values do not: with each multiplied by 2^±0.4 the first fact was an
accepted headline on 39 to 47 of the 48 days. So none is to be changed for the sake of a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: Kind of fact → how much readers ask for it. A desk may set its own (`[news.weights]` of desk.toml).
WEIGHTS: Final[Mapping[str, float]] = {
    "highest_close": 1.25,
    "lowest_close": 1.35,
    "highest_price": 1.12,
    "lowest_price": 1.15,
    "record_close": 1.0,
    "record_high": 1.0,
    "largest_rise": 1.0,
    "largest_fall": 1.06,
    "week_rise": 0.62,
    "week_fall": 0.66,
    "thirty_day_rise": 0.45,
    "thirty_day_fall": 0.45,
    "widest_range": 0.68,
    "narrowest_range": 0.62,
    "reversal_from_low": 0.92,
    "reversal_from_high": 0.92,
    "level_lost": 1.22,
    "level_won": 1.15,
    "touched_below": 1.0,
    "touched_above": 1.0,
    "realised_price_lost": 1.0,
    "realised_price_won": 1.0,
    "streak_up": 0.95,
    "streak_down": 0.95,
    "move_undone": 1.0,
    "month_end": 1.0,
    "quarter_end": 1.0,
    "year_end": 1.0,
    "liquidations_high": 0.78,
    "liquidations_low": 0.30,
    "long_liquidations_high": 0.74,
    "short_liquidations_high": 0.72,
    "open_interest_high": 0.60,
    "open_interest_low": 0.50,
    "open_interest_rise": 0.45,
    "open_interest_fall": 0.66,
    "open_interest_coins_rise": 0.40,
    "open_interest_coins_fall": 0.50,
    "funding_high": 0.45,
    "funding_low": 0.50,
    "implied_volatility_high": 0.70,
    "implied_volatility_low": 0.92,
    "implied_volatility_rise": 0.55,
    "implied_volatility_fall": 0.42,
    "realised_volatility_high": 0.50,
    "realised_volatility_low": 0.80,
    "sentiment_high": 0.36,
    "sentiment_low": 0.42,
    "fund_inflow": 0.72,
    "fund_outflow": 0.80,
    "fund_streak_in": 0.62,
    "fund_streak_out": 0.62,
    "equity_rise": 0.62,
    "equity_fall": 0.78,
    "metal_rise": 0.50,
    "metal_fall": 0.48,
    "metal_high": 0.45,
    "energy_rise": 0.46,
    "energy_fall": 0.42,
    "dollar_rise": 0.35,
    "dollar_fall": 0.35,
    "dollar_high": 0.35,
    "dollar_low": 0.35,
    "volatility_rise": 0.35,
    "volatility_fall": 0.35,
    "volatility_high": 0.50,
    "volatility_low": 0.30,
    "coin_rise": 0.62,
    "coin_fall": 0.58,
    "decoupling": 0.80,
    "plain": 1.0,
}
#: Class of other markets → least day's return that is news by itself, and least observations of each.
MARKET_MOVES: Final[Mapping[str, tuple[float, int]]] = {
    "equity": (0.019, 60),
    "metal": (0.018, 60),
    "energy": (0.04, 60),
    "dollar": (0.008, 250),
    "volatility": (0.15, 250),
    "crypto": (0.06, 365),
}
#: Markets that stand for their class, the one that tells it first; of SPX and its fund only one is known on a day.
FOLLOWED: Final = ("spx", "spy", "nasdaq", "ndx", "qqq", "gold", "gld", "wti", "dxy", "uup", "vix", "eth")
#: Any other market: the worst day of a sector's fund is no news of bitcoin's, and many funds have many such days.
NARROW: Final = 0.5
#: A fact that another one of the same happening tells: the low where the close does, a second index.
TOLD_BY_ANOTHER: Final = 0.9

#: A fact needs so many less extreme observations before it: "the largest for four days" is no news.
LEAST_GAP: Final = 5
#: A record needs so many observations; what leads fewer only leads the data so far.
RECORD_LEAST: Final = 365
#: Days of prices before "never before above" a round level is told; fewer have hardly been anywhere.
LEVEL_LEAST: Final = 90
#: Levels: "since" counts in full from so many observations on.
FULL_SINCE: Final = 20
#: Days of a series' own recent past that a move must be large in, and how that counts.
CLOCK_DAYS: Final = 730
CLOCK_BASE: Final = 0.6
CLOCK_SLOPE: Final = 0.12
CLOCK_MOST: Final = 1.15
#: A day without news: what its plain move is worth, and what each further per cent adds beyond those.
PLAIN: Final = 4.0
PLAIN_FROM: Final = 0.025
PLAIN_SLOPE: Final = 20.0
#: Facts below this have told nobody anything the days before.
TOLD_FROM: Final = 4.0
#: How much of a score is lost where the fact was told yesterday, what is left of that a day before, how many days.
REPEATED: Final = 0.45
FADING: Final = 0.7
REPEATED_DAYS: Final = 5
#: A fact counts as told where the earlier one had at least this share of today's score.
REPEATED_SHARE: Final = 0.85
RECORD_CLOSE: Final = 9.5
RECORD_HIGH: Final = 9.2
RECORD_SLOPE: Final = 0.4
#: A high above the record that did not hold, and one that only matched it.
NOT_HELD: Final = 0.8
MATCHED: Final = 1.2
#: Base surprise of a period's end, and how much its rank adds.
PERIOD_ENDS: Final[Mapping[str, float]] = {"month_end": 4.2, "quarter_end": 5.2, "year_end": 9.0}
PERIOD_SLOPE: Final = 0.12
