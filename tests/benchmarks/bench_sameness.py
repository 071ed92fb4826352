"""Measures how alike the briefs of consecutive days are: skeletons of sentences told twice, openers, words, figures.

python tests/benchmarks/bench_sameness.py --desk tests/real/desk --from 2025-08-01 --days 30

The skeleton of a sentence is what is left where its figures and dates are masked; it counts as told again where one of
the seven briefs before has it. An opener is a sentence's first three words, or its first four characters.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

_MONTHS: Final = "January|February|March|April|May|June|July|August|September|October|November|December"
_WEEKDAYS: Final = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
#: Locale → end of a sentence, its dates, its figures, least length of a sentence, and how its opener is taken.
_ENDS: Final = {"en": r"(?<=[.!?])\s+", "zh-Hant": r"(?<=[。！？；])"}
_DATES: Final = {
    "en": rf"\d+ (?:{_MONTHS})(?: \d{{4}})?|(?:{_MONTHS}) \d+|\b(?:{_WEEKDAYS})\b",
    "zh-Hant": r"(?:\d+ 年 )?\d+ 月(?: \d+ 日)?|(?:週|星期)[一二三四五六日]",
}
_FIGURES: Final = {
    "en": r"[$−+\-]*\d[\d,.]*\s?(?:%|million|billion|points)?",
    "zh-Hant": r"[−+]?\d[\d,.]*\s?(?:%|億|萬|點)?",
}
_MEMORY: Final = 7
_MOST_ALIKE: Final = 0.12
_LEAST_OPENERS: Final = 0.6
#: Beginnings of lines that are no running text.
_ASIDE: Final = ("#", "|", "!", "**Figure", "**圖", ">", "- **", "①", "Sources", "資料來源")


def main() -> int:
    """Build the days and print the measures, or say why they can't be built."""
    parser = argparse.ArgumentParser(description="Measure how alike consecutive briefs are.")
    parser.add_argument("--desk", type=Path, required=True)
    parser.add_argument("--from", dest="first", type=date.fromisoformat, default=date(2025, 8, 1))
    parser.add_argument("--days", type=int, default=30)
    arguments = parser.parse_args()
    last = arguments.first + timedelta(days=arguments.days - 1)
    with tempfile.TemporaryDirectory() as folder:
        command = ["backfill", str(arguments.desk), "--from", arguments.first.isoformat(), "--to", last.isoformat()]
        # A day that is held has no brief; the others are measured.
        ran = subprocess.run(
            [sys.executable, "-m", "reporter", *command, "--format", "md", "--out", folder],
            capture_output=True,
            text=True,
            check=False,
        )
        days = sorted((found.parent for found in Path(folder).glob("*/article.en.md")), key=lambda one: one.name[-10:])
        if not days:
            print(json.dumps([]))
            print(ran.stderr, file=sys.stderr)
            return 0
        print(json.dumps([line for locale in _ENDS for line in _measure_locale(locale, days)], indent=1))
    return 0


def _measure_locale(locale: str, days: Sequence[Path]) -> list[dict[str, object]]:
    texts = [_read_running_text(day / f"article.{locale}.md") for day in days]
    skeletons = [[_find_skeleton(one, locale) for one in _split(text, locale)] for text in texts]
    seen = [frozenset[str]().union(*skeletons[max(0, at - _MEMORY) : at]) for at in range(len(skeletons))]
    later = [(one, before) for told, before in zip(skeletons[1:], seen[1:], strict=True) for one in told]
    openers = [_find_opener(one, locale) for told in skeletons for one in told]
    figures = [len(re.findall(_FIGURES[locale], text)) for text in texts]
    length = [len(text.split()) if locale == "en" else len(text) for text in texts]
    return [
        _line(
            f"{locale}: skeletons of the seven briefs before", sum(a in b for a, b in later) / len(later), _MOST_ALIKE
        ),
        _line(f"{locale}: different openers", len(set(openers)) / len(openers), _LEAST_OPENERS),
        _line(f"{locale}: {'words' if locale == 'en' else 'characters'} a day", sum(length) / len(length)),
        _line(f"{locale}: most figures of a day", max(figures)),
    ]


def _line(name: str, value: float, target: float | None = None) -> dict[str, object]:
    unit = "share" if target is not None else "count"
    return {"name": name, "value": round(value, 3), "unit": unit, "target": target, "runs": [value]}


def _read_running_text(path: Path) -> str:
    text = html.unescape(path.read_text("utf-8"))
    text = re.sub(r"^---.*?\n---", "", text, count=1, flags=re.S)
    text = re.split(r"\n## (?:What could not be known|Sources|未能得知的部分|資料來源)", text)[0]
    text = re.sub(r"\n## (?:Key figures|關鍵數據)\n.*?(?=\n\n[^-\n])", "", text, flags=re.S)
    aside = ("Data to", "資料截至")
    return "\n".join(
        line
        for line in text.split("\n")
        if line.strip() and not line.startswith(_ASIDE) and not any(a in line for a in aside)
    )


def _split(text: str, locale: str) -> list[str]:
    sentences = [one.replace("**", "").strip() for line in text.split("\n") for one in re.split(_ENDS[locale], line)]
    return [one for one in sentences if (len(one.split()) >= 5 if locale == "en" else len(one) >= 10)]


def _find_skeleton(sentence: str, locale: str) -> str:
    dated = re.sub(_DATES[locale], "D", sentence)
    return re.sub(r"\s+", " ", re.sub(_FIGURES[locale], "N", dated)).strip()


def _find_opener(skeleton: str, locale: str) -> str:
    return " ".join(skeleton.split()[:3]) if locale == "en" else skeleton[:4]


if __name__ == "__main__":
    sys.exit(main())
