from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from reporter.authoring.relating_words import check_relating_words
from reporter.authoring.trial import open_authored_report
from reporter.desk.config.config import AssetConfig
from reporter.diagnostics.errors import InputError
from reporter.language.class_words import find_foreign_word, list_classes_with_words
from reporter.language.locales import load_locale
from reporter.model.resources import locales_folder
from reporter.narrative.phrases.phrase_tree import iterate_texts
from reporter.narrative.phrases.phrases import PhraseBook
from reporter.pipeline.read import load_desk_report, open_desk, read_written_report
from reporter.report_type.asset_fit import find_classless_phrases, fit_report
from reporter.report_type.report_type import ReportType
from tests.briefs import SAMPLES
from tests.desk.build import source

_SHARE = AssetConfig.model_validate({"symbol": "X", "name": {"": "X"}, "class": "equity", "quote": "TWD"})


@cache
def _report() -> ReportType:
    return load_desk_report(open_desk(SAMPLES / "btc-2026-02"))


def test_a_coin_in_dollars_leaves_a_report_as_it_is() -> None:
    assert fit_report(_report(), open_desk(SAMPLES / "btc-2026-02").asset) == _report()


@pytest.mark.parametrize("tag", ["en", "zh-Hant"])
def test_no_wording_of_another_asset_holds_a_word_of_coins(tag: str) -> None:
    words = [word for word in list_classes_with_words(load_locale(tag, locales_folder()))["crypto"] if word != "幣"]
    told = re.compile("|".join(rf"(?<![a-z]){re.escape(word)}(?![a-z])" for word in words), re.IGNORECASE)
    book = next(book for book in fit_report(_report(), _SHARE).books if book.locale.tag == tag)
    texts = [text for say in book.says.values() for one in say.wordings for text in iterate_texts(one.body)]
    assert len(texts) > 1000
    assert [text for text in texts if told.search(text)] == []


def test_languages_that_had_the_same_sets_of_facts_have_them_still() -> None:
    before, after = (
        {book.locale.tag: book for book in each.books} for each in (_report(), fit_report(_report(), _SHARE))
    )

    def list_sets(books: object, tag: str, key: tuple[str, str]) -> set[tuple[str, ...]]:
        return {one.facts for one in books[tag].says[key].wordings}  # type: ignore[index]

    for key in after["en"].says:
        if list_sets(before, "en", key) == list_sets(before, "zh-Hant", key):
            assert list_sets(after, "en", key) == list_sets(after, "zh-Hant", key), key


def test_the_program_s_own_phrases_can_be_told_of_any_asset() -> None:
    assert [str(one) for one in find_classless_phrases(_report())] == []


def test_a_phrase_that_only_speaks_of_coins_is_said_where_it_stands() -> None:
    report = _report()
    book = next(book for book in report.books if book.locale.tag == "en")
    say = book.says["macro.closed", "body"]
    coins = tuple(one for one in say.wordings if any("crypto" in text for text in iterate_texts(one.body)))
    faulty = replace(book, says={**book.says, ("macro.closed", "body"): replace(say, wordings=coins)})
    with pytest.raises(InputError) as raised:
        fit_report(replace(report, books=(faulty,), unsaid=()), _SHARE)
    (said,) = map(str, raised.value.diagnostics)
    assert said.endswith(
        ': "macro.closed", form "body": no wording can be told of an asset that is no coin; add one without "crypto"'
    )
    assert Path(said.partition(":")[0]).name == "macro.j2"


def test_methods_and_conditions_of_coins_are_left_out() -> None:
    fitted = fit_report(_report(), _SHARE)
    assert [item.label for item in fitted.outline.methods if "coins" in item.label or "funding" in item.label] == []
    framework = fitted.rules.framework
    assert framework is not None
    asked = [one.id for one in framework.conditions]
    assert "for.low_holds" in asked
    assert not {"for.miners", "for.leverage", "against.funding"} & set(asked)


@pytest.mark.parametrize(
    ("tag", "text", "found"),
    [
        ("en", "Counted in coins, it shrank", "coins"),
        ("en", "The coincidence of both", ""),
        ("zh-Hant", "幣價一週", "幣"),
        ("zh-Hant", "收在 600 新台幣", ""),
    ],
)
def test_words_of_coins_are_whole_words(tag: str, text: str, found: str) -> None:
    locale = load_locale(tag, locales_folder())
    assert find_foreign_word(text, locale, "equity") == found
    assert find_foreign_word(text, locale, "crypto") == ""


def test_a_desk_of_another_asset_checks_all_that_is_written(tmp_path: Path) -> None:
    text = '[desk]\nslug = "x"\nlocales = ["en", "zh-Hant"]\n'
    text += '[asset]\nsymbol = "X"\nname = "X"\nclass = "equity"\nquote = "TWD"\n'
    (tmp_path / "desk.toml").write_text(f"{text}\n{source('prices', unit='twd')}", "utf-8")
    config = open_desk(tmp_path)
    assert check_relating_words(read_written_report(config)) == ()
    assert open_authored_report(tmp_path, None).report.rules == read_written_report(config).rules
    assert load_desk_report(config).rules != read_written_report(config).rules


@pytest.mark.long
def test_on_a_desk_of_sessions_phrases_say_sessions() -> None:
    asset = _SHARE.model_copy(update={"calendar": "24/5"})
    always, sessions = ({book.locale.tag: book for book in fit_report(_report(), one).books} for one in (_SHARE, asset))

    def list_texts(book: PhraseBook) -> str:
        wordings = (one for say in book.says.values() for one in say.wordings)
        return "\n".join(text for one in wordings for text in iterate_texts(one.body))

    for tag, of_days, of_sessions in (
        ("en", ("the thirty days before", "the day before"), ("the thirty sessions before", "the session before")),
        ("zh-Hant", ("前三十天", "前一日"), ("前三十個交易日", "前一個交易日")),
    ):
        before, after = list_texts(always[tag]), list_texts(sessions[tag])
        assert all(words in before and words not in after for words in of_days)
        assert all(words in after for words in of_sessions)
