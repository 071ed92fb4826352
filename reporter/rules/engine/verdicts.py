"""Replayed rules → the verdicts of a day, the rarest and freshest first."""

from __future__ import annotations

import math
from collections.abc import Iterable

from reporter.model.finding import Finding, Outcome, State
from reporter.model.verdict import RankedVerdict
from reporter.rules.book.rule_book import VerdictParts
from reporter.rules.engine.evaluate import Replay

#: Rarity is counted over so many days before the day.
_YEAR = 365
#: Where a verdict held on one of the days of the week before, it counts for so much of its bits, on two of them for the
#: square of it, and so on down to the least; it is told anew when it is news, not while it stands or keeps coming back.
_STALENESS = 0.7
_WEEK = 7
_LEAST_FRESHNESS = 0.25


def rank_verdicts(replay: Replay, outcomes: Iterable[Outcome], index: int) -> tuple[RankedVerdict, ...]:
    """Rank the verdicts that fired on a day by bits of rarity times freshness.

    The bits of a condition that held on h of k known days of the year before are log2((k + 2) / (h + 1)), by the rule
    of succession, times what the verdict counts. One that held on d of the seven days before counts 0.7^d of it, and
    at least a quarter.

    Args:
        replay: the rules on all days.
        outcomes: what became of each rule on the day.
        index: position of the day.
    """
    fired = (one.finding for one in outcomes if one.state is State.FIRED and one.finding is not None)
    verdicts = ((finding, replay.get_rule(finding.id).verdict) for finding in fired)
    found = [_rank_verdict(replay, finding, verdict, index) for finding, verdict in verdicts if verdict is not None]
    return tuple(sorted(found, key=lambda one: (-one.score, one.finding.id)))


def _rank_verdict(replay: Replay, finding: Finding, verdict: VerdictParts, index: int) -> RankedVerdict:
    before = replay.list_met(finding.id, max(0, index - _YEAR), index)
    known, held = len(before) - before.count(None), before.count(True)
    freshness = max(_LEAST_FRESHNESS, _STALENESS ** before[-_WEEK:].count(True))
    doubted = any(map(finding.holds, verdict.doubts))
    bits = math.log2((known + 2) / (held + 1))
    return RankedVerdict(
        finding, verdict.between, verdict.instead, doubted, held, known, bits * freshness * verdict.counts
    )
