"""A day's ranked facts of news → findings, so that phrases can say them and every figure and date in them is a claim.

Like gaps, these findings are made by the program: which kind of fact a day has, no rule can name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reporter.model.finding import Fact, Finding, Input, Relation, Stance
from reporter.model.metric import MetricSet, Unit
from reporter.model.news import NewsFact
from reporter.model.reasoning import Step
from reporter.model.timestamps import to_midnight
from reporter.model.verdict import BRANCHES

#: What every finding of news has, whatever its kind.
_ALWAYS = frozenset({"value", "move", "close", "fell", "tied", "record", "partial", "day"})
#: The two prices that decide an ending; see metrics/hinges.py.
_HINGES = frozenset(BRANCHES.values())
#: What it may lack, and a phrase asks for first.
_HISTORY = frozenset({"since", "rank"})
_COMMON = _ALWAYS | _HISTORY | _HINGES
#: A level's change, in coins too where they went another way than dollars; the side on which more was liquidated.
_CHANGE = frozenset({"change", "in_coins"})
_SIDES = frozenset({"longs", "shorts"})
NEWS_OPTIONAL = _HISTORY | _HINGES | _CHANGE | _SIDES | {"before"}
_OF_DAY = frozenset({"low", "high", "worst", "best"})
_OTHERS = frozenset(
    f"{kind}_{way}"
    for kind in ("metal", "energy", "dollar", "volatility", "coin", "equity")
    for way in ("rise", "fall", "high", "low")
)
_INTRADAY = frozenset(
    {
        *("record_high", "highest_price", "lowest_price", "touched_below", "touched_above"),
        *("reversal_from_low", "reversal_from_high", "widest_range", "narrowest_range"),
    }
)
_LEVELS = frozenset(
    {"level_lost", "level_won", "touched_below", "touched_above", "realised_price_lost", "realised_price_won"}
)
_RUNS = frozenset({"streak_up", "streak_down", "fund_streak_in", "fund_streak_out"})
_PERIODS = frozenset({"month_end", "quarter_end", "year_end"})
_RECOVERIES = frozenset({"reversal_from_low", "reversal_from_high", "move_undone"})
#: Kinds whose metric is not the day's own reading of a series that can be compared day by day.
_WITHOUT_RELATION = _RUNS | _PERIODS | {"move_undone", "decoupling", "plain"}
_IN_DOLLARS = frozenset({"open_interest_rise", "open_interest_fall"})
_LEVELS_IN_DOLLARS = frozenset({"open_interest_high", "open_interest_low"})
_PLAIN_KINDS = frozenset(
    {
        *("record_close", "highest_close", "lowest_close", "largest_rise", "largest_fall"),
        *("week_rise", "week_fall", "thirty_day_rise", "thirty_day_fall"),
        *("liquidations_high", "liquidations_low", "long_liquidations_high", "short_liquidations_high"),
        *("open_interest_high", "open_interest_low", "open_interest_rise", "open_interest_fall"),
        *("open_interest_coins_rise", "open_interest_coins_fall", "funding_high", "funding_low"),
        *("implied_volatility_high", "implied_volatility_low", "implied_volatility_rise", "implied_volatility_fall"),
        *("realised_volatility_high", "realised_volatility_low", "fund_inflow", "fund_outflow"),
        *("sentiment_high", "sentiment_low"),
    }
)


def _list_facts(kind: str) -> frozenset[str]:
    """The names of the facts that a finding of a kind has."""
    names = set(_COMMON)
    if kind not in _WITHOUT_RELATION:
        names.add("reach")
    if kind in _INTRADAY:
        names |= _OF_DAY
    if kind in _LEVELS:
        names.add("level")
    if kind in _RUNS:
        names |= {"days", "total"}
    if kind in _RECOVERIES:
        names |= {"share", "whole"}
    if kind == "move_undone":
        names |= {"earlier", "earlier_day"}
    if kind in _OTHERS or kind == "decoupling":
        names.add("name")
    if kind in _IN_DOLLARS:
        names |= {"coins", "apart"}
    if kind in _LEVELS_IN_DOLLARS:
        names |= _CHANGE
    if kind == "liquidations_high":
        names |= _SIDES
    if kind.startswith("implied_volatility"):
        names |= {"before", "now"}
    if kind.startswith("sentiment"):
        names.add("early")
    return frozenset(names)


def _list_relation_names(kind: str) -> Iterator[str]:
    """The names of the relations that a finding of a kind has: what the relating words of its phrases rest on."""
    if kind in _RUNS:
        yield "run"
    if kind not in _WITHOUT_RELATION:
        yield "since"
        yield "record"
        yield "first" if kind in _LEVELS else "most"
    if kind in _RECOVERIES:
        yield "recover"
    if kind == "decoupling":
        yield "contrast"


#: Findings of news, by the id that their phrases stand under → the facts they have.
NEWS_FINDINGS: Mapping[str, frozenset[str]] = {
    f"news.{kind}": _list_facts(kind)
    for kind in sorted(_PLAIN_KINDS | _INTRADAY | _LEVELS | _RUNS | _PERIODS | _OTHERS | {"move_undone", "decoupling"})
}
#: What the relating words of their phrases rest on.
NEWS_RELATIONS: Mapping[str, frozenset[str]] = {
    name: frozenset(_list_relation_names(name.removeprefix("news."))) for name in NEWS_FINDINGS
}
#: Those of them that are true of every finding of the kind.
NEWS_ALWAYS: Mapping[str, frozenset[str]] = {
    name: names if name == "news.record_close" else names - {"record", "contrast"}
    for name, names in NEWS_RELATIONS.items()
}
#: What happens for the first time in data of as few months is told by them ("in at least six months"), else by years.
_FEW_MONTHS = range(2, 24)
#: Since-dates nearer than this are told by their day, others by their month, with its year where it is another one.
_NEAR_DAYS = 60
_CLOSE, _MOVE, _FLOW_DATE = "price.close", "price.return_1d", "etf.flow_date"
_COINS, _DOLLARS = "derivatives.open_interest_coins_change_1d", "derivatives.open_interest_change_1d"
_VOLATILITY, _VOLATILITY_BEFORE = "derivatives.dvol", "derivatives.dvol_prev"
_LONGS, _SHORTS = "derivatives.liquidations_long", "derivatives.liquidations_short"
#: A change in coins below this is none.
_FEW = 0.01


@dataclass(frozen=True, slots=True)
class NewsItem:
    """A fact of a day's news, and the finding that tells it."""

    fact: NewsFact
    finding: Finding


