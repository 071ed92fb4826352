"""How full the pages of many days are: where each page ends, and its largest hole, in every locale and edition.

python tests/render/fills.py [--edition NAME]… [--out DIR] [--only TEXT]

`DIR` keeps the PDFs. Real days are left out where their series don't lie beside the project.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pikepdf

from reporter.pipeline.compose import compose_brief
from reporter.pipeline.evaluate import evaluate_desk
from reporter.pipeline.outputs import render_brief
from reporter.readback.pdf import read_sheet
from reporter.render.pdf.pdf_fill import Fill, measure_fill
from reporter.render.pdf.printer import PrintPage, open_printer
from tests.briefs import REAL, ROOT, SAMPLES

SAMPLE_DESKS = ("btc-2026-02", "melt-up", "quiet-day")
#: The days of DATES.md, and days that nobody chose for what happened on them.
REAL_DAYS = (
    "2018-02-06",
    "2019-07-21",
    "2020-03-12",
    "2021-05-19",
    "2021-11-10",
    "2022-11-09",
    "2023-03-11",
    "2024-08-05",
    "2024-11-07",
    "2025-02-25",
    "2025-07-14",
    "2025-10-10",
    "2025-11-14",
    "2025-11-28",
    "2026-01-10",
    "2026-01-23",
    "2026-01-31",
    "2026-02-05",
    "2026-02-06",
    "2026-03-04",
    "2026-04-17",
)


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished PDF: `2026-02-06.en`, its bytes, how full its pages are."""

    name: str
    data: bytes
    fills: tuple[Fill, ...]


def briefs(only: str = "") -> Iterator[tuple[str, Path, date | None]]:
    """Name, desk and day of every brief that can be built here."""
    desks: list[tuple[str, Path, date | None]] = [(name, SAMPLES / name, None) for name in SAMPLE_DESKS]
    if (ROOT / "../shared/market/DATES.md").is_file():
        desks += [(day, REAL, date.fromisoformat(day)) for day in REAL_DAYS]
    yield from (desk for desk in desks if only in desk[0])


def printed(
    name: str, desk: Path, day: date | None, printer: PrintPage, editions: Sequence[str] = ()
) -> Iterator[Printed]:
    """A brief in each of its desk's locales."""
    for file, data in render_brief(compose_brief(evaluate_desk(desk, day), editions), ("pdf",), printer).items():
        if file.endswith(".pdf"):
            with pikepdf.open(io.BytesIO(data)) as pdf:
                fills = tuple(measure_fill(read_sheet(page)) for page in pdf.pages)
            yield Printed(f"{name}.{file.removesuffix('.pdf')}", data, fills)


def row(brief: Printed) -> str:
    """A line of the table."""
    pages = (
        f"{fill.end:4.0%} {fill.white_area:3.0f} cm² ({fill.hole[0]:.0f}×{fill.hole[1]:.0f})" for fill in brief.fills
    )
    return f"{brief.name:30} {'   '.join(pages)}"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure how full the pages of many days are.")
    parser.add_argument("--edition", action="append", default=[], help="article or chat; may be repeated")
    parser.add_argument("--out", type=Path, help="where the PDFs go")
    parser.add_argument("--only", default="", help="a part of the names of the days to build")
    arguments = parser.parse_args()
    print("brief                          each page: where it ends, and its largest piece of white (mm)")
    with open_printer() as printer:
        for name, desk, day in briefs(arguments.only):
            for brief in printed(name, desk, day, printer, arguments.edition):
                print(row(brief), flush=True)
                if arguments.out:
                    arguments.out.mkdir(parents=True, exist_ok=True)
                    (arguments.out / f"{brief.name}.pdf").write_bytes(brief.data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
