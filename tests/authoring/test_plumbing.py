"""Words of the making of a brief: refused in the program's phrases, a notice in a desk's own."""

from __future__ import annotations

import shutil
from pathlib import Path

from reporter.authoring.proofreading import proofread_phrases
from reporter.pipeline.read import load_desk_report, open_desk
from tests.briefs import SAMPLES

SAMPLE = SAMPLES / "quiet-day"


def test_the_shipped_phrases_have_none() -> None:
    assert proofread_phrases(load_desk_report(open_desk(SAMPLE)).books) == ()


def test_in_a_desks_own_phrases_one_is_a_notice_with_its_place(tmp_path: Path) -> None:
    desk = Path(shutil.copytree(SAMPLE, tmp_path / "desk"))
    for tag, text in (("en", "A close in the data, {{ close|price }}."), ("zh-Hant", "收 {{ close|price }}。")):
        path = desk / "templates/phrases" / tag / "house.j2"
        path.parent.mkdir(parents=True)
        path.write_text(f'{{% say "lead.quiet", "answer" %}}{text}{{% endsay %}}', "utf-8")
    report = load_desk_report(open_desk(desk))
    own = f"{report.files.own_shown}/"

    (notice,) = proofread_phrases(report.books, own)
    (error,) = proofread_phrases(report.books, "elsewhere/")

    told = (
        f'{own}phrases/en/house.j2:1:41: "in the data" is of the making of a brief; '
        'how far the data reach is a date; write since when, or "on record"'
    )
    assert (notice.severity, str(notice)) == ("notice", told)
    assert (error.severity, str(error)) == ("error", told)