def has_relation(fact: NewsFact) -> bool:
    """Return whether a fact says what a reading is among those before it."""
    return fact.kind not in _WITHOUT_RELATION


def is_ranked(fact: NewsFact) -> bool:
    """Return whether a fact's place among all readings may be told: the second or third of many."""
    return has_relation(fact) and 2 <= (fact.rank or 0) <= _MOST_RANK and (fact.of or 0) >= _RANKED_OF


def find_bound(fact: NewsFact) -> tuple[float, bool]:
    """What an earlier reading has to reach to be as extreme, and whether one that equals it doesn't."""
    if fact.kind in _LEVELS:
        return 0.0 if fact.kind.startswith("realised") else fact.level or 0.0, True
    return fact.value, False


def make_news_finding(
    fact: NewsFact, metrics: MetricSet, relation: Relation | None, ahead: Sequence[date] = ()
) -> Finding | None:
    """Make the finding that tells a fact; None where a figure that its sentences need is missing.

    Args:
        fact: of the metrics' last day.
        metrics: up to the day.
        relation: what its reading is among those before it, for a fact that has one.
        ahead: days of the earlier readings that are more extreme, for a fact that is ranked; its rank is told if
            they are as many as it says.
    """
    wanted = NEWS_FINDINGS.get(f"news.{fact.kind}")
    if wanted is None:
        return None
    made = {
        one.name: one for one in (*_make_facts(fact, metrics), *_make_rank(fact, metrics, ahead)) if one.name in wanted
    }
    if any(name not in made or made[name].value is None for name in wanted - NEWS_OPTIONAL):
        return None
    facts = tuple(made.get(name) or Fact(name, None, Unit.COUNT, name) for name in sorted(wanted))
    asserted = tuple(_make_relations(fact, metrics, relation))
    if any(one.name == "recover" and one.value != 1.0 for one in asserted):
        return None
    stance = _find_stance(fact)
    return Finding(
        f"news.{fact.name}",
        "",
        "",
        "news",
        stance,
        60,
        facts,
        phrase=f"news.{fact.kind}",
        relation=relation,
        relations=asserted,
    )


