"""`reporter fetch` and `backfill` where they can't go on: no libraries, no feeds, no such option."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reporter.cli.app import app
from tests.desk.build import write_desk


def _said(*words: str) -> str:
    return str(CliRunner().invoke(app, list(words)).exception)


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in ("ccxt", "tenacity") else object())
    assert _said("fetch", str(tmp_path)) == (
        "command line: fetch needs ccxt, tenacity, which this installation lacks; pip install 'market-reporter[feeds]'"
    )


def test_a_desk_without_feeds(tmp_path: Path) -> None:
    pytest.importorskip("ccxt", reason="the extra market-reporter[feeds] is not installed")
    folder = write_desk(tmp_path)
    assert _said("fetch", str(folder)) == (
        f"{folder.as_posix()}/desk.toml: the desk has no feeds; declare [[feed]] as the README shows"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "doc"], 'unknown format "doc"; known formats are md, pdf, html'),
        (["--edition", "poem"], 'unknown edition "poem"; known editions are article, chat'),
        (
            ["--after", "soon"],
            '--after "soon" is no length of time; write a length of time as "15m", "1h", "1d" or "0"',
        ),
    ],
)
def test_what_backfill_does_not_know(tmp_path: Path, words: list[str], said: str) -> None:
    folder = write_desk(tmp_path)
    asked = ["backfill", str(folder), "--from", "2026-02-05", "--to", "2026-02-06", *words]
    assert _said(*asked) == f"command line: {said}"
