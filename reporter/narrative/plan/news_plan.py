"""A day's news → what leads, what stands beside it, and what the standfirst and the body tell of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from reporter.model.finding import Finding
from reporter.model.news import NewsFact, Topic
from reporter.narrative.outline import NewsOutline
from reporter.narrative.plan.news_findings import NewsItem, has_relation
from reporter.narrative.plan_model import Slot

#: Forms of news: headline, second clause, standfirst, body; and a leading rule's forms without words of calm.
HEADLINE, BESIDE, STANDFIRST, BODY = "headline", "beside", "standfirst", "body"
CALM_HEADLINE, CALM_STANDFIRST = "headline_calm", "standfirst_calm"
#: So many days an extreme goes back at least that standfirst and key points tell: of the price, and of all else.
_LEAST_DAYS = {"price": 14}
_LEAST_DAYS_ELSEWHERE = 30
#: Where there are fewer key points than this, a topic of which nothing is told has one that goes back so many days and
#: has this score.
_ENOUGH_NOTES = 5
_MODEST_DAYS = 10
_MODEST_FROM = 0.7
#: So many key points at most are facts of one topic; other markets are one.
_MOST_OF_TOPIC = 2
#: A fact is told in the body from this score on, and is rare within a year up to this rank.
_TOLD_FROM = 2.5
_RARE_RANK = 3
_YEAR = 365
#: What none in the data equals is told in a headline where they go back so long, and are not another market's.
_HEADLINE_DAYS = 2 * _YEAR
_OTHERS = frozenset({"markets", "coins", "sentiment"})
_OTHER_MARKETS = frozenset({"markets", "coins"})
#: So many days an extreme goes back at least that a day's brief may be about.
_SUPERLATIVE_DAYS = 14
#: The fact of a day without news that the headline tells beside the plain move.
_BESIDE_PLAIN_DAYS = 20
#: Facts of one happening whose second half the lead may borrow: the round level that an extreme passed.
_LEVELS = frozenset({"level_lost", "level_won"})


#: Kinds that tell one thing: where a price turned, a level that a change led to, and extremes since one date.
_REVERSALS = frozenset({"reversal_from_low", "reversal_from_high"})
_LEVEL_AND_CHANGE = tuple(
    frozenset(f"{of}_{what}" for what in pair)
    for of in ("implied_volatility", "open_interest")
    for pair in (("high", "rise"), ("low", "fall"))
)
_EXTREMES = (
    frozenset({"lowest_close", "lowest_price", "level_lost", "touched_below"}),
    frozenset({"highest_close", "highest_price", "level_won", "touched_above", "record_close", "record_high"}),
)


#: A headline's slot and that of its second clause → whether both fit.
Fits = Callable[[Slot, Slot], bool]


def _fits_always(_head: Slot, _beside: Slot) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class NewsPlanner:
    """Chooses among the news of one date.

    Attributes:
        news: facts with their findings, best first; the plain move is among them, without a finding's phrases.
        outline: how the report type tells them.
        forms: the (finding, form) pairs that have a phrase in every locale.
        fits: whether a headline is short enough in every locale with a second clause.
        clauses: what else may stand beside the day's plain move, best first.
        before: the news of the days before, newest first, each day's best first.
    """

    news: tuple[NewsItem, ...]
    outline: NewsOutline
    forms: frozenset[tuple[str, str]]
    fits: Fits = _fits_always
    clauses: tuple[Slot, ...] = ()
    before: tuple[tuple[NewsFact, ...], ...] = ()

    @property
    def topic_beside(self) -> Topic | None:
        """The topic of the day's best news that is not of the price itself; None where there is none."""
        facts = (item.fact for item in self.news if item.fact.topic != "price" and not _is_of_days(item.fact))
        return next((fact.topic for fact in facts), None)

    def choose_headline(
        self, lead: Finding, clauses: Sequence[Slot] = (), *, argued: bool = True
    ) -> tuple[Slot, Slot | None]:
        """Choose what the headline says, and its second clause, on a day that a rule's finding leads.

        Args:
            lead: the finding.
            clauses: those of the thesis, which only news of nearly the lead's score comes before.
            argued: whether the brief has a thesis; without one it needs the news, though yesterday's had as much.
        """
        chosen = self.find_lead()
        if chosen is None:
            head = Slot(lead, HEADLINE)
            # What yesterday's news had as well says less than what the day did.
            had = {fact.kind for fact in self.before[0] if fact.score >= _TOLD_FROM} if self.before else set()
            news = tuple(self._list_beside_plain())
            fresh = (slot for slot in news if slot.finding.phrase.removeprefix("news.") not in had)
            strong = (slot for slot in news if self._outranks_plain(slot.finding))
            others = (*fresh, *self.clauses, *news) if argued else (*fresh, *news, *self.clauses)
            beside = self._find_fitting(head, (*strong, *clauses, *others))
            told = beside.finding if beside is not None else None
            # What the argument says is no news that calm could contradict; what is rare has its own question.
            moved = told is not None and told.topic == "news" and told.phrase not in self._list_still()
            calm = lead.id in self.outline.calm and (lead.id, CALM_HEADLINE) in self.forms
            return Slot(lead, CALM_HEADLINE) if calm and (moved or self.is_rare()) else head, beside
        head = Slot(chosen.finding, HEADLINE)
        others = tuple(self._list_beside(chosen))
        strong = (slot for slot in others if self._is_nearly_as_good(slot.finding, chosen))
        return head, self._find_fitting(head, (*strong, *clauses, *others))

    def _is_nearly_as_good(self, finding: Finding, lead: NewsItem) -> bool:
        """Return whether a fact of another topic scores nearly what the lead does."""
        least = self.outline.sooner * lead.fact.score
        facts = (item.fact for item in self.news if item.finding is finding)
        return any(fact.score >= least and fact.topic != lead.fact.topic for fact in facts)

    def _outranks_plain(self, finding: Finding) -> bool:
        """Return whether a fact of the price stands before the day's plain move."""
        kinds = [item.fact.kind for item in self.news]
        above = self.news[: kinds.index("plain")] if "plain" in kinds else ()
        return any(item.finding is finding and item.fact.topic == "price" for item in above)

    def _find_fitting(self, head: Slot, clauses: Iterable[Slot]) -> Slot | None:
        return next((clause for clause in clauses if self.fits(head, clause)), None)

    def _list_still(self) -> frozenset[str]:
        return frozenset(f"news.{kind}" for kind in self.outline.still)

    def find_lead(self) -> NewsItem | None:
        """Find the fact that leads the day; None where its plain move does. A pinned one leads in any case.

        It is the first that may lead and beats the day's plain move, or the next of nearly its score where its kind has
        led the day before: the plain move, too, is a kind. Of three such days the first and the last have one kind.
        """
        for item in self.news:
            if item.fact.pinned:
                return item if self._can_say(item, HEADLINE) else None
        best, others = self._rank_leads()
        if best is None:
            return None
        led = self._count_days_led(best.fact.kind)
        if led % 2 == 0:
            return self._find_better(best)
        # The longer one kind has led, the less another has to be worth.
        least = self.outline.rotate**led * best.fact.score
        other = next((item for item in others if item.fact.score >= least and item.fact.kind != best.fact.kind), best)
        return None if other.fact.kind == "plain" else self._find_better(other)

    def _rank_leads(self) -> tuple[NewsItem | None, tuple[NewsItem, ...]]:
        """Rank what may lead: the best where it beats the plain move, and all others, that move among them."""
        ranked = [item for item in self.news if item.fact.kind == "plain" or self._may_lead(item)]
        if not ranked or ranked[0].fact.kind == "plain":
            return None, ()
        return ranked[0], tuple(ranked[1:])

    def _count_days_led(self, kind: str) -> int:
        """Count the days in a row, up to the day before, whose best fact that may lead is of a kind."""
        for days, facts in enumerate(self.before):
            best = next((fact for fact in facts if fact.kind == "plain" or not self._find_lack(fact)), None)
            if best is None or best.kind != kind:
                return days
        return len(self.before)

    def _find_better(self, lead: NewsItem) -> NewsItem:
        """Find the fact that leads in a fact's place where the day has both: a record close for a record high."""
        wanted = self.outline.rather.get(lead.fact.kind)
        return next((item for item in self.news if item.fact.kind == wanted and self._may_lead(item)), lead)

    def explain_lead(self) -> tuple[str, ...]:
        """Say what leads the day's brief, and why what ranks above it does not: one line each."""
        lead, lines = self.find_lead(), list[str]()
        for item in self.news:
            if item is lead or item.fact.kind == "plain" or (lead is not None and lead.fact.pinned):
                break
            rather = f"{lead.fact.name if lead else ''} leads in its place"
            lines.append(f"{item.fact.name} does not lead: {self._explain_refusal(item) or rather}")
        if lead is None:
            return "the day's plain move leads", *lines
        why = (
            "desk.toml says so"
            if lead.fact.pinned
            else f"of the facts that may lead it scores most, {lead.fact.score:.2f}"
        )
        return f"{lead.fact.name} leads: {why}", *lines

    def _may_lead(self, item: NewsItem) -> bool:
        return not self._explain_refusal(item)

    def _explain_refusal(self, item: NewsItem) -> str:
        """Say why a fact may not lead a brief; empty where it may."""
        lack = self._find_lack(item.fact)
        if lack:
            return lack
        if not self._can_say(item, HEADLINE):
            return "it has no headline in every language"
        needs, told = self.outline.lead[item.fact.kind], item.finding.find_fact("share")
        share = told.value if told is not None and isinstance(told.value, float) else 0.0
        return f"it undid a share of {share:.2f}, and {needs.share:g} is asked for" if share < needs.share else ""

    def _find_lack(self, fact: NewsFact) -> str:
        """Say what a fact by itself lacks to lead; empty where it lacks nothing."""
        needs = self.outline.lead.get(fact.kind)
        if needs is None:
            return "no fact of its kind does"
        if not _is_of_headline(fact):
            return f"none is as extreme, and its data go back {_data_days(fact)} days only"
        if fact.gap_days is not None and fact.gap_days < needs.days:
            return f"one as extreme is {fact.gap_days} days old, and {needs.days} are asked for"
        if fact.gap_days is None and fact.first is not None and _data_days(fact) < needs.days:
            return f"its data go back {_data_days(fact)} days, and {needs.days} are asked for"
        if abs(fact.value) < needs.size:
            return f"its size is {abs(fact.value):.4g}, and {needs.size:g} is asked for"
        return ""

    def _can_say(self, item: NewsItem, form: str) -> bool:
        return (item.finding.phrase, form) in self.forms

    def _list_beside(self, lead: NewsItem) -> Iterator[Slot]:
        """List the best facts of other topics, and the round level that the lead's extreme passed."""
        for item in self.news:
            fact = item.fact
            if item is lead or not self._can_stand_beside(item):
                continue
            level = fact.same_as == lead.fact.name and fact.kind in _LEVELS and lead.fact.kind not in _LEVELS
            other = not fact.same_as and fact.topic != lead.fact.topic
            if (level or other) and fact.score >= self.outline.beside * lead.fact.score:
                yield Slot(item.finding, BESIDE)

    def _can_stand_beside(self, item: NewsItem) -> bool:
        """Return whether a second clause can tell a fact: funding that is low and still paid by longs is none."""
        told = _is_of_headline(item.fact)
        usual = item.fact.kind.startswith("funding") and item.fact.value * item.fact.direction <= 0
        return self._can_say(item, BESIDE) and told and not usual

    def _list_beside_plain(self) -> Iterator[Slot]:
        """List what a headline of the plain move may tell beside it: facts that are not of the last days only."""
        for item in self.news:
            fact = item.fact
            old = fact.gap_days is None or fact.gap_days >= _BESIDE_PLAIN_DAYS
            if old and not fact.same_as and fact.score >= _TOLD_FROM and self._can_stand_beside(item):
                yield Slot(item.finding, BESIDE)

    def has_news(self) -> bool:
        """Return whether a fact of the day is news at all, told or not: more than what happens every month."""
        return any(item.fact.kind != "plain" and not _is_of_days(item.fact) for item in self.news)

    def is_superlative(self, told: Finding) -> bool:
        """Return whether the fact that a finding tells has not had its like for two weeks, or is of no such kind.

        What passed a level is news from fewer days on: that is of the level, too.
        """
        fact = next((item.fact for item in self.news if item.finding.id == told.id), None)
        if fact is None:
            return False
        return fact.gap_days is None or fact.gap_days >= _SUPERLATIVE_DAYS or bool(fact.level) or not has_relation(fact)

    def find_topic(self, told: Finding) -> Topic:
        """The topic of the fact that a finding tells."""
        return next((item.fact.topic for item in self.news if item.finding.id == told.id), "price")

    def is_rare(self) -> bool:
        """Return whether a day has a fact beside which no word of calm may stand."""
        calm = ("plain", *self.outline.still)
        return any(self._is_rare(item.fact) for item in self.news if item.fact.kind not in calm)

    def _is_rare(self, fact: NewsFact) -> bool:
        """Return whether a fact scores as a rare one, or is among the three most extreme of a whole year."""
        return not fact.same_as and (fact.score >= self.outline.rare or _is_of_year(fact))

    def list_standfirst(self, heads: Iterable[Slot], most: int) -> tuple[Slot, ...]:
        """List the best facts of other topics than the lead's, each topic once.

        Other markets come behind the asset's own facts: where no other topic has any, behind a rare one of the price.
        """
        heads = tuple(heads)
        lead = next((item for item in self.news if heads and item.finding.id == heads[0].finding.id), None)
        topics = {lead.fact.topic if lead is not None else "price"}
        own, others = list[NewsItem](), list[NewsItem]()
        for item in self.news:
            fact = item.fact
            if fact.same_as or fact.topic in topics or _is_of_days(fact) or not self._can_say(item, STANDFIRST):
                continue
            topics.add(fact.topic)
            (others if fact.topic in _OTHER_MARKETS else own).append(item)
        if not own and others:
            own += self._find_rare_of_price(self._list_told(heads))
        return tuple(Slot(item.finding, STANDFIRST) for item in (*own, *others)[:most])

    def _find_rare_of_price(self, told: Sequence[NewsFact]) -> tuple[NewsItem, ...]:
        """Find the price's best rare fact that none of those told tells already: none, or one."""
        for item in self.news:
            fact = item.fact
            if fact.topic != "price" or fact.same_as or not self._is_rare(fact) or not self._can_say(item, STANDFIRST):
                continue
            if has_relation(fact) and not any(_is_same_news(fact, other) for other in told):
                return (item,)
        return ()

    def list_notes(self, promised: Iterable[Slot], most: int) -> tuple[Slot, ...]:
        """List the best facts that headline and standfirst don't tell, for key points.

        A topic has two at most, and so have the other markets together. None is of a metric that is told, nor of one
        date with what is told of its topic: a level lost and the lowest close since then are one fact. That data begin
        late is said once in all of them. A total of some exchanges only is none. Where there is room left, a topic of
        which nothing is told has its best fact of weeks.
        """
        told = self._list_told(promised)
        chosen = self._choose_best(told, most)
        topics = {fact.topic for fact in (*told, *(item.fact for item in chosen))}
        for item in self._list_tellable():
            above = (*told, *(one.fact for one in chosen))
            fresh = item.fact.topic not in topics and _adds_no_limit(item.fact, above)
            if len(chosen) < min(most, _ENOUGH_NOTES) and fresh and _is_of_weeks(item.fact):
                topics.add(item.fact.topic)
                chosen.append(item)
        chosen.sort(key=self.news.index)
        return tuple(Slot(item.finding, self._choose_note_form(item)) for item in chosen)

    def _list_told(self, slots: Iterable[Slot]) -> list[NewsFact]:
        ids = {slot.finding.id for slot in slots}
        return [item.fact for item in self.news if item.finding.id in ids]

    def _choose_best(self, above: Iterable[NewsFact], most: int) -> list[NewsItem]:
        """Choose the best facts that are more than what happens every month, and that none of those above tells."""
        told, chosen, counts = list(above), list[NewsItem](), Counter[str]()
        for item in self._list_tellable():
            room = _find_room(item.fact.topic)
            if len(chosen) == most or _is_of_days(item.fact) or counts[room] == _MOST_OF_TOPIC:
                continue
            if _adds_no_limit(item.fact, told) and not any(_is_same_news(item.fact, other) for other in told):
                counts[room] += 1
                told.append(item.fact)
                chosen.append(item)
        return chosen

    def _list_tellable(self) -> Iterator[NewsItem]:
        """List the facts that a key point can tell, best first."""
        kept = (item for item in self.news if not item.fact.partial)
        return (item for item in kept if self._can_say(item, self._choose_note_form(item)))

    def _choose_note_form(self, item: NewsItem) -> str:
        return STANDFIRST if self._can_say(item, STANDFIRST) else BODY

    def is_news(self, slots: Iterable[Slot]) -> bool:
        """Return whether one of the facts that are told is more than what happens every month."""
        ids = {slot.finding.id for slot in slots}
        return any(item.finding.id in ids and not _is_of_days(item.fact) for item in self.news)

    def list_superlative(self, heads: Iterable[Slot]) -> tuple[Slot, ...]:
        """List the fact that a day's brief is about where nothing is in front: none, or one.

        It is the best key point, or else what beats the day's plain move and has had no like for two weeks.
        """
        for item in self.news:
            if item.fact.kind == "plain":
                break
            if self.is_superlative(item.finding) and not item.fact.partial and self._can_say(item, BODY):
                return (Slot(item.finding, self._choose_note_form(item)),)
        best = self._choose_best(self._list_told(heads), 1)
        return tuple(Slot(item.finding, self._choose_note_form(item)) for item in best)

    def list_body(self, promised: Iterable[Slot], notes: Iterable[Slot], most: int) -> tuple[tuple[Slot, ...], ...]:
        """List the facts that the body tells, price first.

        Args:
            promised: what the headline tells; the body tells it with its dates.
            notes: what standfirst and key points tell, and the body does not.
            most: with the best others there are so many. What is rare within a year is told in any case.
        """
        ids, noted = {slot.finding.id for slot in promised}, {slot.finding.id for slot in notes}
        told = [item for item in self.news if self._can_say(item, BODY) and item.finding.id not in noted]
        told = [
            item for item in told if item.fact.score >= _TOLD_FROM or item.finding.id in ids or _is_of_year(item.fact)
        ]
        heads = [item.fact for item in told if item.finding.id in ids]
        told = [
            item for item in told if item.finding.id in ids or not any(_is_one_extreme(item.fact, one) for one in heads)
        ]
        told.sort(key=lambda item: item.finding.id not in ids)
        chosen = {item.finding.id for item in told[: max(most, len(ids & {item.finding.id for item in told}))]}
        above = [item.fact for item in self.news if item.finding.id in chosen | noted]
        for item in told:
            if _is_of_year(item.fact) and item.finding.id not in chosen and not is_told_by(item.fact, above):
                chosen.add(item.finding.id)
                above.append(item.fact)
        if not most:
            chosen |= {item.finding.id for item in self._find_second_of_price(chosen | noted | ids)}
        kept = [item for item in self.news if item.finding.id in chosen]
        parts = (
            [item for item in kept if item.fact.topic == "price"],
            [item for item in kept if item.fact.topic != "price"],
        )
        return tuple(tuple(Slot(item.finding, BODY) for item in part) for part in parts if part)

    def _find_second_of_price(self, ids: Collection[str]) -> tuple[NewsItem, ...]:
        """Find the best fact of the price that no fact told tells already: the lede has room for one."""
        above = [item.fact for item in self.news if item.finding.id in ids]
        for item in self.news:
            fresh = item.fact.topic == "price" and self._can_say(item, BODY) and not _is_of_days(item.fact)
            if fresh and not any(_is_same_news(item.fact, other) for other in above):
                return (item,)
        return ()


