"""The gate on a brief of which one file is edited again and again: what is not edited is looked at once."""

from __future__ import annotations

from collections.abc import Mapping

from reporter.diagnostics.diagnostic import Diagnostic
from reporter.readback.html import read_html
from reporter.readback.markdown import read_markdown
from reporter.readback.pieces import FinishedFile
from reporter.verify.gate.gate import Verdict, conclude, judge_file
from reporter.verify.gate.ledger_checks import check_ledger
from reporter.verify.gate.omissions import FileVerdict
from reporter.verify.ledger.ledger_model import Ledger


class Held:
    """A brief's ledger and files, and the gate's verdicts on edits of these files.

    A verdict is that of `audit` on all files: the ledger and each file are looked at by themselves there, so what has
    been found of those that an edit leaves alone is found again.
    """

    def __init__(self, ledger: Ledger, files: Mapping[str, bytes]) -> None:
        self._ledger = ledger
        self._files = files
        self._texts = {name: data.decode() for name, data in files.items() if name.endswith((".md", ".html"))}
        self._faults: tuple[Diagnostic, ...] | None = None
        self._found: dict[str, FileVerdict] = {}

    def judge_one(self, name: str, text: str) -> Verdict:
        """The verdict on all files with another text of one of them."""
        return self.judge({**self._texts, name: text})

    def judge(self, texts: Mapping[str, str]) -> Verdict:
        """The verdict on files of Markdown or HTML: path → text, edited or not."""
        if self._faults is None:
            self._faults = tuple(check_ledger(self._ledger))
        found = [self._look_at(name, text) for name, text in sorted(texts.items())]
        return conclude(self._ledger, self._faults, found, self._files)

    def _look_at(self, name: str, text: str) -> FileVerdict:
        if text != self._texts[name]:
            return judge_file(self._ledger, _read(name, text))
        if name not in self._found:
            self._found[name] = judge_file(self._ledger, _read(name, text))
        return self._found[name]


def _read(name: str, text: str) -> FinishedFile:
    return read_html(text, name) if name.endswith(".html") else read_markdown(text, name)
