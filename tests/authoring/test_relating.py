"""What `check` says of relating words: bare ones, in the program's phrases and a desk's own; relations nobody uses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reporter.authoring.relating_words import check_relating_words
from reporter.authoring.wording_firmness import check_firmness
from reporter.diagnostics.errors import InputError
from reporter.pipeline.read import load_desk_report, open_desk
from tests.briefs import SAMPLES

SAMPLE = SAMPLES / "quiet-day"
RULE = """rules:
  - id: house.month
    topic: price
    when: price.return_30d is not missing
    stance: neutral
    weight: 40
    facts:
      month: price.return_30d
{relations}"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "desk"))


def write(desk: Path, name: str, text: str) -> None:
    path = desk / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def write_rule(desk: Path, relations: str, en: str, zh: str = "三十天變動 {{ month|signed }}。") -> None:
    write(desk, "rules/house.yaml", RULE.format(relations=relations))
    write(desk, "phrases/en/house.j2", f'{{% say "house.month" %}}{en}{{% endsay %}}')
    write(desk, "phrases/zh-Hant/house.j2", f'{{% say "house.month" %}}{zh}{{% endsay %}}')


def messages(desk: Path) -> list[str]:
    return [f"{one.severity}: {one}" for one in check_relating_words(load_desk_report(open_desk(desk)))]


def refusals(desk: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_desk_report(open_desk(desk))
    return [str(one) for one in caught.value.diagnostics]


@pytest.mark.parametrize("name", ["market_brief", "weekly", "flash"])
def test_phrases_of_each_report_type_that_is_shipped_pass_what_check_asks(desk: Path, name: str) -> None:
    config = desk / "desk.toml"
    config.write_text(config.read_text("utf-8").replace('"market_brief"', f'"{name}"'), "utf-8")
    report = load_desk_report(open_desk(desk))
    assert report.files.layers[0].report == name
    # Every relating word is bound, and every relation used.
    assert check_relating_words(report) == ()
    assert check_firmness(report.books) == ()


def test_a_desk_of_one_language_is_not_asked_for_the_words_of_another(desk: Path) -> None:
    settings = desk / "desk.toml"
    settings.write_text(settings.read_text("utf-8").replace('["zh-Hant", "en"]', '["en"]'), "utf-8")

    assert messages(desk) == []


def test_a_bare_word_of_a_desk_is_a_notice_with_its_place(desk: Path) -> None:
    write_rule(desk, "", "Thirty days:\nstill {{ month|signed }}.")

    (found,) = messages(desk)
    assert found.startswith("notice: ")
    assert (
        'templates/phrases/en/house.j2:2:1: "house.month" says "still", and no relation of its rule bears it out; '
        "declare relations: { still: … } in the rule, as market_brief/rules/"
    ) in found


def test_a_bound_word_is_right_and_a_relation_without_a_word_is_not(desk: Path) -> None:
    relations = "    relations:\n      still: price.return_30d > 0% and prev(price.return_30d) > 0%\n"
    write_rule(desk, relations, "It is {% if still %}still {% endif %}at {{ month|signed }}.")
    assert messages(desk) == []

    write_rule(desk, relations, "It is at {{ month|signed }}.")
    (found,) = messages(desk)
    assert 'house.yaml:10:14: rule "house.month": no wording has a word that rests on its relation "still"' in found


def test_a_word_in_an_argument_of_a_filter_cannot_be_bound(desk: Path) -> None:
    relations = "    relations:\n      still: price.return_30d > 0%\n"
    write_rule(desk, relations, 'It is {% if still %}{{ month|sign("still up", "down") }}{% endif %}.')

    (found,) = messages(desk)
    assert '"house.month" says "still" (still) in an argument of a filter' in found


@pytest.mark.parametrize(
    ("relation", "message"),
    [
        (
            "stil: when",
            'house.yaml:10:7: rule "house.month": no class of relating words is called "stil"; did you mean "still"?',
        ),
        ("still: prev(price.clos) > 0", 'house.yaml:10:19: rule "house.month": relation "still": unknown metric'),
        ("still: price.return_30d", 'house.yaml:10:14: rule "house.month": relation "still"'),
    ],
)
def test_a_relation_that_cannot_be_asked_is_refused_with_its_place(desk: Path, relation: str, message: str) -> None:
    write_rule(desk, f"    relations:\n      {relation}\n", "It is at {{ month|signed }}.")

    assert any(message in one for one in refusals(desk)), refusals(desk)


def test_how_often_is_licensed_by_a_count_alone(desk: Path) -> None:
    often = "    relations:\n      usually: {}\n"
    text = "Thirty days: {{% if usually %}}usually {{% endif %}}{{{{ month|signed }}}}.".format()
    write_rule(desk, often.format("price.return_30d > 0%"), text)
    (found,) = messages(desk)
    assert (
        'house.yaml:10:16: rule "house.month": its relation "usually" says how often, and counts nothing; '
        "write base_rate(event, outcome, 7d) >= 65%, or take the word out"
    ) in found

    counted = "base_rate(price.return_30d > 0%, price.return_7d > 0%, 7d) >= 65%"
    write_rule(desk, often.format(counted), text)
    assert messages(desk) == []
