from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import dates, integers, sampled_from

from reporter.diagnostics.errors import InputError
from reporter.language.locales import Locale, load_locale
from reporter.model.document import ClaimSpan, LiteralSpan
from reporter.model.finding import Fact, Finding, Input
from reporter.model.metric import Citation, Event, LadderClass, Unit
from reporter.model.resources import locales_folder
from reporter.narrative.phrases.phrase_checks import check_phrases
from reporter.narrative.phrases.phrases import (
    Joint,
    PhraseBook,
    SpeechContext,
    Utterance,
    load_phrases,
    rotate_wordings,
)

EN = load_locale("en", locales_folder())
ZH = load_locale("zh-Hant", locales_folder())
DAY = date(2026, 2, 6)
DAYS = dates(date(2009, 1, 3), date(2100, 1, 1))
NO_PLACE = " has no place in a phrase; a phrase holds text, facts with filters, if and for"
MOMENT = 1770336900.0  # 00:15 UTC of that day
FILE = "phrases/en/price.j2"


def context(day: date = DAY) -> SpeechContext:
    return SpeechContext(
        date=day,
        citations={
            "a": Citation("a", "t", {"en": "CoinGlass", "zh-Hant": "CoinGlass"}, "", "a.csv"),
            "b": Citation("b", "t", {"en": "Farside", "zh-Hant": "Farside"}, "", "b.csv"),
            "c": Citation("c", "t", {"en": "CoinGlass", "zh-Hant": "CoinGlass"}, "", "c.csv"),
        },
        asset_name={"en": "Bitcoin", "zh-Hant": "比特幣"},
        asset_symbol="BTC",
        asset_short={"en": "it", "zh-Hant": "幣價"},
        names={"instrument.nikkei": {"en": "the Nikkei 225", "zh-Hant": "日經 225 指數"}},
    )


def fact(
    name: str,
    value: float | str | None,
    unit: Unit,
    *,
    rung: int | None = None,
    ladder: LadderClass | None = None,
    term: str = "",
    members: tuple[Fact, ...] = (),
    source: str = "",
    event: Event | None = None,
) -> Fact:
    inputs = (Input("m", "2026-02-06", 1.0, unit, MOMENT, source),) if source else ()
    return Fact(name, value, unit, "m", inputs, MOMENT, rung, ladder, members, term, event)


def move(key: str, value: float, rung: int | None) -> Fact:
    return fact(key, value, Unit.FRACTION, rung=rung, ladder="index", term=f"instrument.{key}")


MOVES = fact(
    "moves",
    4.0,
    Unit.FRACTION,
    members=(move("spx", 0.0197, 2), move("gold", 0.039, 3), move("dxy", -0.0019, 1), move("nikkei", 0.0008, 0)),
)
STORY = Event(
    "e1",
    MOMENT,
    "quote",
    "attributed",
    "news",
    {"en": "Reuters", "zh-Hant": "路透社"},
    {"en": "extreme", "zh-Hant": "極端"},
    {"en": "Sean Dawson", "zh-Hant": "Sean Dawson"},
    "",
)


def finding(*facts: Fact, id_: str = "price.x") -> Finding:
    return Finding(id_, "rules/price.yaml:3", "v1", "price", "bull", 50, facts)


def joint(text: str) -> Joint:
    return Joint(text, Fact("contrast_price_y", 1.0, Unit.BOOL, "by hand"))


def book(text: str, locale: Locale = EN) -> PhraseBook:
    return load_phrases([(Path(f"phrases/{locale.tag}/price.j2"), text)], locale)


def said(body: str, *facts: Fact, locale: Locale = EN) -> Utterance:
    return book(f'{{% say "price.x" %}}{body}{{% endsay %}}', locale).say_finding(finding(*facts), "body", context())