def _make_relations(fact: NewsFact, metrics: MetricSet, relation: Relation | None) -> Iterator[Fact]:
    """Make what the relating words of its phrases assert, each with the readings that it rests on.

    That a reading is a record is not true of each: an earlier one may be as extreme. Nor is that two markets moved in
    opposite directions: one of them may have hardly moved.
    """
    names = tuple(_list_relation_names(fact.kind))
    read, parts = _bear_out(fact, metrics, relation) if "since" in names else ((), ())
    for name in names:
        if name == "run":
            yield _make_run_relation(fact, metrics)
        elif name == "recover":
            yield _make_recovery(fact, metrics)
        elif name == "contrast":
            yield _make_parting(fact, metrics)
        else:
            told = parts if name != "record" or (relation is not None and relation.since is None) else ()
            yield _make_bound_fact(name, f"{fact.metric} among the readings before it", read, told)


def _bear_out(
    fact: NewsFact, metrics: MetricSet, relation: Relation | None
) -> tuple[tuple[Input, ...], tuple[Step, ...]]:
    """Read what bears out that a reading is the most extreme since another, and list what that says."""
    days = (fact.day,) if fact.since is None else (fact.day, fact.since)
    read = tuple(_read(metrics, fact.metric, metrics.find_position(day)) for day in days)
    return read, () if relation is None else tuple(_list_relation_steps(relation))


def _make_run_relation(fact: NewsFact, metrics: MetricSet) -> Fact:
    """Make the relation of days in a row: each has the sign of the run."""
    run = tuple(_read(metrics, fact.metric, day) for day in reversed(_list_run(fact, metrics)))
    sign = ">" if (fact.streak or 0) > 0 else "<"
    parts = tuple(
        Step(f"{one.metric} {sign} 0 on {one.date}", "truth", (one.value or 0.0) * (fact.streak or 0) > 0)
        for one in run
    )
    return _make_bound_fact("run", f"{fact.metric} {sign} 0 on {len(run)} days of it", run, parts)


def _list_relation_steps(relation: Relation) -> Iterator[Step]:
    """List what a relation says: the reading reaches the bound, and none between did; `trace_superlative` looked."""
    sign = (">" if relation.direction > 0 else "<") + ("" if relation.strict else "=")
    yield Step(f"{relation.metric} {sign} {relation.bound:.10g} on {relation.date}", "truth", True)
    after = f"after {relation.since}" if relation.since is not None else f"from {relation.first} on"
    yield Step(f"no {relation.metric} {sign} {relation.bound:.10g} {after}", "truth", True)


def _make_bound_fact(name: str, text: str, inputs: tuple[Input, ...], parts: tuple[Step, ...]) -> Fact:
    """Make a relation, which is true where all its parts are; the first reading is the day's own."""
    holds = bool(parts) and all(part.value for part in parts)
    whole = Step(text, "all", holds, (), parts)
    return Fact(name, float(holds), Unit.BOOL, text, inputs, inputs[0].as_of if inputs else None, made=whole)


def _make_recovery(fact: NewsFact, metrics: MetricSet) -> Fact:
    """Make the relation of what was won or given back: first one way, then the other."""
    make = _compare_moves if fact.kind == "move_undone" else _compare_prices
    parts, read = make(fact, metrics)
    return _make_bound_fact("recover", " and ".join(part.text for part in parts), read, parts)


def _make_parting(fact: NewsFact, metrics: MetricSet) -> Fact:
    """Make the relation of the price and another market: their moves have opposite signs."""
    read = tuple(_read(metrics, metric, metrics.today_index) for metric in (_MOVE, fact.metric))
    ways = (">", "<") if (read[0].value or 0.0) > 0 else ("<", ">")
    zero = Step("0%", "number", 0.0)
    parts = tuple(
        _compare(Step(one.metric, "metric", one.value), way, zero) for one, way in zip(read, ways, strict=True)
    )
    return _make_bound_fact("contrast", " and ".join(part.text for part in parts), read, parts)


