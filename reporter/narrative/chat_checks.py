"""What can be wrong with the chat section of report.yaml, found at load and at its place in the file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from reporter.authored import Located
from reporter.diagnostics import Diagnostic, Place, did_you_mean
from reporter.narrative.chat_outline import DOUBT, ChatOutline, ExchangeOutline
from reporter.narrative.openings import opening
from reporter.narrative.phrases import PhraseBook

#: A longer answer is an article.
_MOST_PARAGRAPHS = 3


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a chat is checked against.

    Attributes:
        books: the phrases, one a locale.
        stances: rule id → its stance.
    """

    books: Sequence[PhraseBook]
    stances: Mapping[str, str]


def chat_problems(
    located: Located, shown: str, chat: ChatOutline, figures: Sequence[str], spoken: Spoken | None = None
) -> list[Diagnostic]:
    """Everything that is wrong with a chat whose names of rules are known to be right.

    Args:
        located: the chat section.
        shown: how the file is named in messages.
        chat: the section as read.
        figures: ids of the figures that report.yaml describes.
        spoken: phrases and stances; without them only the section itself is checked.
    """
    checks = _Checks(located, shown, chat, spoken)
    found = [*checks.twice(), *checks.figures(figures), *checks.answers(), *checks.doubts()]
    return found if spoken is None else [*found, *checks.stances(), *(checks.phrases() or checks.openings())]


class _Checks:
    def __init__(self, located: Located, shown: str, chat: ChatOutline, spoken: Spoken | None) -> None:
        self.located, self.shown, self.chat = located, shown, chat
        self.spoken = spoken or Spoken((), {})

    def twice(self) -> Iterator[Diagnostic]:
        seen: set[str] = set()
        for place, exchange in enumerate(self.chat.exchanges):
            if exchange.id in seen:
                yield self._problem(
                    "report.duplicate-id", ("exchanges", place, "id"), f'two exchanges have the id "{exchange.id}"'
                )
            seen.add(exchange.id)

    def figures(self, known: Sequence[str]) -> Iterator[Diagnostic]:
        for path, exchange in self._exchanges():
            follows = (((*path, "follow_ups", n), follow.figures) for n, follow in enumerate(exchange.follow_ups))
            for where, figures in ((path, exchange.figures), *follows):
                for number, name in enumerate(figures):
                    if name not in known:
                        hint = did_you_mean(name, known)
                        yield self._problem(
                            "report.unknown-figure", (*where, "figures", number), f'unknown figure "{name}"', hint
                        )

    def answers(self) -> Iterator[Diagnostic]:
        for path, exchange in self._exchanges():
            if not (exchange.answers or exchange.list or exchange.framework or exchange.board):
                yield self._problem(
                    "chat.wrong-answer",
                    path,
                    f'nothing answers "{exchange.id}"',
                    "give it answers, a list or the board",
                )
            follows = ((*path, "follow_ups", n) for n in range(len(exchange.follow_ups)))
            answers = [exchange.answers, *(follow.answers for follow in exchange.follow_ups)]
            for where, paragraphs in zip([path, *follows], answers, strict=True):
                if len(paragraphs) > _MOST_PARAGRAPHS:
                    what = f"an answer of {len(paragraphs)} paragraphs; it has at most {_MOST_PARAGRAPHS}"
                    yield self._problem("chat.wrong-answer", (*where, "answers"), what, "ask a second question")

    def doubts(self) -> Iterator[Diagnostic]:
        """A follow-up answers back: what it doubts has to be in the answer before it."""
        for path, exchange in self._exchanges():
            said = {*exchange.list, *chain.from_iterable(exchange.answers)}
            for number, follow in enumerate(exchange.follow_ups):
                for place, name in enumerate(follow.doubts):
                    if name not in said:
                        what = f'"{name}" is doubted, and nothing in "{exchange.id}" says it'
                        hint = did_you_mean(name, said) or "a follow-up doubts what the answer before it says"
                        yield self._problem(
                            "chat.wrong-doubt", (*path, "follow_ups", number, "doubts", place), what, hint
                        )
                answered = set(chain.from_iterable(follow.answers))
                for place, name in enumerate(follow.asks):
                    if name not in answered:
                        what = f'"{name}" raises a doubt that its answer never takes up'
                        hint = "put it into the follow-up's answers"
                        yield self._problem(
                            "chat.wrong-doubt", (*path, "follow_ups", number, "asks", place), what, hint
                        )
                said |= answered

    def stances(self) -> Iterator[Diagnostic]:
        stances = self.spoken.stances
        for path, exchange in self._exchanges():
            for number, follow in enumerate(exchange.follow_ups):
                for place, name in enumerate(follow.asks):
                    for doubted in follow.doubts:
                        if stances[name] == stances[doubted]:
                            what = f'"{name}" can\'t doubt "{doubted}": both are {stances[name]}'
                            yield self._problem("chat.wrong-doubt", (*path, "follow_ups", number, "asks", place), what)

    def phrases(self) -> list[Diagnostic]:
        return [
            self._problem(
                "phrase.missing",
                path,
                f'"{name}" has no {form} in {book.locale.tag}',
                f'write {{% say "{name}", "{form}" %}}',
            )
            for path, _, name, form in self._questions()
            for book in self.spoken.books
            if not book.has(name, form)
        ]

    def openings(self) -> Iterator[Diagnostic]:
        """Each question needs one wording that no other exchange's question begins like.

        Then a brief can always take wordings of which no two begin alike, whichever exchanges a day has.
        """
        for book in self.spoken.books:
            users: dict[str, set[tuple[int | str, ...]]] = defaultdict(set)
            for path, _, name, form in self._questions():
                for wording in book.says[name, form].wordings:
                    users[opening(wording, book.locale)].add(_slot(path))
            for path, _, name, form in self._questions():
                begun = [opening(wording, book.locale) for wording in book.says[name, form].wordings]
                if not any(first and users[first] == {_slot(path)} for first in begun):
                    what = f'"{name}", form "{form}", has no opening of its own in {book.locale.tag}'
                    others = ", ".join(f'"{first}"' for first in begun)
                    yield self._problem(
                        "chat.same-opening", path, what, f"other questions begin with {others} as well; add a wording"
                    )

    def _questions(self) -> Iterator[tuple[tuple[int | str, ...], ExchangeOutline, str, str]]:
        for path, exchange in self._exchanges():
            for place, name in enumerate(exchange.asks):
                yield (*path, "asks", place), exchange, name, exchange.form
            for number, follow in enumerate(exchange.follow_ups):
                for place, name in enumerate(follow.asks):
                    yield (*path, "follow_ups", number, "asks", place), exchange, name, DOUBT

    def _exchanges(self) -> Iterator[tuple[tuple[int | str, ...], ExchangeOutline]]:
        for place, exchange in enumerate(self.chat.exchanges):
            yield ("exchanges", place), exchange

    def _problem(self, code: str, path: tuple[int | str, ...], what: str, hint: str = "") -> Diagnostic:
        here = self.located.find(path)
        return Diagnostic(code, Place(self.shown, here.line, here.column), what, hint)


def _slot(path: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The place of a question in the chat: of the findings that may ask there, one does."""
    return path[:-2]