def problems(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        book(text)
    return str(caught.value).splitlines()


def by_line(shown: list[str]) -> list[str]:
    """Problems by file and line alone; columns have tests of their own."""
    return [re.sub(r"^([^:]+:\d+):\d+: ", r"\1: ", line) for line in shown]


def complaint(body: str, *facts: Fact) -> str:
    with pytest.raises(InputError) as caught:
        said(body, *facts)
    return str(caught.value)


# --- what is said


def test_every_figure_knows_its_fact() -> None:
    rise = fact("rise", 0.1219, Unit.FRACTION, rung=4, ladder="price")
    low = fact("low", 60_000.0, Unit.PRICE)
    spoken = said("{{ asset }} {{ rise|moved }} {{ rise|pct }} off {{ low }}.", rise, low)
    assert spoken == Utterance(
        phrase=f"{FILE}:1",
        wording=0,
        spans=(
            LiteralSpan("Bitcoin "),
            ClaimSpan("price.x:rise#moved", "surged"),
            LiteralSpan(" "),
            ClaimSpan("price.x:rise#pct", "12.2%"),
            LiteralSpan(" off "),
            ClaimSpan("price.x:low#price", "$60,000"),
            LiteralSpan("."),
        ),
        claims=(
            ("price.x:rise#moved", "moved", rise),
            ("price.x:rise#pct", "pct", rise),
            ("price.x:low#price", "price", low),
        ),
    )


def test_a_claim_that_is_shown_twice_is_listed_once() -> None:
    low = fact("low", 60_000.0, Unit.PRICE)
    assert said("{{ low }} and {{ low|price }}", low).claims == (("price.x:low#price", "price", low),)


@pytest.mark.parametrize(
    ("value", "unit", "filters", "english", "chinese"),
    [
        (60_000.0, Unit.PRICE, "price", "$60,000", "60,000 美元"),
        (60_000.0, Unit.PRICE, "price(bare=true)", "60,000", "60,000"),
        (72.21, Unit.LEVEL, "price", "$72.21", "72.21 美元"),
        (690e6, Unit.USD, "money", "$690 million", "6.9 億美元"),
        (0.0197, Unit.FRACTION, "pct(2)", "1.97%", "1.97%"),
        (-0.14, Unit.FRACTION, "signed(decimals=0)", "−14%", "−14%"),
        (-13.0, Unit.VOL_POINTS, "signed", "−13.0", "−13.0"),
        (-3.0, Unit.SCORE, "signed", "−3", "−3"),
        (58.9, Unit.VOL_POINTS, "points", "58.9", "58.9"),
        (6932.3, Unit.LEVEL, "level", "6,932.30", "6,932.30"),
        (0.654, Unit.RATIO, "ratio", "0.65", "0.65"),
        (3.0, Unit.COUNT, "count", "3", "3"),
        (2.0, Unit.COUNT, "words", "Two", "二"),
        (2.0, Unit.COUNT, "count_words", "Two", "兩"),
        (3.0, Unit.DAYS, "ordinal", "Third", "第三"),
        (1.0, Unit.DAYS, 'plural("day", "days")', "day", "days"),
        (2.0, Unit.DAYS, 'plural("day", "days")', "days", "days"),
        (31.9, Unit.HASHPRICE, "hashprice", "$31.90", "31.90 美元"),
        (9.0, Unit.SCORE, "score", "9", "9"),
        (0.62, Unit.CORRELATION, "corr", "+0.62", "+0.62"),
        (12_300.0, Unit.CONTRACTS, "coins", "12,300", "12,300"),
        (-0.000288, Unit.FRACTION, "funding", "−0.0288%", "−0.0288%"),
        (5.0, Unit.DAYS, "days", "5", "5"),
        (MOMENT, Unit.INSTANT, "date", "6 February", "2 月 6 日"),
        (MOMENT, Unit.INSTANT, "date_full", "6 February 2026", "2026 年 2 月 6 日"),
        (MOMENT, Unit.INSTANT, "weekday", "Friday", "星期五"),
        (MOMENT, Unit.INSTANT, "month", "February", "2 月"),
        (MOMENT, Unit.INSTANT, "time", "00:15 UTC", "00:15（UTC）"),
        (MOMENT, Unit.INSTANT, "date_time", "6 February, 00:15 UTC", "2 月 6 日 00:15（UTC）"),
        (-690e6, Unit.USD, "flow", "Net outflow", "淨流出"),
        (0.7, Unit.FRACTION, "retraced", "Most of", "大部分"),
        (-0.1, Unit.FRACTION, 'sign("above", "below")', "Below", "below"),
        (0.0, Unit.FRACTION, 'sign("above", "below", "at")', "At", "at"),
    ],
)
def test_filters_write_what_the_locale_does(value: float, unit: Unit, filters: str, english: str, chinese: str) -> None:
    shown = fact("x", value, unit)
    body = f"{{{{ x|{filters} }}}}"
    assert (said(body, shown).text, said(body, shown, locale=ZH).text) == (english, chinese)


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (fact("x", 1e9, Unit.USD), "$1.0 billion"),
        (fact("x", 0.5, Unit.FRACTION), "50.0%"),
        (fact("x", MOMENT, Unit.INSTANT), "6 February"),
        (fact("x", "instrument.gold", Unit.TEXT), "Gold"),
        (fact("x", 2.345, Unit.SIGMA), "2.3"),
        (MOVES, "The S&P 500, gold, the dollar index and the Nikkei 225"),
    ],
)
def test_a_fact_without_a_filter_is_told_by_its_unit(shown: Fact, text: str) -> None:
    assert said(f"{{{{ {shown.name} }}}}", shown).text == text


