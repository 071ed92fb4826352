"""`reporter news`: what it prints, in both forms, and what it says where there is nothing or something wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands import Command
from tests.desk.build import source, write_desk
from tests.metrics.build import closes

_CALM = [60_000.0 + 100 * (day % 2) for day in range(400)]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    monkeypatch.chdir(tmp_path)
    return Command(monkeypatch, capsys)


def make_desk(folder: Path, prices: list[float | str], more: str = "") -> None:
    (folder / "desk").mkdir()
    write_desk(folder / "desk", source("prices"), more, files={"prices.csv": closes(prices, "2024-01-01")})


def test_facts_are_listed_best_first_with_the_reasons_of_their_scores(run: Command, tmp_path: Path) -> None:
    make_desk(tmp_path, [*_CALM[:150], 50_000.0, *_CALM, 54_000.0])

    ran = run("news", "desk", "--most", "2")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "2025-07-05, known at 2025-07-06T00:00Z",
        " 1. 12.71  level_lost at 60,000.00  price.close = 54,000.00 usd_price",
        "           most since 2024-05-30 (401 days, 400 observations)",
        "           9.30 bits × 1.22 weight × 1.12 roundness",
        " 2. 12.55  lowest_close  price.close = 54,000.00 usd_price",
        "           most since 2024-05-30 (401 days, 400 observations), rank 2 of 552, 1 in a year",
        "           9.30 bits × 1.35 weight × 1.00 length",
        "           the same happening as level_lost",
        "level_lost leads: of the facts that may lead it scores most, 12.71",
    ]


def test_json_holds_every_fact_whole(run: Command, tmp_path: Path) -> None:
    make_desk(tmp_path, [*_CALM[:150], 50_000.0, *_CALM, 54_000.0])

    told = json.loads(run("news", "desk", "--json").out)
    facts = told["facts"]

    assert (told["date"], told["known_at"]) == ("2025-07-05", "2025-07-06T00:00Z")
    fall = next(fact for fact in facts if fact["kind"] == "largest_fall")
    assert fall["value"] == pytest.approx(54_000 / 60_100 - 1)
    assert {key: fall[key] for key in ("since", "gap_days", "gap", "rank", "of", "tied", "on_record", "unit")} == {
        "since": "2024-05-30",
        "gap_days": 401,
        "gap": 400,
        "rank": 2,
        "of": 551,
        "tied": False,
        "on_record": False,
        "unit": "fraction",
    }
    scores = [fact["score"] for fact in facts]
    assert scores == sorted(scores, reverse=True)


def test_a_day_without_a_fact_says_so(run: Command, tmp_path: Path) -> None:
    make_desk(tmp_path, [60_000.0])

    ran = run("news", "desk")

    said = "no fact: the day's move is not known, and no series has an observation that stands out"
    assert (ran.code, ran.out) == (0, f"2024-01-01, known at 2024-01-02T00:00Z\n{said}\n")


def test_short_data_say_that_they_are_short(run: Command, tmp_path: Path) -> None:
    make_desk(tmp_path, [*_CALM[:120], 70_000.0])

    out = run("news", "desk").out

    assert "never before in the data, which begin 2024-01-01 and are too short for a record" in out


def test_quiet_prints_nothing(run: Command, tmp_path: Path) -> None:
    make_desk(tmp_path, [*_CALM])

    assert run("news", "desk", "--quiet").out == ""


def test_a_desk_weighs_kinds_of_facts(run: Command, tmp_path: Path) -> None:
    make_desk(tmp_path, [*_CALM, 54_000.0], "[news.weights]\nlowest_close = 0\nlargest_fall = 2.5\n")

    facts = json.loads(run("news", "desk", "--json").out)["facts"]

    assert facts[0]["kind"] == "largest_fall"
    assert facts[0]["weight"] == 2.5
    assert "lowest_close" not in {fact["kind"] for fact in facts}


def test_a_weight_of_no_kind_of_fact_is_told_with_its_place(run: Command, tmp_path: Path) -> None:
    make_desk(tmp_path, [*_CALM], "[news.weights]\nlowest_closes = 2\nzeitgeist = 1\n")

    ran = run("news", "desk")

    assert (ran.code, ran.out) == (2, "")
    assert ran.said == [
        'desk/desk.toml:21:1: unknown kind of fact "lowest_closes"; did you mean "lowest_close"?',
        'desk/desk.toml:22:1: unknown kind of fact "zeitgeist"; `reporter news DESK` shows kinds of facts',
    ]


def test_a_weight_is_a_number_within_reason(run: Command, tmp_path: Path) -> None:
    make_desk(tmp_path, [*_CALM], "[news.weights]\nlowest_close = -1\n")

    ran = run("news", "desk")

    assert ran.code == 2
    assert ran.said[0].startswith("desk/desk.toml:21:1: ")


def test_an_editor_pins_a_lead_and_bans_another(run: Command, tmp_path: Path) -> None:
    choices = '[news]\nban = ["level_lost"]\nlead = { "2025-02-04" = "largest_fall" }\n'
    make_desk(tmp_path, [*_CALM, 54_000.0], choices)

    out = run("news", "desk").out

    assert out.splitlines()[1].split()[2] == "largest_fall"
    assert "level_lost" not in out
    assert out.splitlines()[-1] == "largest_fall leads: desk.toml says so"


def test_a_pin_that_the_day_lacks_names_what_it_has(run: Command, tmp_path: Path) -> None:
    make_desk(tmp_path, [*_CALM, 54_000.0], '[news]\nlead = { "2025-02-04" = "year_end" }\n')

    ran = run("news", "desk")

    assert ran.code == 2
    assert ran.said[0].startswith('desk/desk.toml:21:1: 2025-02-04 has no fact "year_end" to lead with; it has ')
    assert "largest_fall" in ran.said[0]


def test_a_pin_and_a_ban_of_no_kind_are_told_with_their_places(run: Command, tmp_path: Path) -> None:
    make_desk(tmp_path, [*_CALM], '[news]\nban = ["zeitgeist"]\nlead = { "2025-02-05" = "largest_fal" }\n')

    ran = run("news", "desk")

    assert ran.code == 2
    assert [line.partition(": ")[2] for line in ran.said] == [
        'unknown kind of fact "zeitgeist"; `reporter news DESK` shows kinds of facts',
        'unknown kind of fact "largest_fal"; did you mean "largest_fall"?',
    ]


def test_why_a_fact_does_not_lead_is_told(run: Command, tmp_path: Path) -> None:
    make_desk(tmp_path, [*_CALM, 56_000.0, *[60_020.0, 60_080.0] * 4, 56_500.0])

    lines = run("news", "desk").out.splitlines()

    assert "level_lost does not lead: one as extreme is 9 days old, and 10 are asked for" in lines
