"""`reporter trace`: from a text of a brief to its rows, however it is typed."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

from reporter.cli.app import main
from reporter.desk.tables.provenance import RowLocator
from reporter.pipeline.read import open_desk
from reporter.verify.ledger.ledger_model import Ledger, read_ledger
from reporter.verify.lineage import find_hits, find_near_texts
from tests.briefs import SAMPLES, composed


@cache
def ledger() -> Ledger:
    return read_ledger(composed(SAMPLES / "btc-2026-02").ledger)


@pytest.fixture
def brief(tmp_path: Path) -> Path:
    folder = tmp_path / "btc-2026-02-06"
    folder.mkdir()
    (folder / "ledger.json").write_text(composed(SAMPLES / "btc-2026-02").ledger, "utf-8")
    return folder


def trace(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["reporter", "trace", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


@pytest.mark.parametrize(
    "typed", ["71,422", "71422", "$71,422", "US$71,422", "71,422 USD", "71422 美元", "71,422.0", "71.4k"]
)
def test_a_number_is_found_in_every_form_in_which_it_may_be_typed(typed: str) -> None:
    hits = find_hits(ledger(), typed)

    assert {claim.id for hit in hits for claim in hit.claims} >= {"price.today_path:high#price"}
    assert {hit.text for hit in hits} == {"71,422 美元", "$71,422"}


@pytest.mark.parametrize("typed", ["1,422", "422", "71,421", "71,422%", "-71,422", "71.5k"])
def test_another_number_is_not_found(typed: str) -> None:
    assert not [hit for hit in find_hits(ledger(), typed) if hit.text == "$71,422"]


def test_every_shown_text_of_a_brief_leads_to_the_claim_that_it_shows() -> None:
    for claim in ledger().claims:
        for tag, texts in claim.shown.items():
            for text in texts:
                found = {one.id for hit in find_hits(ledger(), text, tag) for one in hit.claims}
                assert claim.id in found, text


def test_a_sentence_is_found_by_its_id_in_every_language_with_all_its_claims() -> None:
    hits = find_hits(ledger(), "s034")

    assert [hit.sentence.locale for hit in hits] == ["zh-Hant", "en"]
    assert all({claim.id for claim in hit.claims} == {span[2] for span in hit.sentence.spans} for hit in hits)


def test_words_of_a_phrase_lead_to_its_sentence() -> None:
    said = next(one for one in ledger().sentences if one.finding == "price.failed_tests" and one.locale == "en")
    words = said.text[: said.spans[0][0]].strip()

    assert words
    assert said in [hit.sentence for hit in find_hits(ledger(), words, "en")]


def test_the_nearest_numbers_are_named_by_size() -> None:
    assert find_near_texts(ledger(), "71,500", "en")[0] == "$71,422"


def test_the_tree_leads_to_the_row(
    brief: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trace(monkeypatch, str(brief), "$71,422", "--locale", "en") == 0

    said = next(hit.sentence for hit in find_hits(ledger(), "$71,422", "en"))
    finding = next(one for one in ledger().findings if one.id == said.finding)
    first = capsys.readouterr().out.partition("\n2. ")[0]
    assert finding.reasoning is not None
    above, when, below = first.partition(
        f"      ├─ when {finding.reasoning.text}  {finding.reasoning.place}\n      │  └─ true: "
    )
    assert when
    assert "true: price.hour_of_low < price.hour_of_high  (1770" in below
    assert f"{above}      └─ claim {below.partition('      └─ claim ')[2]}\n" == (
        "1. $71,422\n"
        f"└─ {said.id}  article.en, section {said.section}, {said.role}\n"
        f"   ├─ {said.text}\n"
        f"   ├─ phrase {said.phrase}, wording {said.wording + 1}\n"
        f"   └─ finding {finding.id} ({finding.stance}, day {finding.days})  rule {finding.rule}\n"
        f"      └─ claim {finding.id}:high#price = 71422 usd_price, as of 2026-02-07T00:00:00Z, shown as price\n"
        "         └─ is price.high\n"
        "            └─ metric price.high: highest price of the day\n"
        "               └─ 2026-02-06: 71422 usd_price, newest row 2026-02-07T00:00:00Z\n"
        "                  └─ source prices_daily: prices_1d.csv (table prices)\n"
    )


def test_json_holds_the_records_on_the_way(
    brief: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trace(monkeypatch, str(brief), "71,422", "--locale", "en", "--json") == 0

    hits = json.loads(capsys.readouterr().out)
    # The same price may be told as something else too, with a formula of its own.
    assert {"price.high": "highest price of the day"} in [hit["formulas"] for hit in hits]
    for hit in hits:
        assert hit["claims"][0]["value"] == 71422.0
        assert hit["formulas"]
        assert [source["file"] for source in hit["sources"]] == ["prices_1d.csv"]


def test_with_the_desk_the_row_is_named_by_line_and_column(
    brief: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = str(SAMPLES / "btc-2026-02")
    assert trace(monkeypatch, str(brief), "$71,422", "--locale", "en", "--desk", desk) == 0
    said = capsys.readouterr().out
    assert trace(monkeypatch, str(brief), "$71,422", "--locale", "en", "--desk", desk, "--json") == 0

    (row,) = json.loads(capsys.readouterr().out)[0]["rows"][0]["rows"]
    lines = (SAMPLES / "btc-2026-02" / "prices_1d.csv").read_text("utf-8").splitlines()
    assert f"row {row['file']}:{row['line']}, column high\n" in said
    assert lines[row["line"] - 1].startswith("2026-02-06")
    assert lines[row["line"] - 1].split(",")[lines[0].split(",").index("high")] in {"71422", "71422.0", "71422.00"}


def test_a_figure_of_several_cells_leads_to_the_newest_of_them() -> None:
    rows = RowLocator(open_desk(SAMPLES / "btc-2026-02"))
    claim = next(one for one in ledger().claims if one.is_ == "price.return_1d")
    (reading,) = claim.inputs
    assert reading.as_of is not None

    found = list(
        rows.find_rows("prices_daily", reading.metric, reading.value, datetime.fromisoformat(reading.as_of).timestamp())
    )

    assert [(row.file.rpartition("/")[2], row.column) for row in found] == [("prices_1d.csv", "")]


def test_what_only_a_chart_shows_is_found_there(
    brief: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trace(monkeypatch, str(brief), "50,000–60,000", "--locale", "en") == 0

    labels = [label for chart in ledger().charts for label in chart.labels if label.text == "50,000–60,000"]
    assert labels[0].values == (50_000.0, 60_000.0)
    assert capsys.readouterr().out.startswith(
        "1. 50,000–60,000\n└─ chart put_strikes  article.en, a label\n"
        "   ├─ shows 50000 contracts\n   ├─ shows 60000 contracts\n"
    )


def test_what_nothing_shows_is_said_with_the_nearest_texts(
    brief: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trace(monkeypatch, str(brief), "71,423", "--locale", "en") == 1

    said = capsys.readouterr().err
    assert said.startswith(f'{brief.as_posix()}: nothing shows "71,423"; did you mean $71,422 or ')


def test_a_folder_without_a_ledger_and_a_language_without_a_text_are_mistakes(
    brief: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trace(monkeypatch, str(tmp_path), "71,422") == 2
    assert trace(monkeypatch, str(brief), "71,422", "--locale", "fr") == 2

    assert capsys.readouterr().err == (
        f"{tmp_path.as_posix()}: not the folder of a brief; give the folder that holds ledger.json\n"
        'command line: unknown locale "fr"; the brief is in zh-Hant, en\n'
    )
