"""A sentence's spans → the same without sources in brackets that its section has named already."""

from __future__ import annotations

from collections.abc import Sequence

from reporter.model.document import ClaimSpan, LiteralSpan, Span

#: What opens and closes a note of a source, "(CoinGlass)".
_BRACKETS = ((" (", ")"), ("(", ")"), ("（", "）"))
_SOURCE = "source"


def drop_named_sources(spans: Sequence[Span], named: set[str]) -> tuple[Span, ...]:
    """Drop the notes of sources that are named already, and note those that are not.

    A note stays where its fact is shown nowhere else in the sentence, so that all languages show the same facts.

    Args:
        spans: of a sentence.
        named: texts of the sources named so far in the section; those of the sentence are added.
    """
    kept: list[Span] = list(spans)
    for place in range(len(kept) - 2, 0, -1):
        before, note, after = kept[place - 1 : place + 2]
        if not (isinstance(note, ClaimSpan) and isinstance(before, LiteralSpan) and isinstance(after, LiteralSpan)):
            continue
        brackets = next((pair for pair in _BRACKETS if before.text.endswith(pair[0])), None)
        fact, _, kind = note.claim.partition("#")
        if kind != _SOURCE or brackets is None or not after.text.startswith(brackets[1]):
            continue
        shown_else = any(
            isinstance(one, ClaimSpan) and one is not note and one.claim.partition("#")[0] == fact for one in kept
        )
        if note.text in named and shown_else:
            kept[place - 1 : place + 2] = [
                LiteralSpan(before.text.removesuffix(brackets[0]), before.relating),
                _cut_start(after, len(brackets[1])),
            ]
    named.update(one.text for one in kept if isinstance(one, ClaimSpan) and one.claim.endswith(f"#{_SOURCE}"))
    return tuple(one for one in kept if one.text)


def _cut_start(span: LiteralSpan, length: int) -> LiteralSpan:
    relating = tuple((start - length, end - length, claim) for start, end, claim in span.relating if start >= length)
    return LiteralSpan(span.text[length:], relating)
