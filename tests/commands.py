"""The command line, run in the test's own process."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import pytest

from reporter.cli.app import main


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> list[str]:
        """Lines of standard error."""
        return self.err.splitlines()


class Command:
    """Runs commands and keeps what they print."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def __call__(self, *words: str) -> Ran:
        self.monkeypatch.setattr(sys, "argv", ["reporter", *words])
        code = 0
        try:
            main()
        except SystemExit as left:
            code = int(left.code or 0)
        out, err = self.capsys.readouterr()
        return Ran(code, out, err)
