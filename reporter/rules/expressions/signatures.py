"""The named functions of the expression language: what each takes, gives, and makes of a gap.

This table is what the checker obeys and what documentation is made from; `functions` has their bodies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

from reporter.model.metric import Unit

#: Longest look back, in days; it bounds what an expression can cost.
MAX_DAYS = 1_500

#: Topics that a desk's events can have.
EVENT_TOPICS = ("policy", "trigger", "forced_selling", "corroboration", "quote", "calendar")
_CLASSES = ("equity", "metal", "dollar", "rates", "volatility", "energy", "crypto", "currency", "bonds")
#: Classes of instruments; "*" asks for all, "not volatility" for all but one.
INSTRUMENT_KINDS = ("*", *_CLASSES, *(f"not {name}" for name in _CLASSES))


class ParameterKind(Enum):
    """The kind of argument that a function takes."""

    VALUE = auto()  # a number or a condition
    NUMBER = auto()
    CONDITION = auto()
    DAYS = auto()  # a whole number of days, literal or computed
    SPAN = auto()  # a literal number of days
    RULE = auto()  # "rule.id"
    TOPIC = auto()  # "policy"
    PATTERN = auto()  # "macro.*.return_1d"
    KIND = auto()  # "equity"
    HOUR = auto()  # a literal hour of a day, 0 to 24


@dataclass(frozen=True, slots=True)
class FunctionSignature:
    """A function's signature, and what a missing value does to its result.

    Attributes:
        usage: how it is written.
        params: what it takes, in order.
        result: unit of what it gives; "first" is the first argument's, "joined" what all arguments share.
        gap: what a missing value does: hold (is passed over), break (ends what was counted) or unknown.
        optional: how many arguments at the end may be left out.
        variadic: the last parameter may be repeated.
        least: fewest days that make sense.
        whole: it can only be a whole fact, not a part of an expression.
    """

    usage: str
    params: tuple[ParameterKind, ...]
    result: Unit | Literal["first", "joined"]
    gap: str
    optional: int = 0
    variadic: bool = False
    least: int = 0
    whole: bool = False


_UNKNOWN = "unknown: a missing value makes the result missing"
_HOLD_MEMBERS = "hold: members without a value are left out; missing where none has one"
_WINDOW = "hold: missing days are passed over; missing where more than half of the window is, or today"
_LIST = (ParameterKind.PATTERN, ParameterKind.KIND, ParameterKind.DAYS)

_FOLLOWED = (ParameterKind.CONDITION, ParameterKind.CONDITION, ParameterKind.SPAN)
_COUNTED_CASES = (
    "hold: days whose outcome isn't known, or not yet, are passed over; missing where fewer than three are left"
)

FUNCTIONS: Mapping[str, FunctionSignature] = {
    "prev": FunctionSignature(
        "prev(x)", (ParameterKind.VALUE,), "first", _UNKNOWN + ", and so does the first day of data"
    ),
    "ago": FunctionSignature(
        "ago(x, n)",
        (ParameterKind.VALUE, ParameterKind.DAYS),
        "first",
        _UNKNOWN + ", and so does a day before the first of data",
    ),
    "change": FunctionSignature(
        "change(x, n)",
        (ParameterKind.NUMBER, ParameterKind.DAYS),
        "first",
        "unknown: missing where either end is, or where the two ends come from different sources",
        least=1,
    ),
    "pct_change": FunctionSignature(
        "pct_change(x, n)",
        (ParameterKind.NUMBER, ParameterKind.DAYS),
        Unit.FRACTION,
        "unknown: as change; missing too where the value n days ago isn't above zero",
        least=1,
    ),
    "streak": FunctionSignature(
        "streak(condition)",
        (ParameterKind.CONDITION,),
        Unit.COUNT,
        "break: an unknown day before today ends the streak; unknown today makes the result missing",
    ),
    "days_since": FunctionSignature(
        "days_since(condition)",
        (ParameterKind.CONDITION,),
        Unit.DAYS,
        "hold: unknown days before today are passed over; unknown today, or never true, is missing",
    ),
    "first_since": FunctionSignature(
        "first_since(condition)",
        (ParameterKind.CONDITION,),
        Unit.DAYS,
        "hold: unknown days are passed over; never true before today is missing",
    ),
    "since_lower": FunctionSignature(
        "since_lower(x)",
        (ParameterKind.NUMBER,),
        Unit.INSTANT,
        "hold: missing days, and days of another source than today's, are passed over; "
        "missing where today is, and where no day before was lower: then today is the lowest since known_since(x)",
    ),
    "since_higher": FunctionSignature(
        "since_higher(x)",
        (ParameterKind.NUMBER,),
        Unit.INSTANT,
        "hold: as since_lower, for the last day that was higher",
    ),
    "known_since": FunctionSignature(
        "known_since(x)",
        (ParameterKind.NUMBER,),
        Unit.INSTANT,
        "hold: date of the first known value of today's source; missing where today is",
    ),
    "crossed": FunctionSignature(
        "crossed(x, level)",
        (ParameterKind.NUMBER, ParameterKind.NUMBER),
        Unit.BOOL,
        "unknown: missing where x or the level is, today or yesterday",
    ),
    "percentile": FunctionSignature(
        "percentile(x, n)",
        (ParameterKind.NUMBER, ParameterKind.DAYS),
        Unit.FRACTION,
        "hold: the last n known values are used; missing where today is, or where fewer than half of n are known",
        least=2,
    ),
    "share_in_window": FunctionSignature(
        "share_in_window(metric, 20, 24)",
        (ParameterKind.NUMBER, ParameterKind.HOUR, ParameterKind.HOUR),
        Unit.FRACTION,
        "unknown: missing unless bars shorter than a day cover the day, and none lies across an end of the window",
    ),
    "at": FunctionSignature(
        "at(metric, 20)",
        (ParameterKind.NUMBER, ParameterKind.HOUR),
        "first",
        "unknown: missing where no bar ends at that hour",
    ),
    "base_rate": FunctionSignature("base_rate(event, outcome, 7d)", _FOLLOWED, Unit.FRACTION, _COUNTED_CASES, least=1),
    "base_hits": FunctionSignature("base_hits(event, outcome, 7d)", _FOLLOWED, Unit.COUNT, _COUNTED_CASES, least=1),
    "base_cases": FunctionSignature("base_cases(event, outcome, 7d)", _FOLLOWED, Unit.COUNT, _COUNTED_CASES, least=1),
    "usual_rate": FunctionSignature(
        "usual_rate(outcome, 7d)", (ParameterKind.CONDITION, ParameterKind.SPAN), Unit.FRACTION, _COUNTED_CASES, least=1
    ),
    "days_in": FunctionSignature(
        "days_in(condition, 365d)",
        (ParameterKind.CONDITION, ParameterKind.SPAN),
        Unit.COUNT,
        "unknown: missing unless each of the last n days, today among them, is known",
        least=2,
    ),
    "max_over": FunctionSignature(
        "max_over(x, n)", (ParameterKind.NUMBER, ParameterKind.DAYS), "first", _WINDOW, least=2
    ),
    "min_over": FunctionSignature(
        "min_over(x, n)", (ParameterKind.NUMBER, ParameterKind.DAYS), "first", _WINDOW, least=2
    ),
    "mean_over": FunctionSignature(
        "mean_over(x, n)", (ParameterKind.NUMBER, ParameterKind.DAYS), "first", _WINDOW, least=2
    ),
    "abs": FunctionSignature("abs(x)", (ParameterKind.NUMBER,), "first", _UNKNOWN),
    "min": FunctionSignature(
        "min(a, b, …)", (ParameterKind.NUMBER, ParameterKind.NUMBER), "joined", _UNKNOWN, variadic=True
    ),
    "max": FunctionSignature(
        "max(a, b, …)", (ParameterKind.NUMBER, ParameterKind.NUMBER), "joined", _UNKNOWN, variadic=True
    ),
    "fired": FunctionSignature(
        'fired("rule.id")',
        (ParameterKind.RULE,),
        Unit.BOOL,
        "unknown: where the rule is; a rule that is suppressed fired",
    ),
    "count": FunctionSignature("count(condition, …)", (ParameterKind.CONDITION,), Unit.COUNT, _UNKNOWN, variadic=True),
    "has_event": FunctionSignature(
        'has_event("topic", 3d)', (ParameterKind.TOPIC, ParameterKind.SPAN), Unit.BOOL, "none: no event is no", least=1
    ),
    "event": FunctionSignature(
        'event("topic", 3d)',
        (ParameterKind.TOPIC, ParameterKind.SPAN),
        Unit.TEXT,
        "missing where there is none",
        least=1,
        whole=True,
    ),
    "collect": FunctionSignature(
        'collect("macro.*.return_1d", "equity")', _LIST, Unit.COUNT, _HOLD_MEMBERS, optional=1, whole=True
    ),
    "same_sign": FunctionSignature(
        'same_sign("macro.*.return_1d", "equity")', _LIST, Unit.FRACTION, _HOLD_MEMBERS, optional=1
    ),
    "up_count": FunctionSignature(
        'up_count("macro.*.return_1d", "equity")', _LIST, Unit.COUNT, _HOLD_MEMBERS, optional=1
    ),
    "down_count": FunctionSignature(
        'down_count("macro.*.return_1d", "equity")', _LIST, Unit.COUNT, _HOLD_MEMBERS, optional=1
    ),
    "on_day": FunctionSignature(
        'on_day("macro.*.return_1d", "equity")',
        _LIST,
        Unit.BOOL,
        _HOLD_MEMBERS + "; true where the period of each that is known ends on the day itself",
        optional=1,
    ),
    "known_count": FunctionSignature(
        'known_count("macro.*.return_1d", "equity")',
        _LIST,
        Unit.COUNT,
        "hold: members without a value aren't counted; none is 0",
        optional=1,
    ),
}