def test_lists_join_as_the_language_does_and_each_member_keeps_its_claims() -> None:
    spoken = said("{{ moves|ups|listed }}", MOVES)
    assert spoken.text == "The S&P 500 2.0%, gold 3.9% and the Nikkei 225 0.1%"
    assert [claim for claim, _, _ in spoken.claims] == [
        "price.x:moves.spx#term",
        "price.x:moves.spx#pct",
        "price.x:moves.gold#term",
        "price.x:moves.gold#pct",
        "price.x:moves.nikkei#term",
        "price.x:moves.nikkei#pct",
    ]
    chinese = said("{{ moves|ups|listed }}", MOVES, locale=ZH)
    assert chinese.text == "標普 500 指數 2.0%、黃金 3.9% 與日經 225 指數 0.1%"


def test_listed_moves_have_verbs_and_a_flat_one_its_value_in_brackets() -> None:
    assert said('{{ moves|listed(style="moved") }}', MOVES).text == (
        "The S&P 500 rose 2.0%, gold rose 3.9%, the dollar index edged down 0.2% and the Nikkei 225 edged up 0.1%"
    )
    assert said('{{ moves|listed(style="moved") }}', MOVES, locale=ZH).text == (
        "標普 500 指數上漲 2.0%、黃金上漲 3.9%、美元指數微跌 0.2% 與日經 225 指數微漲 0.1%"
    )
    assert said('{{ moves|downs|listed(style="signed") }}', MOVES).text == "The dollar index −0.2%"
    still = replace(MOVES, members=(replace(MOVES.members[0], value=0.0004),))
    assert said('{{ moves|listed(style="moved") }}', still).text == "The S&P 500 was little changed (0.0%)"
    assert said("{{ moves|flats|names }}", still, locale=ZH).text == "標普 500 指數"


def test_headlines_have_the_verbs_of_the_present() -> None:
    fall = replace(fact("x", -0.055, Unit.FRACTION), ladder="price")
    assert said("{{ asset }} {{ x|moves }} {{ x|pct }}", fall).text == "Bitcoin tumbles 5.5%"
    assert said("{{ asset }}{{ x|moves }} {{ x|pct }}", fall, locale=ZH).text == "比特幣重挫 5.5%"


def test_a_size_stands_beside_a_verb_without_its_sign() -> None:
    spoken = said("It fell {{ x|size }} points.", fact("x", -5.43, Unit.VOL_POINTS))
    assert (spoken.text, [claim for claim, _, _ in spoken.claims]) == ("It fell 5.4 points.", ["price.x:x#size"])


def test_a_list_is_counted_named_and_looped_over() -> None:
    spoken = said(
        '{{ moves|ups|words }} {{ moves|ups|plural("market", "markets") }}: '
        "{% for m in moves|downs %}{{ m|short }} {{ m|signed(2) }}{% endfor %}",
        MOVES,
    )
    assert spoken.text == "Three markets: dollar index −0.19%"
    assert spoken.claims[0][2].value == 3.0
    assert [claim for claim, _, _ in spoken.claims] == [
        "price.x:moves.ups#words",
        "price.x:moves.dxy#short",
        "price.x:moves.dxy#signed",
    ]


def test_the_furthest_members_of_a_list_are_picked() -> None:
    top = max(MOVES.members, key=lambda member: float(member.value or 0))
    low = min(MOVES.members, key=lambda member: float(member.value or 0))
    assert said("{{ moves|top|listed }}", MOVES).claims[1][2] == top
    assert said("{{ moves|bottom|listed }}", MOVES).claims[1][2] == low


def test_none_is_the_furthest_where_another_is_printed_alike() -> None:
    moves = fact("moves", 3.0, Unit.FRACTION, members=(move("spx", 0.0301, 1), move("dow", 0.0299, 0)))
    assert said("{% if moves|top %}most{% else %}like{% endif %}", moves).text == "like"


def test_a_move_that_is_printed_as_zero_has_no_sign() -> None:
    moves = fact("moves", 3.0, Unit.FRACTION, members=(move("spx", 0.01, 1), move("dow", 0.00004, 0)))
    body = "{% if moves|not_up %}most{% else %}all{% endif %} {{ moves|ups|count }}"
    assert said(body, moves).text == "most 1"
    assert said("{% if moves|not_down %}most{% else %}all{% endif %}", moves).text == "most"


