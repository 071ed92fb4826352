from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.strategies import text

from reporter.language.sentences import ends_sentence, sentence_opening, split_sentences


@pytest.mark.parametrize(
    ("running", "sentences"),
    [
        ("It fell. It rose 1.5% to $70,000.", ["It fell.", "It rose 1.5% to $70,000."]),
        ("The U.S. Treasury said so. Mr. Smith agreed.", ["The U.S. Treasury said so.", "Mr. Smith agreed."]),
        ("He said “it fell.” It rose.", ["He said “it fell.”", "It rose."]),
        (
            "價格下跌（Deribit）。不過，仍高於 53.5 點！真的？",
            ["價格下跌（Deribit）。", "不過，仍高於 53.5 點！", "真的？"],
        ),
        ("據 alternative.me 報導，情緒落在恐懼區。", ["據 alternative.me 報導，情緒落在恐懼區。"]),
        ("No end mark", ["No end mark"]),
        ("", []),
    ],
)
def test_text_is_split_where_a_reader_stops(running: str, sentences: list[str]) -> None:
    assert [sentence for _, sentence in split_sentences(running)] == sentences


@given(text(alphabet="ab .!?。（）」\n1", max_size=40))
def test_nothing_is_lost_in_splitting(running: str) -> None:
    split = split_sentences(running)
    assert all(running[at : at + len(sentence)] == sentence for at, sentence in split)
    assert "".join("".join(sentence for _, sentence in split).split()) == "".join(running.split())


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("The close was 1.6% below.", "The close was in the top fifth.", True),
        ("The close was 1.6% below.", "The close is 1.6% below.", False),
        ("On 5 February it fell.", "On 6 February it rose.", False),
        ("價格上漲，當日資金費率為負。", "價格上漲，以幣計的部位縮小。", True),
        ("2 月 5 日，美股下跌。", "2 月 5 日共有 10 億美元。", True),
        ("收盤 69,980 美元低於它。", "收盤 69,980 美元就在帶內。", True),
        ("“The close was low,” he said.", "The close was low.", True),
    ],
)
def test_an_opening_is_what_a_reader_hears_first(one: str, other: str, alike: bool) -> None:
    assert (sentence_opening(one) == sentence_opening(other)) is alike


@pytest.mark.parametrize(
    ("said", "ended"),
    [("It fell.", True), ("（CoinGlass）。", True), ("「跌了。」", True), ("It fell", False), ("", False)],
)
def test_an_end_mark_may_stand_before_a_closing_quote(said: str, ended: bool) -> None:
    assert ends_sentence(said) is ended