def _compare_moves(fact: NewsFact, metrics: MetricSet) -> tuple[tuple[Step, ...], tuple[Input, ...]]:
    """The day's move and the earlier one that it took back: their signs are opposite."""
    back = int(fact.figures["days"])
    move, earlier = (_read(metrics, _MOVE, metrics.today_index - days) for days in (0, back))
    way, other = ("<", ">") if fact.direction < 0 else (">", "<")
    now, zero = Step(_MOVE, "metric", move.value), Step("0%", "number", 0.0)
    days = Step(str(back), "number", float(back))
    then = Step(f"ago({_MOVE}, {back})", "call", earlier.value, ("ago",), (now, days))
    return (_compare(now, way, zero), _compare(then, other, zero)), (move, earlier)


def _compare_prices(fact: NewsFact, metrics: MetricSet) -> tuple[tuple[Step, ...], tuple[Input, ...]]:
    """The day's low (or high), which lies beyond the close before, and the close, which lies back from it."""
    extreme, way, other = ("price.low", "<", ">") if fact.kind == "reversal_from_low" else ("price.high", ">", "<")
    read = tuple(_read(metrics, metric, metrics.today_index) for metric in (extreme, "price.prev_close", _CLOSE))
    turn, before, close = (Step(one.metric, "metric", one.value) for one in read)
    return (_compare(turn, way, before), _compare(close, other, turn)), read


def _compare(left: Step, sign: str, right: Step) -> Step:
    holds = None
    if left.value is not None and right.value is not None:
        holds = left.value < right.value if sign == "<" else left.value > right.value
    return Step(f"{left.text} {sign} {right.text}", "compare", holds, (sign,), (left, right))


def _find_stance(fact: NewsFact) -> Stance:
    if fact.topic != "price":
        return "neutral"
    return "bull" if fact.direction > 0 else "bear"


def _make_facts(fact: NewsFact, metrics: MetricSet) -> Iterator[Fact]:
    today = metrics.today_index
    own = _read(metrics, fact.metric, today)
    yield Fact("value", fact.value, own.unit, fact.metric, (own,), own.as_of)
    close, move = _read(metrics, _CLOSE, today), _read(metrics, _MOVE, today)
    yield _make_reading_fact("close", close)
    yield _make_reading_fact("move", move)
    day = _read(metrics, "brief.date", today) if "brief.date" in metrics.series else close
    yield Fact("day", to_midnight(fact.day), Unit.INSTANT, "brief.date", (day,), day.as_of)
    for side in BRANCHES.values():
        yield _make_reading_fact(side, _read(metrics, f"hinge.{side}", today))
    yield _make_flag("fell", (move.value or 0.0) < 0, move)
    yield from _make_history_facts(fact, metrics, own)
    yield from _make_day_facts(fact, metrics)
    if fact.level is not None:
        yield Fact("level", fact.level, Unit.PRICE, f"level of {fact.metric}", (own,), own.as_of)
    # An index that is read before the day begins knows nothing of the day.
    yield _make_flag("early", own.as_of is not None and own.as_of <= to_midnight(fact.day), own)
    if fact.kind in _IN_DOLLARS:
        coins = _read(metrics, _COINS, today)
        yield _make_reading_fact("coins", coins)
        # Dollars fall with the price by themselves: where coins went the other way, or nowhere, the sentence says so.
        yield _make_flag("apart", coins.value is not None and coins.value * fact.direction < _FEW, coins)
    if fact.kind in _LEVELS_IN_DOLLARS:
        yield from _make_change_facts(fact, metrics)
    if fact.kind == "liquidations_high":
        longs, shorts = _read(metrics, _LONGS, today), _read(metrics, _SHORTS, today)
        if longs.value is not None and shorts.value is not None and longs.value != shorts.value:
            more = longs.value > shorts.value
            yield _make_reading_fact("longs" if more else "shorts", longs if more else shorts)
    if fact.kind.startswith("implied_volatility"):
        yield _make_reading_fact("before", _read(metrics, _VOLATILITY_BEFORE, today))
        yield _make_reading_fact("now", _read(metrics, _VOLATILITY, today))
    if fact.subject:
        yield Fact("name", f"instrument.{fact.subject}", Unit.TEXT, fact.metric, (own,), own.as_of)


