"""Sources in brackets: once a section, where a fact of the sentence shows otherwise."""

from __future__ import annotations

from reporter.model.document import ClaimSpan, LiteralSpan, Span
from reporter.narrative.source_notes import drop_named_sources

RELATION = "a:still#relation"


def sentence(*, figure: str = "a:level", source: str = "a:level", name: str = "CoinGlass") -> tuple[Span, ...]:
    return (
        LiteralSpan("It is "),
        ClaimSpan(f"{figure}#money", "$2 billion"),
        LiteralSpan(" ("),
        ClaimSpan(f"{source}#source", name),
        LiteralSpan("), still high.", ((3, 8, RELATION),)),
    )


def told(spans: tuple[Span, ...]) -> str:
    return "".join(span.text for span in spans)


def test_a_source_is_named_the_first_time_alone() -> None:
    named: set[str] = set()

    assert told(drop_named_sources(sentence(), named)) == "It is $2 billion (CoinGlass), still high."
    assert told(drop_named_sources(sentence(), named)) == "It is $2 billion, still high."
    assert told(drop_named_sources(sentence(name="Binance"), named)) == "It is $2 billion (Binance), still high."
    assert named == {"CoinGlass", "Binance"}


def test_a_relating_word_behind_the_note_keeps_its_place() -> None:
    after = drop_named_sources(sentence(), {"CoinGlass"})[-1]

    assert isinstance(after, LiteralSpan)
    assert [after.text[start:end] for start, end, _ in after.relating] == ["still"]


def test_a_note_stays_whose_fact_is_shown_nowhere_else() -> None:
    spans = sentence(source="a:other")

    assert drop_named_sources(spans, {"CoinGlass"}) == spans


def test_a_source_that_is_part_of_the_sentence_stays() -> None:
    spans = (ClaimSpan("a:level#source", "CoinGlass"), LiteralSpan(" has "), ClaimSpan("a:level#money", "$2 billion"))

    assert drop_named_sources(spans, {"CoinGlass"}) == spans


def test_chinese_brackets_are_taken_out_with_their_note() -> None:
    money, note = ClaimSpan("a:level#money", "20 億美元"), ClaimSpan("a:level#source", "CoinGlass")
    spans = (LiteralSpan("共 "), money, LiteralSpan("（"), note, LiteralSpan("）。"))

    assert told(drop_named_sources(spans, {"CoinGlass"})) == "共 20 億美元。"
