"""Sentences of a brief → wordings: never those of the day before, and no two sentences that begin alike.

`turns` names the wordings that a finding may use on a day; of these the first is taken whose openings the brief does
not have yet. What has a single way to be said is counted first, so that the others make room for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from reporter.language.sentences import sentence_opening, split_sentences
from reporter.narrative.phrases.phrases import Joint, PhraseBook, SpeechContext, Utterance
from reporter.narrative.plan_model import Slot

#: Finding and form: what is said at most once in a brief.
Key = tuple[str, str]
Openings = frozenset[tuple[str, ...]]

#: Titles, notes and what stands beside a chart's title stand by themselves; a reader doesn't hear them as the beginning
#: of a sentence among others.
_TITLES = frozenset({"headline", "headline_calm", "beside", "heading", "figure", "caption", "for", "against", "note"})
#: How often the choices are gone through again: each time through can only lessen what clashes.
_SWEEPS = 8


def say_all_findings(book: PhraseBook, slots: Iterable[Slot], context: SpeechContext) -> Mapping[Key, Utterance]:
    """Write all sentences of a brief so that as few as possible begin alike.

    Args:
        book: the phrases of the locale.
        slots: what is said, in the order of the brief.
        context: the brief around it.

    Raises:
        InputError: a phrase is missing or asks for what its finding lacks.
    """
    wanted = {(slot.finding.id, slot.form): slot for slot in slots}
    options = {key: _list_options(book, slot, context.date) for key, slot in wanted.items()}
    joints = _choose_joints(wanted, book, context)

    def say_with_wording(key: Key, wording: int) -> Utterance:
        return book.say_finding(wanted[key].finding, key[1], context, joints.get(key), wording)

    if book.base is not None:
        # Which sentences begin alike hangs on a region's words, and which wordings are told must not.
        told = say_all_findings(book.base, wanted.values(), context)
        return {key: say_with_wording(key, told[key].wording) for key in wanted}
    said = {key: say_with_wording(key, options[key][0]) for key in wanted}
    heard = {key: _find_openings(utterance.text) for key, utterance in said.items() if key[1] not in _TITLES}
    if not _has_clash(heard.values()):
        return said
    tried = {
        key: {place: say_with_wording(key, place) for place in options[key]} for key in heard if len(options[key]) > 1
    }
    chosen = choose_wordings(
        {
            key: [_find_openings(utterance.text) for utterance in tried[key].values()] if key in tried else [heard[key]]
            for key in heard
        }
    )
    return said | {key: tuple(found.values())[chosen[key]] for key, found in tried.items()}


def _choose_joints(wanted: Mapping[Key, Slot], book: PhraseBook, context: SpeechContext) -> Mapping[Key, Joint]:
    """Choose the conjunction of each contrasting sentence, in turn, so that none repeats."""
    words = book.locale.lexicon.contrasts
    turned = {key: slot.contrast for key, slot in wanted.items() if slot.contrast is not None} if words else {}
    first = context.date.toordinal() + 1
    return {
        key: Joint(words[(first + place) % len(words)], relation)
        for place, (key, relation) in enumerate(turned.items())
    }


def choose_wordings(candidates: Mapping[Key, Sequence[Openings]]) -> Mapping[Key, int]:
    """Choose one candidate per sentence so that no opening comes twice where possible.

    Args:
        candidates: sentence → the openings of each way to say it, the preferred one first.

    Returns:
        Sentence → position of its candidate.
    """
    taken: Counter[tuple[str, ...]] = Counter()
    for ways in candidates.values():
        # What can't be said otherwise comes first: the others make room for it.
        if len(ways) == 1:
            taken.update(ways[0])
    chosen = {}
    for key, ways in candidates.items():
        chosen[key] = (
            0 if len(ways) == 1 else min(range(len(ways)), key=lambda at: (_count_clashes(ways[at], taken), at))
        )
        if len(ways) > 1:
            taken.update(ways[chosen[key]])
    for _ in range(_SWEEPS):
        if not _reduce_clashes(candidates, chosen, taken):
            break
    return chosen


def _reduce_clashes(
    candidates: Mapping[Key, Sequence[Openings]], chosen: dict[Key, int], taken: Counter[tuple[str, ...]]
) -> bool:
    """Give each sentence with a repeated opening one that clashes less; return whether any changed."""
    moved = False
    for key, ways in candidates.items():
        own = ways[chosen[key]]
        taken.subtract(own)
        now = _count_clashes(own, taken)
        best = min(range(len(ways)), key=lambda at: (_count_clashes(ways[at], taken), at)) if now else chosen[key]
        if now and _count_clashes(ways[best], taken) < now:
            chosen[key], moved = best, True
        taken.update(ways[chosen[key]])
    return moved


def _count_clashes(openings: Openings, taken: Counter[tuple[str, ...]]) -> int:
    return sum(taken[one] > 0 for one in openings)


def _list_options(book: PhraseBook, slot: Slot, day: date) -> tuple[int, ...]:
    said = book.has_phrase(slot.finding.phrase or slot.finding.id, slot.form)
    # Without a phrase there is no choice; saying it names what is missing.
    return book.rotate_wordings(slot.finding, slot.form, day) if said else (0,)


def _find_openings(text: str) -> Openings:
    return frozenset(begins for _, sentence in split_sentences(text) if (begins := sentence_opening(sentence)))


def _has_clash(heard: Iterable[Openings]) -> bool:
    seen: set[tuple[str, ...]] = set()
    for openings in heard:
        if seen & openings:
            return True
        seen |= openings
    return False