def test_a_counted_number_is_one_claim_however_a_language_counts() -> None:
    times = fact("times", 2.0, Unit.COUNT)
    chinese = said("{{ times|count_words }}次", times, locale=ZH)
    assert chinese.text == "兩次"
    assert chinese.claims == said("{{ times|words }} times", times).claims == (("price.x:times#words", "words", times),)


def test_members_of_one_name_are_told_apart_by_their_terms() -> None:
    twins = fact(
        "m",
        2.0,
        Unit.FRACTION,
        members=tuple(fact("m", 0.01, Unit.FRACTION, term=f"instrument.{key}") for key in ("spx", "dow")),
    )
    assert [claim for claim, _, _ in said("{{ m|names }}", twins).claims] == [
        "price.x:m.spx#term",
        "price.x:m.dow#term",
    ]


def test_conditions_ask_what_is_known_and_which_members_there_are() -> None:
    body = (
        "{% if low is known and high is missing %}A{% elif low is known %}B{% else %}C{% endif %}"
        "{% if moves|downs %}D{% endif %}{% if not met %}E{% endif %}"
    )
    gone, there = fact("high", None, Unit.PRICE), fact("low", 1.0, Unit.PRICE)
    assert said(body, there, gone, MOVES, fact("met", 0.0, Unit.COUNT)).text == "ADE"
    assert said(body, fact("low", None, Unit.PRICE), gone, MOVES, fact("met", 1.0, Unit.BOOL)).text == "CD"


def test_sources_are_named_once_each() -> None:
    flow = fact("flow", 1e6, Unit.USD, source="a+b+c")
    assert said("{{ flow|source }}", flow).text == "CoinGlass and Farside"
    assert said("據{{ flow|source }}數據", flow, locale=ZH).text == "據 CoinGlass 與 Farside 數據"


def test_an_event_gives_its_words_its_speaker_and_its_outlet() -> None:
    story = fact("story", "e1", Unit.TEXT, event=STORY)
    body = "{{ story|speaker }}: {{ story|text }} ({{ story|source }})"
    assert said(body, story).text == "Sean Dawson: extreme (Reuters)"
    assert said("「{{ story }}」（{{ story|source }}）", story, locale=ZH).text == "「極端」（路透社）"


def test_sentences_begin_with_a_capital_and_initials_end_none() -> None:
    low = fact("low", 60_000.0, Unit.PRICE)
    body = "{{ asset_short }} touched {{ low }}. {{ asset_short }} is U.S. {{ asset_symbol }}; {{ asset_short }} rose."
    assert said(body, low).text == "It touched $60,000. It is U.S. BTC; it rose."


def test_chinese_spaces_are_set_over_the_whole_sentence() -> None:
    spoken = said(
        "{{ asset_short }} {{ rise|moved }}{{ rise|pct }}，\n  低點{{ low|price }}出現在{{ t|time }} 。",
        fact("rise", 0.1219, Unit.FRACTION, rung=4, ladder="price"),
        fact("low", 60_000.0, Unit.PRICE),
        fact("t", MOMENT, Unit.INSTANT),
        locale=ZH,
    )
    assert spoken.text == "幣價飆升 12.2%，低點 60,000 美元出現在 00:15（UTC）。"
    assert ClaimSpan("price.x:low#price", "60,000 美元") in spoken.spans


def test_forms_stand_beside_each_other() -> None:
    phrases = book('{# a note #}{% say "price.x" %}one{% endsay %}\n{% say "price.x", "headline" %}two{% endsay %}')
    assert (phrases.has_phrase("price.x", "body"), phrases.has_phrase("price.x", "caption")) == (True, False)
    assert phrases.say_finding(finding(), "headline", context()).phrase == f"{FILE}:2"


def test_a_wording_is_located_by_its_own_line() -> None:
    phrases = book('{% say "price.x" %}\n  one\n{% or %}\n  two\n{% endsay %}')
    spoken = [phrases.say_finding(finding(), "body", context(DAY + timedelta(days=ahead))) for ahead in (0, 1)]
    assert {(one.text, one.phrase) for one in spoken} == {("one", f"{FILE}:1"), ("two", f"{FILE}:3")}


