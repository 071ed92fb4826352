"""A flash: one finding of the day in a paragraph, short enough to post; a day without news has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporter.diagnostics.exit_codes import ExitCode
from reporter.pipeline.length_limits import count_words
from reporter.pipeline.read import open_desk
from tests.briefs import SAMPLES
from tests.commands import Command


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capsys)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["Bitcoin falls 7.3% to $112,775"], 5),
        (["It wasn’t a day-to-day move", "no."], 6),
        (["比特幣 3 月 5 日跌 13.5%"], 9),
        ([""], 0),
    ],
)
def test_words_are_counted_as_a_reader_counts_them(texts: list[str], words: int) -> None:
    assert count_words(texts) == words


def test_briefs_of_another_report_type_have_its_name_in_their_folders() -> None:
    desk = open_desk(SAMPLES / "quiet-day")
    assert desk.choose_report("") is desk
    assert desk.choose_report("market_brief") is desk
    assert desk.choose_report("flash").desk.slug == "btc-flash"
    assert desk.choose_report("my_note").desk.slug == "btc-my-note"


@pytest.mark.long
def test_a_quiet_day_has_no_flash(command: Command, tmp_path: Path) -> None:
    ran = command("build", (SAMPLES / "quiet-day").as_posix(), "--report", "flash", "--out", tmp_path.as_posix())
    assert ran.code == ExitCode.NOTHING_NEW
    assert ran.said[-1].endswith('"lead.quiet" leads 2025-06-15, of which flash says nothing; nothing is published')
    assert not list(tmp_path.glob("btc*"))