def _find_room(topic: Topic) -> str:
    """Find what a topic shares its key points with: other markets, coins among them, count together."""
    return "markets" if topic in _OTHER_MARKETS else topic


def _is_of_headline(fact: NewsFact) -> bool:
    """Return whether since when a fact is the most extreme can stand in a headline.

    What leads all data of another market, or of less than two years, is no record, and sounds like one.
    """
    long = fact.topic not in _OTHERS and _data_days(fact) >= _HEADLINE_DAYS
    return fact.since is not None or long or not has_relation(fact)


def is_told_by(fact: NewsFact, told: Iterable[NewsFact]) -> bool:
    """Return whether another fact tells one: gold futures what a gold fund does, a level the change that led to it."""
    return any(_is_of_one_market(fact, other) or _is_level_and_change(fact, other) for other in told)


def _is_of_one_market(fact: NewsFact, other: NewsFact) -> bool:
    return fact.topic == other.topic == "liquidations" or (bool(fact.subject) and fact.same_as == other.name)


def _is_level_and_change(fact: NewsFact, other: NewsFact) -> bool:
    return any({fact.kind, other.kind} <= pair for pair in _LEVEL_AND_CHANGE)


def _is_same_news(fact: NewsFact, other: NewsFact) -> bool:
    """Return whether two facts tell one thing: of one metric, a level and the change to it, or extremes since one date.

    A level lost and the lowest close since then are one fact, and so are a record close, the record high of the day and
    the round level that no price was above before; a day's move and a week's are two. Two stock indexes that both had
    their largest fall are one.
    """
    kinds = {fact.kind, other.kind}
    return (
        fact.metric == other.metric
        or kinds <= _REVERSALS
        or fact.topic == other.topic == "liquidations"
        or _is_level_and_change(fact, other)
        or _is_one_extreme(fact, other)
        or (fact.kind == other.kind and fact.topic in _OTHER_MARKETS)
    )


