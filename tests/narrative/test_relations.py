"""Relating words in phrases: when a wording may be told, what binds a word, and what an author is told of one."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.language.locales import Locale, load_locale
from reporter.language.relating_words import find_names, find_relating_words, get_relation_class
from reporter.model.document import LiteralSpan
from reporter.model.finding import Fact, Finding
from reporter.model.metric import Unit
from reporter.model.resources import locales_folder
from reporter.narrative.phrases.phrase_checks import RelationNames, check_phrases
from reporter.narrative.phrases.phrases import Joint, PhraseBook, SpeechContext, Utterance, load_phrases
from reporter.narrative.phrases.regional_phrases import to_regional_book
from tests.narrative.build import EN, ZH

DAY = date(2026, 2, 6)
FILE = "en.j2"


def book(text: str, locale: Locale = EN) -> PhraseBook:
    return load_phrases([(Path(FILE), text)], locale)


def finding(**relations: bool | None) -> Finding:
    def value(holds: bool | None) -> float | None:
        return None if holds is None else float(holds)

    facts = tuple(Fact(name, value(holds), Unit.BOOL, "by hand") for name, holds in relations.items())
    return Finding("a.b", "r.yaml:1", "v", "price", "neutral", 1, (), relations=facts)


def context(day: date = DAY, name: str = "Bitcoin") -> SpeechContext:
    return SpeechContext(day, {}, {"en": name, "zh-Hant": name}, "BTC")


def say(text: str, told: Finding, locale: Locale = EN, name: str = "Bitcoin") -> Utterance:
    return book(f'{{% say "a.b" %}}{text}{{% endsay %}}', locale).say_finding(told, "body", context(name=name))


def marks(said: Utterance) -> list[tuple[str, str]]:
    """Each relating word of a sentence and its claim."""
    spans = (span for span in said.spans if isinstance(span, LiteralSpan))
    return [(span.text[start:end], claim) for span in spans for start, end, claim in span.relating]


def checked(text: str, names: set[str], always: set[str] | None = None) -> list[str]:
    relations = {"a.b": RelationNames(frozenset(names), frozenset(always or ()))}
    return [str(one) for one in check_phrases([book(text)], {"a.b": frozenset()}, relations_of=relations)]


@pytest.mark.parametrize(
    ("tag", "text", "found"),
    [
        ("en", "It is still there; it remains so.", ["still", "remains"]),
        ("en", "Trading stood still; still, it fell.", []),
        ("zh-Hant", "價格仍高，空頭還在付費，費率依然為負。", ["仍", "還", "依然"]),
        ("zh-Hant", "還差一點，紓緩還沒到，還有兩天。", []),
        ("zh-Hans", "价格仍高，空头还在付费，纾缓还没到。", ["仍", "还"]),
        ("zh-Hant-HK", "價格仍高，空頭還在付費。", ["仍", "還"]),
    ],
)
def test_words_of_a_class_are_found_in_every_script_and_other_senses_are_not(
    tag: str, text: str, found: list[str]
) -> None:
    words = find_relating_words(text, load_locale(tag, locales_folder()))

    assert [(word.text, word.kind) for word in words if word.kind == "still"] == [(text, "still") for text in found]


def test_the_longest_class_that_a_name_begins_with_is_its_class() -> None:
    classes = {"no_longer", "no", "still"}

    assert [get_relation_class(name, classes) for name in ("no_longer_up", "no", "still_month", "stills")] == [
        "no_longer",
        "no",
        "still",
        "",
    ]


@pytest.mark.parametrize("holds", [True, False, None])
def test_a_wording_with_the_word_is_told_only_where_the_relation_is_true(holds: bool | None) -> None:
    text = '{% say "a.b" %}It is still up.{% or %}It is up.{% or %}Up it still is.{% or %}Up it is.{% endsay %}'
    said = {
        book(text).say_finding(finding(still=holds), "body", context(DAY + timedelta(days=ahead))).text
        for ahead in range(8)
    }

    plain = {"It is up.", "Up it is."}
    assert said == (plain | {"It is still up.", "Up it still is."} if holds else plain)


def test_two_days_in_a_row_have_no_wording_in_common_while_their_halves_have_one() -> None:
    text = '{% say "a.b" %}It still is.{% or %}One.{% or %}Two.{% or %}Three.{% endsay %}'
    said = [
        book(text).say_finding(finding(still=False), "body", context(DAY + timedelta(days=ahead))).text
        for ahead in range(20)
    ]

    assert all(one != other for one, other in pairwise(said))


def test_a_branch_binds_the_words_inside_it() -> None:
    text = "It is {% if still %}still {% else %}now {% endif %}up."

    assert say(text, finding(still=True)).text == "It is still up."
    assert say(text, finding(still=False)).text == "It is now up."
    assert say(text, finding(still=None)).text == "It is now up."


def test_each_word_is_marked_with_the_relation_of_its_branch() -> None:
    text = "Still up{% if still_puts %}, and puts are still dear{% endif %}."
    said = say(text, finding(still=True, still_puts=True))

    assert marks(said) == [("Still", "a.b:still#relation"), ("still", "a.b:still_puts#relation")]
    assert [(claim, kind, fact.value) for claim, kind, fact in said.claims] == [
        ("a.b:still#relation", "relation", 1.0),
        ("a.b:still_puts#relation", "relation", 1.0),
    ]


def test_a_word_behind_a_branch_that_failed_is_bound_by_what_it_denies() -> None:
    text = "{% if not still %}It is up.{% else %}It is still up.{% endif %}"

    assert marks(say(text, finding(still=True))) == [("still", "a.b:still#relation")]


def test_words_of_a_name_and_of_a_question_say_nothing() -> None:
    assert marks(say("{{ asset }} is up.{% or %}{{ asset }} is still up.", finding(still=True), name="Still Coin")) in (
        [],
        [("still", "a.b:still#relation")],
    )
    assert marks(say("Is it still up?", finding())) == []


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("It was little changed; it is opposite.", "it", [23]),
        ("BTC, BTCs and BTC's", "BTC", [0, 14]),
        ("比特幣仍高，以BTC計", "BTC", [7]),
        ("比特幣仍高", "比特幣", [0]),
        ("up", "", []),
    ],
)
def test_a_name_is_no_part_of_a_word(text: str, name: str, found: list[int]) -> None:
    assert list(find_names(text, [name])) == [(at, at + len(name)) for at in found]


def test_a_word_that_the_assets_pronoun_is_part_of_is_bound() -> None:
    assert marks(say("It closed, little changed.", finding(calm=True), name="it")) == [
        ("little changed", "a.b:calm#relation")
    ]


def test_a_word_without_a_relation_is_marked_as_unbound() -> None:
    assert marks(say("It is still up.", finding())) == [("still", "")]


def test_a_regional_edition_has_the_words_of_its_base() -> None:
    base = book('{% say "a.b" %}空頭還在付費。{% or %}空頭付費。{% endsay %}', ZH)
    region = to_regional_book(base, load_locale("zh-Hans", locales_folder()))

    assert region.say_finding(finding(still=False), "body", context()).text == "空头付费。"
    assert marks(region.say_finding(finding(still=True), "body", context(), wording=0)) == [
        ("还", "a.b:still#relation")
    ]


def test_a_phrase_without_a_fallback_is_refused() -> None:
    text = '{% say "a.b" %}It is still up.{% or %}Still up it is.{% endsay %}'
    hint = "give it one without such a word, or put the word between {% if still %} and {% endif %}"

    assert checked(text, {"still"}) == [f'{FILE}:1:1: "a.b": no wording can be told where still is not true; {hint}']
    assert checked(text, {"still"}, {"still"}) == []
    with pytest.raises(InputError) as caught:
        book(text).say_finding(finding(still=False), "body", context())
    assert [str(one) for one in caught.value.diagnostics] == [
        f'{FILE}:1:1: "a.b" (body): every wording asserts a relation that is not true on 2026-02-06; '
        "give it a wording without a relating word"
    ]


def test_a_relation_is_asked_for_and_not_printed() -> None:
    assert checked('{% say "a.b" %}It is {{ still }}.{% endsay %}', {"still"}) == [
        f'{FILE}:1:25: "still" is a relation; ask for it: {{% if still %}}'
    ]
    assert checked('{% say "a.b" %}It is{% if still %} still{% endif %} up.{% endsay %}', {"still"}) == []
    assert checked('{% say "a.b" %}It is{% if stil %} so{% endif %} up.{% endsay %}', {"still"}) == [
        f'{FILE}:1:27: "a.b" has no fact "stil"; did you mean "still"?'
    ]


def test_a_joint_rests_on_its_own_relation_and_other_words_of_its_class_on_the_rules() -> None:
    joint = Joint("but ", Fact("contrast_price_y", 1.0, Unit.BOOL, "by hand"))
    phrases = book('{% say "a.b" %}{{ link }}funding rose, but little.{% endsay %}')
    said = phrases.say_finding(finding(contrast=True), "body", context(), joint)

    assert marks(said) == [("But", "a.b:contrast_price_y#relation"), ("but", "a.b:contrast#relation")]
    assert {claim: fact.expression for claim, _, fact in said.claims} == {
        "a.b:contrast_price_y#relation": "by hand",
        "a.b:contrast#relation": "by hand",
    }


def test_a_joint_is_marked_where_neither_phrase_nor_rule_has_a_relation() -> None:
    joint = Joint("even so, ", Fact("contrast_price_y", 1.0, Unit.BOOL, "by hand"))
    said = book('{% say "a.b" %}{{ link }}funding rose.{% endsay %}').say_finding(finding(), "body", context(), joint)

    assert (said.text, marks(said)) == ("Even so, funding rose.", [("Even so", "a.b:contrast_price_y#relation")])


@pytest.mark.parametrize("tag", ["en", "zh-Hant", "zh-Hans", "zh-Hant-HK"])
def test_every_joint_of_a_locale_is_one_word_of_contrast(tag: str) -> None:
    locale = load_locale(tag, locales_folder())

    found = {text: find_relating_words(text, locale) for text in locale.lexicon.contrasts}
    assert found
    assert all([(word.kind, word.start) for word in words] == [("contrast", 0)] for words in found.values())


@pytest.mark.parametrize(
    ("tag", "text", "found"),
    [
        ("en", "It rose, but little, although it fell while it was open.", ["but", "although", "while"]),
        ("en", "Covering lifts a price while it lasts; it is all but gone for a while, and not yet here.", []),
        ("en", "Even so, it stood against the move.", ["Even so", "against the move"]),
        ("en", "It came to $2 billion, against $1 billion the day before.", []),
        ("zh-Hant", "價格上漲，費率卻為負，部位反而縮小；但還早。", ["卻", "反而", "但"]),
        ("zh-Hant", "市場冷卻，不但跌，而且失而復得。", []),
    ],
)
def test_contrasts_are_told_from_time_exception_and_comparison(tag: str, text: str, found: list[str]) -> None:
    words = find_relating_words(text, load_locale(tag, locales_folder()))

    assert [word.text for word in words if word.kind == "contrast"] == found