@given(
    finding_id=sampled_from(["price.x", "lead.up", "a"]),
    form=sampled_from(["body", "headline"]),
    count=integers(2, 9),
    day=DAYS,
)
def test_two_days_in_a_row_have_no_wording_in_common(finding_id: str, form: str, count: int, day: date) -> None:
    today, tomorrow = (rotate_wordings(finding_id, form, day + timedelta(days=ahead), count) for ahead in (0, 1))
    assert not set(today) & set(tomorrow)
    assert sorted((*today, *tomorrow)) == list(range(count))


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_every_wording_has_its_turn(count: int) -> None:
    first = [rotate_wordings("price.x", "body", DAY + timedelta(days=ahead), count)[0] for ahead in range(2 * count)]
    assert set(first) == set(range(count))


def test_a_rules_wordings_take_turns_by_its_own_count() -> None:
    phrases = book('{% say "price.x" %}one{% or %}two{% or %}three{% or %}four{% endsay %}')
    told = [
        phrases.say_finding(
            replace(finding(), turn=700_000 + turn), "body", context(DAY + timedelta(days=3 * turn))
        ).text
        for turn in range(8)
    ]
    assert set(told[:4]) == set(told[4:]) == {"one", "two", "three", "four"}


# --- a desk's own files


def test_a_desks_say_stands_in_for_the_report_types_and_leaves_the_rest() -> None:
    phrases = load_phrases(
        [(Path("a.j2"), '{% say "x" %}one{% endsay %}{% say "y" %}two{% endsay %}')],
        EN,
        [[(Path("desk.j2"), '{% say "x" %}ours{% or %}ours too{% endsay %}')]],
    )
    assert {name: (say.file, len(say.wordings)) for (name, _), say in phrases.says.items()} == {
        "x": ("desk.j2", 2),
        "y": ("a.j2", 1),
    }


def test_a_desk_that_says_a_thing_twice_is_told_so() -> None:
    says = '{% say "x" %}one{% endsay %}'
    with pytest.raises(InputError) as caught:
        load_phrases([], EN, [[(Path("a.j2"), says), (Path("b.j2"), says)]])
    hint = "first at a.j2:1; another wording follows {% or %}"
    assert str(caught.value) == f'b.j2:1:1: "x", form "body", is said twice; {hint}'


