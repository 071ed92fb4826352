"""Every wording of a phrase is as firm as the others, in every language; what is not is told where it stands."""

from __future__ import annotations

from pathlib import Path

from reporter.authoring.wording_firmness import check_firmness
from reporter.narrative.phrases.phrases import PhraseBook, load_phrases
from reporter.pipeline.read import load_desk_report, open_desk
from tests.briefs import SAMPLES
from tests.narrative.build import EN, ZH


def books(en: str, zh: str) -> list[PhraseBook]:
    return [load_phrases([(Path(f"{locale.tag}.j2"), text)], locale) for locale, text in ((EN, en), (ZH, zh))]


def messages(en: str, zh: str) -> list[str]:
    return [str(problem) for problem in check_firmness(books(en, zh))]


def test_a_word_of_one_language_alone_is_told() -> None:
    en = '{% say "a.b" %}It fell about {{ x }}.{% endsay %}'
    zh = '{% say "a.b" %}跌幅 {{ x }}。{% endsay %}'

    assert messages(en, zh) == [
        'en.j2:1:14: "a.b" says "about" here and nothing like it at zh-Hant.j2:1; '
        "say it in every wording and language, or in none"
    ]


def test_the_one_that_differs_is_told_and_not_the_many() -> None:
    en = '{% say "a.b", "headline" %}It may fall{% or %}\nA fall may come{% or %}\nIt falls{% endsay %}'
    zh = '{% say "a.b", "headline" %}可能下跌{% endsay %}'

    assert messages(en, zh) == [
        'en.j2:2:22: "a.b" (headline) says nothing here like "may" at en.j2:1; say it in every wording and language, '
        "or in none"
    ]


def test_as_firm_in_every_branch_is_right() -> None:
    en = '{% say "a.b" %}{% if x %}It may fall{% else %}It may rise{% endif %}.{% endsay %}'
    zh = '{% say "a.b" %}{% if x %}可能下跌{% else %}可能上漲{% endif %}。{% endsay %}'
    asked = ('{% say "c" %}May it?{% endsay %}', '{% say "c" %}會嗎？{% endsay %}')

    assert messages(en + asked[0], zh + asked[1]) == []


def test_the_shipped_phrases_are_as_firm_in_every_language() -> None:
    assert check_firmness(load_desk_report(open_desk(SAMPLES / "btc-2026-02")).books) == ()
