"""The chat section of report.yaml → diagnostics at their places in the file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean
from reporter.language.vocabulary import list_conversation_words
from reporter.narrative.chat_outline import ANSWER, DOUBT, QUESTION, REPLY, ChatOutline, ExchangeOutline
from reporter.narrative.phrases.phrases import PhraseBook
from reporter.narrative.phrases.question_kinds import asks_yes_or_no, read_answer_beginnings
from reporter.narrative.phrases.question_openings import get_wording_opening
from reporter.narrative.plan.argument import CLAIM
from reporter.syntax import LocatedValue

#: A longer answer is an article.
_MOST_PARAGRAPHS = 3

#: Finding and form.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PhraseContext:
    """The phrase books and rule stances that a chat is checked against.

    Attributes:
        books: the phrases, one a locale.
        stances: rule id → its stance.
    """

    books: Sequence[PhraseBook]
    stances: Mapping[str, str]


def check_chat(
    located: LocatedValue, shown: str, chat: ChatOutline, figures: Sequence[str], spoken: PhraseContext | None = None
) -> list[Diagnostic]:
    """Return every diagnostic of a chat whose rule names are known to exist.

    Args:
        located: the chat section.
        shown: how the file is named in messages.
        chat: the section as read.
        figures: ids of the figures that report.yaml describes.
        spoken: phrases and stances; without them only the section itself is checked.
    """
    checks = _ChatChecks(located, shown, chat, spoken)
    found = [
        *checks.find_duplicate_ids(),
        *checks.find_unknown_figures(figures),
        *checks.check_answers(),
        *checks.check_doubts(),
    ]
    return (
        found
        if spoken is None
        else [*found, *checks.check_stances(), *(checks.find_missing_phrases() or checks.check_questions())]
    )


class _ChatChecks:
    def __init__(self, located: LocatedValue, shown: str, chat: ChatOutline, spoken: PhraseContext | None) -> None:
        self.located, self.shown, self.chat = located, shown, chat
        self.spoken = spoken or PhraseContext((), {})

    def find_duplicate_ids(self) -> Iterator[Diagnostic]:
        seen: set[str] = set()
        for place, exchange in enumerate(self.chat.exchanges):
            if exchange.id in seen:
                yield self._make_diagnostic(
                    "report.duplicate-id", ("exchanges", place, "id"), f'two exchanges have the id "{exchange.id}"'
                )
            seen.add(exchange.id)

    def find_unknown_figures(self, known: Sequence[str]) -> Iterator[Diagnostic]:
        for path, exchange in self._iterate_exchanges():
            follows = (((*path, "follow_ups", n), follow.figures) for n, follow in enumerate(exchange.follow_ups))
            for where, figures in ((path, exchange.figures), *follows):
                for number, name in enumerate(figures):
                    if name not in known:
                        hint = did_you_mean(name, known)
                        yield self._make_diagnostic(
                            "report.unknown-figure", (*where, "figures", number), f'unknown figure "{name}"', hint
                        )

    def check_answers(self) -> Iterator[Diagnostic]:
        for path, exchange in self._iterate_exchanges():
            parts = (exchange.framework, exchange.board, exchange.argument, exchange.ending)
            if not (exchange.answers or exchange.list or any(parts)):
                yield self._make_diagnostic(
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
                    yield self._make_diagnostic("chat.wrong-answer", (*where, "answers"), what, "ask a second question")

    def check_doubts(self) -> Iterator[Diagnostic]:
        """Check that what a follow-up doubts is stated in the answer before it."""
        for path, exchange in self._iterate_exchanges():
            said = {*exchange.list, *chain.from_iterable(exchange.answers)}
            for number, follow in enumerate(exchange.follow_ups):
                for place, name in enumerate(follow.doubts):
                    if name not in said:
                        what = f'"{name}" is doubted, and nothing in "{exchange.id}" says it'
                        hint = did_you_mean(name, said) or "a follow-up doubts what the answer before it says"
                        yield self._make_diagnostic(
                            "chat.wrong-doubt", (*path, "follow_ups", number, "doubts", place), what, hint
                        )
                answered = set(chain.from_iterable(follow.answers))
                for place, name in enumerate(follow.asks):
                    if name not in answered:
                        what = f'"{name}" raises a doubt that its answer never takes up'
                        hint = "put it into the follow-up's answers"
                        yield self._make_diagnostic(
                            "chat.wrong-doubt", (*path, "follow_ups", number, "asks", place), what, hint
                        )
                said |= answered

    def check_stances(self) -> Iterator[Diagnostic]:
        stances = self.spoken.stances
        for path, exchange in self._iterate_exchanges():
            for number, follow in enumerate(exchange.follow_ups):
                for place, name in enumerate(follow.asks):
                    for doubted in follow.doubts:
                        if stances[name] == stances[doubted]:
                            what = f'"{name}" can\'t doubt "{doubted}": both are {stances[name]}'
                            yield self._make_diagnostic(
                                "chat.wrong-doubt", (*path, "follow_ups", number, "asks", place), what
                            )

    def find_missing_phrases(self) -> list[Diagnostic]:
        return [
            self._make_diagnostic(
                "phrase.missing",
                path,
                f'"{name}" has no {form} in {book.locale.tag}',
                f'write {{% say "{name}", "{form}" %}}',
            )
            for path, _, name, form in self._iterate_questions()
            for book in self.spoken.books
            if not book.has_phrase(name, form)
        ]

    def check_questions(self) -> Iterator[Diagnostic]:
        yield from self.find_shared_openings()
        for book in self.spoken.books:
            if list_conversation_words(book.locale):
                for question, forms in self._iterate_asked():
                    yield from _check_answer(book, question, forms)

    def _iterate_asked(self) -> Iterator[tuple[Key, Sequence[str]]]:
        """Iterate over the questions that a finding asks and answers itself: (finding, form), forms of its answer."""
        asked: dict[Key, Sequence[str]] = {}
        for _, exchange in self._iterate_exchanges():
            answered = {*exchange.list, *chain.from_iterable(exchange.answers)}
            asked |= {(name, exchange.form): ANSWER for name in exchange.asks if name in answered}
            asked |= {(name, DOUBT): REPLY for follow in exchange.follow_ups for name in follow.asks}
            if exchange.argument:
                # A thesis without a question of its own answers one that asks for its meaning.
                verdicts = {name for book in self.spoken.books for name, form in book.says if form == CLAIM}
                asked |= {(name, QUESTION): ANSWER for name in sorted(verdicts)}
        yield from asked.items()

    def find_shared_openings(self) -> Iterator[Diagnostic]:
        """Check that each question has a wording whose opening no other exchange's question shares.

        Then a brief can always take wordings of which no two begin alike, whichever exchanges a day has.
        """
        for book in self.spoken.books:
            users: dict[str, set[tuple[int | str, ...]]] = defaultdict(set)
            for path, _, name, form in self._iterate_questions():
                for wording in book.says[name, form].wordings:
                    users[get_wording_opening(wording, book.locale)].add(_get_question_slot(path))
            for path, _, name, form in self._iterate_questions():
                begun = [get_wording_opening(wording, book.locale) for wording in book.says[name, form].wordings]
                if not any(first and users[first] == {_get_question_slot(path)} for first in begun):
                    what = f'"{name}", form "{form}", has no opening of its own in {book.locale.tag}'
                    others = ", ".join(f'"{first}"' for first in begun)
                    yield self._make_diagnostic(
                        "chat.same-opening", path, what, f"other questions begin with {others} as well; add a wording"
                    )

    def _iterate_questions(self) -> Iterator[tuple[tuple[int | str, ...], ExchangeOutline, str, str]]:
        for path, exchange in self._iterate_exchanges():
            for place, name in enumerate(exchange.asks):
                yield (*path, "asks", place), exchange, name, exchange.form
            for number, follow in enumerate(exchange.follow_ups):
                for place, name in enumerate(follow.asks):
                    yield (*path, "follow_ups", number, "asks", place), exchange, name, DOUBT

    def _iterate_exchanges(self) -> Iterator[tuple[tuple[int | str, ...], ExchangeOutline]]:
        for place, exchange in enumerate(self.chat.exchanges):
            yield ("exchanges", place), exchange

    def _make_diagnostic(self, code: str, path: tuple[int | str, ...], what: str, hint: str = "") -> Diagnostic:
        here = self.located.find_value(path)
        return Diagnostic(code, here.get_place(self.shown), what, hint)


def _check_answer(book: PhraseBook, question: Key, forms: Sequence[str]) -> Iterator[Diagnostic]:
    """Check that an answer begins with yes or no where its question asks for it in all its wordings, and else doesn't.

    Args:
        book: the phrases.
        question: the finding that asks, and the question's form.
        forms: those of its answer, the first that there is.
    """
    finding, asked_in = question
    said = next((book.says[finding, form] for form in forms if (finding, form) in book.says), None)
    if said is None:
        return
    asked = book.says[question].wordings if question in book.says else ()
    kinds = [asks_yes_or_no(wording, book.locale) for wording in asked]
    if len(set(kinds)) > 1:
        odd = asked[kinds.index(not kinds[0])]
        what = f'"{finding}" ({asked_in}) asks for yes or no in some wordings and not in others'
        at = Place(book.says[question].file, odd.line, odd.column)
        yield Diagnostic("chat.yes-or-no", at, what, "ask so in all of them, or in none: the answer is the same")
        return
    words = ", ".join(list_conversation_words(book.locale).get("yes_or_no", ())[:4])
    for wording in said.wordings:
        begins = read_answer_beginnings(wording, book.locale)
        at = Place(said.file, wording.line, wording.column)
        if any(kinds) and not begins.answers:
            what = f'"{finding}" ({asked_in}) asks for yes or no, and its answer ({said.form}) begins otherwise'
            yield Diagnostic("chat.yes-or-no", at, what, f"begin with {words} …, or ask in other words")
        elif not any(kinds) and begins.bare and said.form in (*ANSWER[:1], *REPLY[:1]):
            what = f'"{finding}" ({said.form}) begins with yes or no, and its question asks for neither'
            yield Diagnostic("chat.yes-or-no", at, what, "begin with what was asked")


def _get_question_slot(path: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Return the path of a question in the chat, without the number of the finding that asks it."""
    return path[:-2]
