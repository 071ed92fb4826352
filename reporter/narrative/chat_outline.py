"""The chat section of report.yaml → frozen values: questions in order, and what answers each."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from reporter.narrative.yaml_models import Ids, Length, OfLengths, Slots, to_tuples
from reporter.syntax.model_diagnostics import StrictModel

_Weight = Annotated[int | None, Field(ge=0, le=100)]


class FollowOutline(StrictModel):
    """A question that doubts the answer before it: asked where the doubted and the doubting finding are both true.

    Attributes:
        doubts: what it doubts; one of them must have been said in the answer before it.
        asks: findings that contradict it; the first that is true and unsaid asks, in the form "doubt".
        answers: the answer's paragraphs, each the findings that it may say, in order.
        figures: charts that belong to the answer.
        weight: as of an exchange.
    """

    doubts: Ids
    asks: Ids
    answers: Slots
    figures: Ids = ()
    weight: _Weight = None


class EndingOutline(StrictModel):
    """How a brief ends where the thesis doesn't say it.

    Attributes:
        plain: findings that say what a close above one price and below another would mean; the first that is true.
        decides: findings that say what decides; the first of a topic of the thesis, or else the last that is true.
        otherwise: what decides where none of them is about the thesis; the first that is true.
        settled: findings that say what became of the ending of the day before, told first where that day had one.
    """

    settled: Ids = ()
    plain: Ids = ()
    decides: Ids = ()
    otherwise: Ids = ()


class ExchangeOutline(StrictModel):
    """A question and its answer.

    Attributes:
        id: its name, unique in the chat.
        length: in which lengths of brief it may come.
        form: the form of the question; another one than "question" lets a finding ask a second time.
        asks: findings that raise the question; the first that is true asks it.
        answers: the answer's paragraphs, each the findings that it may say, in order.
        list: findings that are said one a paragraph, in order of their dates.
        news: how many facts of the news that the article leads with belong to the answer, behind its first paragraph.
        figures: charts that belong to the answer.
        framework: whether the conditions for and against a level belong to it.
        board: whether the signal board belongs to it.
        argument: whether what the article argues answers it.
        ending: how the article ends, where that answers it.
        follow_ups: questions that doubt the answer.
        weight: rank where a day has more exchanges than a chat may hold; that of its heaviest finding where absent.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    length: OfLengths
    form: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")] = "question"
    asks: Ids
    answers: Slots = ()
    list: Ids = ()
    news: Annotated[int, Field(ge=0, le=5)] = 0
    figures: Ids = ()
    framework: bool = False
    board: bool = False
    argument: bool = False
    ending: EndingOutline | None = None
    follow_ups: Annotated[tuple[FollowOutline, ...], BeforeValidator(to_tuples)] = ()
    weight: _Weight = None


class LengthLimits(StrictModel):
    """The maximum of something in a chat, by the length of the brief."""

    full: Annotated[int, Field(ge=0, le=20)]
    standard: Annotated[int, Field(ge=0, le=20)]
    short: Annotated[int, Field(ge=0, le=20)]

    def limit_for(self, length: Length) -> int:
        """Return the maximum for a length."""
        return {"full": self.full, "standard": self.standard, "short": self.short}[length]


class ChatOutline(StrictModel):
    """The chat section of report.yaml.

    Attributes:
        reader, desk: msgids of the two speakers' names.
        most: how many exchanges there are at most; the lightest are left out.
        charts: how many charts there are at most; those of earlier exchanges come first.
        sentences: how many sentences an answer has at most.
        exchanges: in the order in which the story unfolds.
    """

    reader: str
    desk: str
    most: LengthLimits = LengthLimits(full=14, standard=9, short=4)
    charts: LengthLimits = LengthLimits(full=6, standard=4, short=1)
    sentences: Annotated[int, Field(ge=1, le=6)] = 3
    exchanges: Annotated[tuple[ExchangeOutline, ...], BeforeValidator(to_tuples)]


#: The form of a question, and of a follow-up's.
QUESTION, DOUBT = "question", "doubt"
#: Forms in which the finding that asks is answered, the first that it has; a doubt is answered by a reply.
ANSWER, REPLY = ("answer", "body"), ("reply", "answer", "body")
