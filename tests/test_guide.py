"""The editors' guide says what happens."""

from __future__ import annotations

import re
from pathlib import Path

from tests.guide import ROOT, follow

GUIDE = ROOT / "docs" / "editing.md"


def test_every_command_of_the_guide_prints_what_it_says(tmp_path: Path) -> None:
    typed = list(follow(GUIDE, tmp_path))
    assert [(one.command, _plain(one.printed)) for one in typed] == [
        (one.command, _plain(one.promised)) for one in typed
    ]


def _plain(printed: str) -> str:
    """Without how many rules there are, which grows and is no part of what the guide teaches."""
    return re.sub(r"\d+ rules", "rules", printed)


def test_every_picture_of_the_guide_is_there() -> None:
    named = re.findall(r"!\[[^]]+\]\(([^)]+)\)", GUIDE.read_text(encoding="utf-8"))
    assert [name for name in named if not (GUIDE.parent / name).is_file()] == []
