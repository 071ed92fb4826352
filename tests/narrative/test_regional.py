from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from reporter.language.catalogues import label, list_labels
from reporter.language.foreign_words import find_foreign_words
from reporter.language.locales import Locale, load_locale
from reporter.language.terms import list_terms, short_term_name, term_name
from reporter.model.resources import locales_folder, templates_folder
from reporter.narrative.phrases.phrase_tree import Branch, FactValue, Loop, Part, PhraseText
from reporter.narrative.phrases.phrases import PhraseBook, load_phrases
from reporter.narrative.phrases.regional_phrases import to_regional_book

REGIONS = ("zh-Hant-TW", "zh-Hant-HK", "zh-Hans")
#: What characters a region's readers write: the national standards know no others.
SCRIPTS = {"zh-Hant-TW": "big5", "zh-Hant-HK": "big5", "zh-Hans": "gb2312"}
ZH = load_locale("zh-Hant", locales_folder())


def shipped() -> PhraseBook:
    files = sorted(templates_folder().glob("*/phrases/zh-Hant/*.j2"))
    return load_phrases([(path, path.read_text(encoding="utf-8")) for path in files], ZH)


def words(parts: Sequence[Part]) -> Iterator[str]:
    """Every literal text, and every word that a filter chooses."""
    for part in parts:
        if isinstance(part, PhraseText):
            yield part.text
        elif isinstance(part, FactValue):
            yield from (
                arg for call in part.calls if not call.used.choices for arg in call.args if isinstance(arg, str)
            )
        elif isinstance(part, Loop):
            yield from words(part.body)
        elif isinstance(part, Branch):
            for _, body in part.arms:
                yield from words(body)
            yield from words(part.otherwise)


def sayings(book: PhraseBook) -> list[str]:
    return [text for say in book.says.values() for wording in say.wordings for text in words(wording.body)]


def said_in(locale: Locale) -> list[str]:
    """Everything that the program itself can say in a locale."""
    ladders = locale.lexicon.ladders.values()
    moves = [word for ladder in ladders for word in (*ladder.up, *ladder.down, *ladder.up_nouns, *ladder.down_nouns)]
    names = [
        name for key in list_terms(locale.folder) for name in (term_name(key, locale), short_term_name(key, locale))
    ]
    labels = [label(msgid, locale) for msgid in list_labels(locale)]
    return [*sayings(to_regional_book(shipped(), locale)), *moves, *names, *labels]


@pytest.fixture(scope="module", params=REGIONS)
def region(request: pytest.FixtureRequest) -> Locale:
    return load_locale(request.param, locales_folder())


def test_no_wording_term_or_label_holds_a_word_of_another_region(region: Locale) -> None:
    found = [(text, word.word) for text in said_in(region) for word in find_foreign_words(text, region)]
    assert found == []


#: What an editor of each region struck from a brief: words that read as another region's, or say the reverse there.
STRUCK = {
    "zh-Hant": ("拉回", "紓緩", "收盤對收盤", "尋常幅度", "其上", "其下", "本刊紀錄", "同行", "美股指標", "報道"),
    "zh-Hant-TW": ("拉回", "極度看跌", "期權", "隱含波幅", "報道", "納斯達克"),
    "zh-Hant-HK": ("拉回", "空單", "空頭", "多頭", "極度看跌", "下檔", "收在 ", "關卡", "盤中", "開出", "振幅", "報導"),
    "zh-Hans": ("拉回", "下档", "纾缓", "收在 ", "关卡", "以币计", "报导"),
}


@pytest.mark.parametrize("tag", STRUCK)
def test_no_word_that_an_editor_of_the_region_struck_is_left(tag: str) -> None:
    locale = load_locale(tag, locales_folder())
    book = shipped() if tag == "zh-Hant" else to_regional_book(shipped(), locale)
    said = [*sayings(book), *(label(msgid, locale) for msgid in list_labels(locale))]
    assert [(word, text) for word in STRUCK[tag] for text in said if word in text] == []


def test_no_wording_term_or_label_holds_a_character_of_the_other_script(region: Locale) -> None:
    han = {char for text in said_in(region) for char in text if "\u4e00" <= char <= "\u9fff"}
    assert {char for char in han if not char.encode(SCRIPTS[region.tag], "ignore")} == set()


def test_quotation_marks_are_the_region_s(region: Locale) -> None:
    marks = {char for text in said_in(region) for char in text if char in "「」『』“”‘’"}
    assert marks <= set("“”‘’" if region.tag == "zh-Hans" else "「」『』")


def test_phrases_and_their_facts_are_the_base_s(region: Locale) -> None:
    base, regional = shipped(), to_regional_book(shipped(), region)
    assert regional.locale is region
    assert list(regional.says) == list(base.says)
    for key, say in base.says.items():
        assert [len(wording.body) for wording in regional.says[key].wordings] == [
            len(wording.body) for wording in say.wordings
        ]
        assert regional.says[key].file == say.file


def test_words_that_a_filter_chooses_are_the_region_s() -> None:
    source = '{% say "x" %}{{ move|sign("漲", "跌") }}：{{ list|listed(2, style="signed") }}{% endsay %}'
    book = load_phrases([(Path("x.j2"), source)], ZH)
    regional = to_regional_book(book, load_locale("zh-Hant-HK", locales_folder()))
    (wording,) = regional.says["x", "body"].wordings
    assert list(words(wording.body)) == ["升", "跌", "："]
    listed = wording.body[2]
    assert isinstance(listed, FactValue)
    assert (listed.calls[0].args, listed.calls[0].options) == ((2,), (("style", "signed"),))


def test_a_native_locale_gets_its_book_back() -> None:
    book = shipped()
    assert to_regional_book(book, ZH) is book