def _make_change_facts(fact: NewsFact, metrics: MetricSet) -> Iterator[Fact]:
    """Facts of a level's change in dollars, and in coins where they went another way or nowhere; none without coins."""
    change, coins = (_read(metrics, name, metrics.today_index) for name in (_DOLLARS, _COINS))
    if coins.value is None or (change.value or 0.0) * fact.direction <= 0:
        return
    yield _make_reading_fact("change", change)
    if coins.value * fact.direction < _FEW:
        yield _make_reading_fact("in_coins", coins)


def _make_history_facts(fact: NewsFact, metrics: MetricSet, own: Input) -> Iterator[Fact]:
    """Facts of since when, of a tie and of a record."""
    compared = has_relation(fact)
    if compared and fact.since is not None:
        then = _read(metrics, fact.metric, metrics.find_position(fact.since))
        when = _find_own_day(fact, fact.since, metrics)
        yield Fact("since", when, Unit.INSTANT, f"last {fact.metric} as extreme", (then,), then.as_of)
    if compared:
        yield from _make_reach(fact, metrics)
    yield _make_flag("tied", compared and fact.tied, own)
    yield _make_flag("record", compared and _is_record(fact), own)
    yield _make_flag("partial", fact.partial, own)


def _make_rank(fact: NewsFact, metrics: MetricSet, ahead: Sequence[date]) -> Iterator[Fact]:
    """Make the fact of its place among all readings, which rests on each of those before it in that order."""
    if is_ranked(fact) and fact.rank == len(ahead) + 1:
        days = (metrics.today_index, *(metrics.find_position(day) for day in ahead))
        read = tuple(_read(metrics, fact.metric, day) for day in days)
        yield Fact("rank", float(fact.rank), Unit.COUNT, f"rank of {fact.metric}", read, read[0].as_of)


