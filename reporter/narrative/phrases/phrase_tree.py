"""A phrase as a frozen tree: text, facts with their filters, branches and loops; nothing else can be said.

Lines and columns are those of the phrase file, from 1; a column of None means the whole line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from reporter.language.filter_contract import Filter

Constant = str | int | bool


@dataclass(frozen=True, slots=True)
class PhraseText:
    """Literal text."""

    line: int
    text: str
    column: int | None = None


@dataclass(frozen=True, slots=True)
class FilterCall:
    """One filter with its arguments."""

    used: Filter
    args: tuple[Constant, ...] = ()
    options: tuple[tuple[str, Constant], ...] = ()


@dataclass(frozen=True, slots=True)
class FactValue:
    """A fact (or a name of the asset), through its filters."""

    line: int
    name: str
    calls: tuple[FilterCall, ...] = ()
    column: int | None = None


@dataclass(frozen=True, slots=True)
class KnownTest:
    """`name is known`, or `name is missing`."""

    line: int
    name: str
    known: bool
    column: int | None = None


@dataclass(frozen=True, slots=True)
class LogicalCondition:
    """`and`, `or` or `not` of conditions."""

    operator: str
    parts: tuple[Condition, ...]


Condition = KnownTest | FactValue | LogicalCondition


@dataclass(frozen=True, slots=True)
class Branch:
    """`if`: arms in order, then the `else` part."""

    arms: tuple[tuple[Condition, tuple[Part, ...]], ...]
    otherwise: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """`for target in list`."""

    line: int
    target: str
    over: FactValue
    body: tuple[Part, ...]


Part = PhraseText | FactValue | Branch | Loop


@dataclass(frozen=True, slots=True)
class WordUse:
    """A relating word that a wording may print; see `reporter.language.relating_words`.

    Attributes:
        kind: its class, `still`.
        text: as it stands.
        line, column: where; of an argument of a filter, where its fact stands.
        asked: names that are known to hold wherever it is printed, because a branch asks for them.
        argument: whether it stands in an argument of a filter.
    """

    kind: str
    text: str
    line: int
    column: int | None
    asked: frozenset[str] = frozenset()
    argument: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say a finding.

    Attributes:
        uses: its relating words.
        facts: names of the facts that it may print, in order of their names.
    """

    line: int
    body: tuple[Part, ...]
    column: int | None = None
    uses: tuple[WordUse, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Say:
    """The wordings of one form of one finding.

    Attributes:
        finding: id of the rule.
        form: body, headline, caption …
        file: as shown in problems; line, column: of the tag.
        digits: runs of digits that its text may hold.
        wordings: at least one.
    """

    finding: str
    form: str
    file: str
    line: int
    digits: tuple[str, ...]
    wordings: tuple[Wording, ...]
    column: int | None = None


#: What a phrase may print beside its finding's facts.
KNOWN_NAMES = frozenset({"asset", "asset_short", "asset_symbol", "link"})


def iterate_texts(parts: Sequence[Part]) -> Iterator[str]:
    """Iterate over the literal texts that parts of a wording may print, those of branches and of arguments too."""
    for part in parts:
        if isinstance(part, PhraseText):
            yield part.text
        elif isinstance(part, FactValue):
            for call in part.calls:
                yield from (each for each in (*call.args, *dict(call.options).values()) if isinstance(each, str))
        elif isinstance(part, Loop):
            yield from iterate_texts(part.body)
        else:
            for _, body in part.arms:
                yield from iterate_texts(body)
            yield from iterate_texts(part.otherwise)


def change_texts(parts: Sequence[Part], change: Callable[[str], str]) -> tuple[Part, ...]:
    """Change the literal texts of a wording's parts, those of branches too; arguments of filters stay."""
    return tuple(_change_part(part, change) for part in parts)


def _change_part(part: Part, change: Callable[[str], str]) -> Part:
    if isinstance(part, PhraseText):
        return replace(part, text=change(part.text))
    if isinstance(part, Loop):
        return replace(part, body=change_texts(part.body, change))
    if isinstance(part, Branch):
        arms = tuple((condition, change_texts(body, change)) for condition, body in part.arms)
        return replace(part, arms=arms, otherwise=change_texts(part.otherwise, change))
    return part


def iterate_values(parts: Sequence[Part]) -> Iterator[FactValue]:
    """Iterate over all that parts of a wording may print, those of branches too; of a loop its list."""
    for part in parts:
        if isinstance(part, FactValue):
            yield part
        elif isinstance(part, Loop):
            yield part.over
            yield from (value for value in iterate_values(part.body) if value.name != part.target)
        elif isinstance(part, Branch):
            for body in (*(body for _, body in part.arms), part.otherwise):
                yield from iterate_values(body)


def list_printed_facts(parts: Sequence[Part]) -> tuple[str, ...]:
    """List the names of the facts that parts of a wording may print, each once, in order."""
    return tuple(sorted({value.name for value in iterate_values(parts)} - KNOWN_NAMES))
