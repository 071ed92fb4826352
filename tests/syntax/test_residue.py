"""Template syntax that was typed wrongly: what is told to be left over, and true text that never is."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporter.desk import read_desk_config
from reporter.diagnostics.errors import InputError
from reporter.narrative.phrases.phrase_grammar import parse_phrases
from reporter.render.layout_checks import check_layouts
from reporter.syntax.template_residue import find_residue
from reporter.verify.gate.text_residue import find_text_residue
from tests.briefs import ROOT

_FILTERS = ("price", "pct", "signed")
LEFT = [
    "{ high|price }",
    "$high",
    "${high}",
    "｛｛ high｜price ｝｝",
    "%high%",
    "<high>",
    "[[high]]",
    "#{high}",
    "high|price",
    "&#123;high&#125;",
    "％｛ high",
    "% endsay %",
    "% if x is known %",
    "{ high",
    "high }",
    "%(high)s",
    "{ % say % }",
]
TRUE = [
    "$69,980 to $70,200, and US$bn or HK$m",
    "5% or more, 6% if not, 7 % for all",
    "rose 5%and fell 6%",
    "P&L, S&P 500, <5% and >6%, 5 < 6",
    "None of them; nano, inform, infra; weekend for all",
    "收盤 $1.2 億，漲 5%；「比特幣」（見表）",
    "A|B",
]


@pytest.mark.parametrize("text", LEFT)
def test_residue_is_found_in_words_and_phrases_and_layouts(text: str, tmp_path: Path) -> None:
    assert list(find_residue(f"between {text} and", _FILTERS))
    _, problems = parse_phrases("p.j2", f'{{% say "a" %}}\nbetween {text} and{{% endsay %}}')
    place = problems[0].place
    assert (problems[0].code, place.line) == ("phrase.residue", 2)
    # The first sign that is none of an author's words stands in what was typed.
    assert 9 <= (place.column or 0) < 9 + len(text)
    if text not in ("<high>",):
        (tmp_path / "x.md.j2").write_text(f"a\n between {text} and\n", "utf-8")
        found = check_layouts([(tmp_path / "x.md.j2", "x.md.j2")], tmp_path)
        assert (found[0].code, found[0].place.line) == ("page.residue", 2)


@pytest.mark.parametrize("text", TRUE)
def test_true_text_is_left_alone(text: str) -> None:
    assert list(find_residue(text, _FILTERS)) == []


@pytest.mark.parametrize("text", LEFT)
def test_the_gate_holds_it_in_any_language(text: str) -> None:
    for lang in ("en", "zh-Hant"):
        assert list(find_text_residue(f"X {text} Y", lang))


def test_a_sources_words_may_hold_a_brace_and_ours_not() -> None:
    quoted = ["The set {a, b} was listed"]
    assert list(find_text_residue("Reuters: The set {a,\nb} was listed", "en", quoted)) == []
    assert list(find_text_residue("Reuters: The set {a, b} was listed; {c}", "en", quoted)) == [
        (36, '"{c}" is left over')
    ]
    assert list(find_text_residue("The set {{a}} was", "en", ["The set {{a}} was"]))


def test_what_desk_toml_prints_is_looked_through(tmp_path: Path) -> None:
    text = (ROOT / "samples" / "quiet-day" / "desk.toml").read_text("utf-8")
    lines = [line for line in text.split("\n") if not line.startswith("byline")]
    at = lines.index("[desk]") + 1
    lines.insert(at, 'byline = { en = "By { name }", zh-Hant = "作者" }')
    (tmp_path / "desk.toml").write_text("\n".join(lines), "utf-8")
    with pytest.raises(InputError) as refused:
        read_desk_config(tmp_path, "desk.toml")
    said = f'desk.toml:{at + 1}:21: byline: "{{ name }}" is left of template syntax; '
    assert str(refused.value).splitlines()[0] == said + "it is printed as it is written here, so write plain words"