def _make_reach(fact: NewsFact, metrics: MetricSet) -> Iterator[Fact]:
    """Make the fact that says since when its reading is the most extreme: one date, named by what it is."""
    day = fact.since or fact.first
    if day is None:
        return
    if fact.since is not None:
        near = fact.gap_days is not None and fact.gap_days < _NEAR_DAYS
        name = "since_day" if near else "since_month" if fact.since.year == fact.day.year else "since_year"
        made = f"last {fact.metric} as extreme"
    else:
        name, made = "record" if _is_record(fact) else "data", f"first {fact.metric}"
    then = _read(metrics, fact.metric, metrics.find_position(day))
    when = _find_own_day(fact, day, metrics)
    members = [Fact(f"reach.{name}", when, Unit.INSTANT, made, (then,), then.as_of)]
    months = _count_whole_months(day, fact.day)
    if name == "data" and months >= _FEW_MONTHS.start:
        span, count = ("months", months) if months in _FEW_MONTHS else ("years", months // 12)
        made = f"whole {span} of {fact.metric}"
        members.append(Fact(f"reach.{span}", float(count), Unit.COUNT, made, (then,), then.as_of))
    told = f"since when {fact.metric}"
    yield Fact("reach", float(len(members)), Unit.COUNT, told, (then,), then.as_of, members=tuple(members))


def _count_whole_months(first: date, last: date) -> int:
    """Count the months that lie whole between two dates."""
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def _find_own_day(fact: NewsFact, day: date, metrics: MetricSet) -> float:
    """Find the day that a reading is of, seconds since 1970 UTC: a session's flow is known on the day after it."""
    if fact.topic == "flows" and _FLOW_DATE in metrics.series:
        return metrics.series[_FLOW_DATE].values[metrics.find_position(day)] or to_midnight(day)
    return to_midnight(day)


def _is_record(fact: NewsFact) -> bool:
    """Return whether a reader would call it a record: what leads a few years of an old market leads the data only."""
    if not fact.on_record or fact.first is None or fact.topic not in _RECORD_TOPICS:
        return False
    return fact.topic != "price" or (fact.day - fact.first).days >= _RECORD_DAYS


#: Series that the data hold from their beginning, the price if it goes back so many days.
_RECORD_TOPICS = frozenset({"price", "flows"})
_RECORD_DAYS = 4 * 365
#: Ranks that are told, and of how many.
_MOST_RANK = 3
_RANKED_OF = 250


def _make_day_facts(fact: NewsFact, metrics: MetricSet) -> Iterator[Fact]:
    """Facts of the day's course, of a run, and of the move that the day undid, for the kinds that tell them."""
    if fact.kind in _INTRADAY:
        yield from _make_course_facts(fact, metrics)
    close = _read(metrics, _CLOSE, metrics.today_index)
    if fact.kind in _RUNS and fact.streak is not None:
        run = tuple(_read(metrics, fact.metric, day) for day in _list_run(fact, metrics))
        yield Fact("days", float(abs(fact.streak)), Unit.COUNT, f"run of {fact.metric}", run, close.as_of)
        unit = Unit.USD if fact.topic == "flows" else Unit.FRACTION
        yield Fact("total", fact.figures["total"], unit, f"{fact.metric} over the run", run, close.as_of)
    if "days" in fact.figures:
        earlier = metrics.today_index - int(fact.figures["days"])
        then = _read(metrics, _MOVE, earlier)
        yield _make_reading_fact("earlier", then)
        day = to_midnight(metrics.dates[earlier])
        yield Fact("earlier_day", day, Unit.INSTANT, f"day of {_MOVE}", (then,), then.as_of)
        yield Fact("share", fact.figures["share"], Unit.FRACTION, "share of that move undone", (close,), close.as_of)
        yield _make_flag("whole", fact.figures["share"] >= 1, close)


def _make_course_facts(fact: NewsFact, metrics: MetricSet) -> Iterator[Fact]:
    """Facts of the day's low and high, and of how far it came back from one of them."""
    today = metrics.today_index
    low, high = _read(metrics, "price.low", today), _read(metrics, "price.high", today)
    before, close = _read(metrics, "price.prev_close", today), _read(metrics, _CLOSE, today)
    yield _make_reading_fact("low", low)
    yield _make_reading_fact("high", high)
    start = before.value
    for name, extreme in (("worst", low), ("best", high)):
        if extreme.value is not None and start:
            made = f"{extreme.metric} / price.prev_close - 1"
            yield Fact(name, extreme.value / start - 1, Unit.FRACTION, made, (extreme, before), extreme.as_of)
    turn = low if fact.kind == "reversal_from_low" else high
    if fact.kind.startswith("reversal") and start and turn.value not in (None, start) and close.value is not None:
        share = (close.value - (turn.value or 0.0)) / (start - (turn.value or 0.0))
        made = "share of the way back to price.prev_close"
        yield Fact("share", share, Unit.FRACTION, made, (close, turn, before), close.as_of)
        yield _make_flag("whole", share >= 1, close)


def _list_run(fact: NewsFact, metrics: MetricSet) -> list[int]:
    """Positions of the last readings of their own, as many as a run is long, oldest first."""
    series, found = metrics.series[fact.metric], list[int]()
    session = metrics.series.get("etf.flow_session") if fact.topic == "flows" else None
    for day in range(metrics.today_index, -1, -1):
        new = day == 0 or series.as_of[day] != series.as_of[day - 1]
        if series.values[day] is not None and new and (session is None or session.values[day] == 1):
            found.append(day)
        if len(found) == abs(fact.streak or 0):
            break
    return found[::-1]


def _read(metrics: MetricSet, metric: str, at: int) -> Input:
    series = metrics.series.get(metric)
    day = metrics.dates[at].isoformat()
    if series is None:
        return Input(metric, day, None, Unit.COUNT, None, None)
    return Input(metric, day, series.values[at], series.spec.unit, series.as_of[at], series.source[at])


def _make_reading_fact(name: str, read: Input) -> Fact:
    return Fact(name, read.value, read.unit, read.metric, (read,), read.as_of)


def _make_flag(name: str, holds: bool, read: Input) -> Fact:
    return Fact(name, float(holds), Unit.BOOL, f"{name}: {read.metric}", (read,), read.as_of)