def _is_one_extreme(fact: NewsFact, other: NewsFact) -> bool:
    """Return whether two facts are extremes of the price one way since one date, or both of all data."""
    return fact.since == other.since and any({fact.kind, other.kind} <= one for one in _EXTREMES)


def _leads_short_data(fact: NewsFact) -> bool:
    """Return whether none in data of less than two years is as extreme: what more data might not bear out."""
    return has_relation(fact) and fact.since is None and _data_days(fact) < _HEADLINE_DAYS


def _adds_no_limit(fact: NewsFact, told: Iterable[NewsFact]) -> bool:
    """Return whether a fact can stand beside those told without a second "since at least": the data begin once."""
    return not (_leads_short_data(fact) and any(_leads_short_data(other) for other in told))


def _is_of_days(fact: NewsFact) -> bool:
    """Return whether a fact scores too little to be told, or leads the last days alone: what happens every month."""
    least = _LEAST_DAYS.get(fact.topic, _LEAST_DAYS_ELSEWHERE)
    recent = fact.gap_days is not None and fact.gap_days < least and not _is_of_year(fact)
    return fact.score < _TOLD_FROM or recent


def _is_of_weeks(fact: NewsFact) -> bool:
    """Return whether a fact had no like for some weeks, though it may be one of those that every month has."""
    return fact.score >= _MODEST_FROM and (fact.gap_days is None or fact.gap_days >= _MODEST_DAYS)


def _is_of_year(fact: NewsFact) -> bool:
    """Return whether a fact is among the three most extreme of a whole year."""
    ranked = fact.rank_year is not None and fact.rank_year <= _RARE_RANK
    return ranked and fact.kind != "plain" and _data_days(fact) >= _YEAR


def _data_days(fact: NewsFact) -> int:
    """How many days a fact's data go back."""
    return 0 if fact.first is None else (fact.day - fact.first).days