# --- what a file may not hold


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{% set x = low %}a", "{% set %}" + NO_PLACE),
        ('{% include "x" %}a', "{% include %}" + NO_PLACE),
        ("{{ low.value }}", "a dotted name" + NO_PLACE),
        ("{{ low() }}", "a call" + NO_PLACE),
        ("{{ low + low }}", "add" + NO_PLACE),
        ("{{ 'abc' }}", "a literal value" + NO_PLACE),
        ("{% if low > high %}a{% endif %}b", "a comparison" + NO_PLACE),
        ("{{ low|float }}", 'unknown filter "float"; did you mean "flats"?'),
        ("{{ low|prcie }}", 'unknown filter "prcie"; did you mean "price"?'),
        ("{% if low is defined %}a{% endif %}b", 'unknown test "defined"; the tests are known and missing'),
        ("{% if low is knwon %}a{% endif %}b", 'unknown test "knwon"; did you mean "known"?'),
        ("{% if low|pct %}a{% endif %}b", 'a condition asks whether "low" is known, or for ups or downs'),
        ("{{ low|pct|money }}", "money follows pct, which has already made text"),
        ('{{ low|pct("x") }}', "pct: decimals is a whole number"),
        ("{{ low|pct(places=1) }}", 'pct has no argument "places"'),
        ("{{ low|pct(9) }}", "pct: decimals is between 0 and 6"),
        ("{{ low|pct(1, 2) }}", "pct takes 1 arguments"),
        ("{{ low|pct(low) }}", "arguments of pct are plain texts or numbers"),
        ('{{ low|sign("up") }}', "sign lacks the argument down"),
        ('{{ low|listed(style="bare") }}', "listed: style is one of pct, signed, moved"),
        ("{% for a, b in low %}x{% endfor %}", "a loop is {% for name in list %} … {% endfor %}"),
        ("{% for a in low|pct %}x{% endfor %}", '"low" is made text before it is looped over'),
        ("above 70,000", 'literal digits "70,000"; print a fact, or declare it: {% say "price.x", digits="70,000" %}'),
        (
            '{{ low|sign("up 5", "b") }}',
            'literal digits "5"; print a fact, or declare it: {% say "price.x", digits="5" %}',
        ),
        ("７", 'literal digits "７"; print a fact, or declare it: {% say "price.x", digits="７" %}'),
        (" \n ", '"price.x" has an empty wording'),
        ("{% block a %}{% endblock %}b", "{% block %}" + NO_PLACE),
        (
            "a{% if x is known %}{% say 'y' %}b{% endsay %}{% endif %}",
            "{% say %} inside another tag; each say stands by itself",
        ),
    ],
)
def test_what_is_no_phrase_is_refused_with_its_place(body: str, message: str) -> None:
    assert f"{FILE}:2: {message}" in by_line(problems(f'\n{{% say "price.x" %}}{body}{{% endsay %}}'))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{% say "a" %}b{% endsy %}', 'phrases/en/price.j2:1:15: unknown tag "endsy"; did you mean "endsay"?'),
        (
            "{% say a %}b{% endsay %}",
            "phrases/en/price.j2:1:1: {% say a %} can't be read; "
            '{% say "finding", "form", digits="500" %}; form and digits may be left out',
        ),
        ('{% say "a" %}{{ b }{% endsay %}', 'phrases/en/price.j2:1:19: a {{ tag ends in one "}"; write }}'),
        (
            '{% say "a" %}b{% endsay %}\nstray',
            "phrases/en/price.j2:2:1: text outside {% say %}; a comment is written {# … #}",
        ),
        (
            "{% if a is known %}{% endif %}",
            "phrases/en/price.j2:1:1: {% if %} stands outside {% say %}; "
            "a phrase holds text, facts with filters, if and for",
        ),
        (
            '{% say "a" %}b{% endsay %}\n{% say "a", "body" %}c{% endsay %}',
            'phrases/en/price.j2:2:1: "a", form "body", is said twice; '
            "first at phrases/en/price.j2:1; another wording follows {% or %}",
        ),
        (
            '{% say "a", digits="500" %}b{% endsay %}',
            'phrases/en/price.j2:1:1: "a" declares the digits "500" and writes none',
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_located(text: str, message: str) -> None:
    assert problems(text) == [message]


def test_nesting_without_end_is_refused() -> None:
    nested = '{% say "a" %}{{ ' + "(" * 20_000 + "x" + ")" * 20_000 + " }}{% endsay %}"
    assert problems(nested) == [f"{FILE}: nested too deeply; a phrase is a sentence"]


def test_all_problems_of_a_file_come_together() -> None:
    text = '{% say "a" %}1{{ x|nope }}\n\n2{% endsay %}{% say "b" %}{% set x = 1 %}c{% endsay %}'
    assert [line.partition(": ")[0] for line in problems(text)] == [
        f"{FILE}:1:14",
        f"{FILE}:1:20",
        f"{FILE}:3:1",
        f"{FILE}:3:27",
    ]


def test_declared_digits_may_be_written() -> None:
    phrases = book('{% say "price.x", digits="25, 500" %}the S&P 500 and 25-delta{% endsay %}')
    assert phrases.say_finding(finding(), "body", context()).text == "the S&P 500 and 25-delta"


# --- what a fact can't give


@pytest.mark.parametrize(
    ("body", "shown", "message"),
    [
        ("{{ x|price }}", fact("x", None, Unit.PRICE), "is missing; guard it with {% if x is known %}"),
        ("{{ x|ups|words }}", fact("x", None, Unit.FRACTION), "is missing; guard it with {% if x is known %}"),
        ("{% if x %}a{% endif %}b", fact("x", None, Unit.BOOL), "is missing; ask first whether x is known"),
        (
            "{{ x|price }}",
            fact("x", 0.1, Unit.FRACTION),
            "is in fraction, which price can't tell; "
            "fraction is told by funding, flow, retraced, pct, signed, moved, moves, move_noun, sign",
        ),
        (
            "{{ x|moved }}",
            fact("x", 0.1, Unit.FRACTION),
            "has no ladder of words; only a change is told by moved; sign picks between two words",
        ),
        ("{{ x|term }}", fact("x", 0.1, Unit.FRACTION), "has no name; only a fact with a term key has one"),
        ("{{ x|source }}", fact("x", 0.1, Unit.FRACTION), "rests on no source"),
        ("{{ x|source }}", fact("x", 0.1, Unit.FRACTION, source="z"), 'rests on the source "z", which has no citation'),
        ("{{ x|retraced }}", fact("x", 0.0, Unit.FRACTION), "nothing was retraced"),
        (
            '{{ x|sign("a", "b") }}',
            fact("x", 0.0, Unit.FRACTION),
            'is zero, and sign has no third word; sign("up", "down", "flat")',
        ),
        ("{{ x|listed }}", fact("x", 0.0, Unit.FRACTION), "is no list, or an empty one; guard it with {% if x %}"),
        (
            "{{ x|pct }}",
            fact("x", 1.0, Unit.FRACTION, members=(move("spx", 0.1, 1),)),
            "is a list, which pct can't tell; listed, names, count or words tells it",
        ),
        (
            "{% if x %}a{% endif %}b",
            fact("x", 0.1, Unit.FRACTION),
            "is no list, no count and not true or false; ask whether x is known",
        ),
        ("{{ y }}", fact("x", 0.1, Unit.FRACTION), "is not in this finding; facts are given in the rule"),
        ("{{ x }}", fact("x", 1.0, Unit.BOOL), "is in bool, which needs a filter"),
    ],
)
def test_a_fact_that_cannot_be_told_is_named(body: str, shown: Fact, message: str) -> None:
    name = "y" if "{{ y }}" in body else "x"
    assert by_line([complaint(body, shown)])[0] == f'{FILE}:1: finding "price.x", fact "{name}": {message}'


def test_a_finding_without_a_phrase_is_located_at_its_rule() -> None:
    with pytest.raises(InputError) as caught:
        book('{% say "a" %}b{% endsay %}').say_finding(finding(), "note", context())
    assert str(caught.value) == 'rules/price.yaml:3: no phrase in en for finding "price.x", form "note"'


# --- phrases against rules and locales


def checked(
    text: str, facts: set[str], optional: set[str] | None = None, units: dict[str, Unit] | None = None
) -> list[str]:
    found = check_phrases(
        [book(text)],
        {"price.x": frozenset(facts)},
        {"price.x": frozenset(optional or ())},
        {"price.x": units or {}},
    )
    return by_line([str(problem) for problem in found])


def test_facts_that_the_rule_does_not_give_are_found_in_untaken_branches() -> None:
    text = '{% say "price.x" %}{% if low is known %}a{% else %}\n{{ lwo|price }}{% endif %}{% endsay %}'
    assert checked(text, {"low", "high"}) == [f'{FILE}:2: "price.x" has no fact "lwo"; did you mean "low"?']


def test_a_phrase_for_no_rule_gets_the_nearest_one() -> None:
    assert checked('{% say "price.y" %}a{% endsay %}', set()) == [
        f'{FILE}:1: phrase for the unknown rule "price.y"; did you mean "price.x"?'
    ]


@pytest.mark.parametrize(
    ("body", "guarded"),
    [
        ("{{ low|price }}", False),
        ("{% if low is known %}{{ low|price }}{% endif %}", True),
        ("{% if low is missing %}a{% else %}{{ low|price }}{% endif %}", True),
        ("{% if low is missing %}{{ low|price }}{% endif %}", False),
        ("{% if low is known or high is known %}{{ low|price }}{% endif %}", False),
        ("{% if low is known and high is known %}{{ low|price }}{% endif %}", True),
        ("{% if low is missing or high is missing %}a{% else %}{{ low|price }}{% endif %}", True),
        ("{% if not (low is missing) %}{{ low|price }}{% endif %}", True),
        ("{% if low is known and low|ups %}{{ low|listed }}{% endif %}", True),
        ("{% if low|ups %}a{% endif %}", False),
    ],
)
def test_a_fact_that_may_be_missing_needs_a_guard(body: str, guarded: bool) -> None:
    message = f'{FILE}:1: fact "low" may be missing; guard it with {{% if low is known %}}'
    found = checked(f'{{% say "price.x" %}}{body}{{% endsay %}}', {"low", "high"}, {"low"})
    assert found == ([] if guarded else [message])


def test_units_are_checked_where_they_are_known() -> None:
    text = '{% say "price.x" %}{{ low|coins }} {{ high|coins }}{% endsay %}'
    assert checked(text, {"low", "high"}, units={"low": Unit.PRICE}) == [
        f'{FILE}:1: fact "low" is in usd_price, which coins can\'t tell; '
        "usd_price is told by price, moved, moves, move_noun, sign"
    ]


def test_names_of_the_asset_take_no_filter_and_belong_to_no_fact() -> None:
    assert checked('{% say "price.x" %}{{ asset|term }}{% endsay %}', {"asset"}) == [
        f'{FILE}:1: "price.x" has a fact "asset", a name that every phrase has already',
        f'{FILE}:1: "asset" is a name; it is printed without a filter',
    ]


def test_a_link_takes_the_capital_and_its_absence_gives_it_back() -> None:
    linked = book('{% say "price.x" %}{{ link }}funding rose. Then it fell.{% endsay %}')
    assert linked.say_finding(finding(), "body", context(), joint("but ")).text == "But funding rose. Then it fell."
    assert linked.say_finding(finding(), "body", context()).text == "Funding rose. Then it fell."
    named = book('{% say "price.x" %}{{ link }}{{ asset }} fell.{% endsay %}')
    assert named.say_finding(finding(), "body", context(), joint("still, ")).text == "Still, Bitcoin fell."


def test_a_link_has_a_place_in_every_wording_and_every_locale() -> None:
    text = '{% say "price.x" %}{{ link }}a{% or %}b{% endsay %}'
    assert checked(text, set()) == [
        f'{FILE}:1: "price.x": a wording without {{{{ link }}}}; '
        "every wording has a place for what joins it to the sentence before, or none has"
    ]
    english = book('{% say "price.x" %}{{ link }}a{% endsay %}')
    chinese = load_phrases([(Path("zh.j2"), '{% say "price.x" %}b{% endsay %}')], ZH)
    assert by_line([str(problem) for problem in check_phrases([english, chinese], {"price.x": frozenset()})]) == [
        'zh.j2:1: "price.x", form "body", has {{ link }} in en and not here'
    ]


def test_every_form_is_said_in_every_locale() -> None:
    english = book('{% say "price.x" %}a{% endsay %}{% say "price.x", "note" %}b{% endsay %}')
    chinese = book('{% say "price.x" %}甲{% endsay %}', ZH)
    assert by_line([str(problem) for problem in check_phrases([english, chinese], {"price.x": frozenset()})]) == [
        f'{FILE}:1: "price.x", form "note", is said in en and not in zh-Hant'
    ]


def test_what_one_language_prints_each_other_prints_in_some_wording() -> None:
    def compared(english: str, chinese: str, form: str = "body") -> list[str]:
        said = [f'{{% say "price.x", "{form}" %}}{text}{{% endsay %}}' for text in (english, chinese)]
        books = [book(said[0]), load_phrases([(Path("zh.j2"), said[1])], ZH)]
        return [str(problem) for problem in check_phrases(books, {"price.x": frozenset({"a", "b"})})]

    assert compared("{{ asset }} rests", "{{ a|pct }}{% or %}{{ asset }}{{ a|pct }}") == [
        f'{FILE}:1:26: "price.x" (body) prints no fact here, and a at zh.j2:1; print the same facts in every language'
    ]
    assert compared("{{ a|pct }}{% or %}x {{ a|pct }}{% or %}{{ b|pct }}", "{{ b|pct }}{% or %}{{ a|pct }}") == []
    assert compared("{{ a|pct }}{% if b is known %} b{% endif %}", "甲") == []
    assert compared("Where to?", "{{ a|pct }}？", "question") == []


@pytest.mark.parametrize("mark", ["**quiet**", "_quiet_", "[quiet](x)", "`quiet`"])
def test_a_phrase_has_no_markdown(mark: str) -> None:
    assert "is left of Markdown; a phrase is printed as it is written, so write plain words" in "".join(
        problems(f'{{% say "price.x" %}}A {mark} day{{% endsay %}}')
    )


def test_the_facts_of_each_wording_can_be_compared() -> None:
    phrases = book(
        '{% say "price.x" %}{{ asset }} {{ a|pct }}{% or %}{% for m in b %}{{ m|pct }}{% endfor %}{% endsay %}'
    )
    assert [wording.facts for wording in phrases.says["price.x", "body"].wordings] == [("a",), ("b",)]


def test_languages_whose_wordings_show_several_sets_of_facts_choose_the_same_one_each_day() -> None:
    """However many wordings each has, and in whatever order they stand."""
    one, other = "{{ a|pct }} rose", "rose {{ b|pct }}"
    english = book(f'{{% say "price.x" %}}{one}{{% or %}}{other}{{% or %}}It {other}{{% or %}}It {one}{{% endsay %}}')
    chinese = book(f'{{% say "price.x" %}}{other}{{% or %}}{one}{{% or %}}B {one}{{% endsay %}}')
    finding = Finding("price.x", "", "", "price", "neutral", 50, ())
    days = [date(2026, 1, 1) + timedelta(days=at) for at in range(20)]

    def shown(phrases: PhraseBook, day: date) -> set[tuple[str, ...]]:
        wordings = phrases.says["price.x", "body"].wordings
        return {wordings[place].facts for place in phrases.rotate_wordings(finding, "body", day)}

    assert [shown(english, day) for day in days] == [shown(chinese, day) for day in days]
    assert {facts for day in days for facts in shown(english, day)} == {("a",), ("b",)}
    # Each wording has its turn, and none on two days in a row.
    firsts = [english.rotate_wordings(finding, "body", day)[0] for day in days]
    assert set(firsts) == {0, 1, 2, 3}
    assert all(a != b for a, b in pairwise(firsts))
