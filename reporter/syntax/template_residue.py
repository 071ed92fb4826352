"""Template syntax and program values that were left in text for readers: the one list of them.

Phrases, layouts, desk.toml and report.yaml are looked through before a run, finished files by the gate and by
`lint-text`, all with this.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from reporter.diagnostics.hidden_characters import HIDDEN

_NAME = r"[A-Za-z_][A-Za-z0-9_.]*"
#: What nobody's words hold, be they an author's or a source's.
_HARD = re.compile(
    rf"\{{\{{|\}}\}}|\{{%|%\}}|\{{#|#\}}|\[\[|\]\]|[\ufffd\u25a1]|{HIDDEN}"
    r"|(?<![A-Za-z])(?:None(?!\s+of\b)|[Nn]a[Nn]|NaT|undefined|-?inf)(?![A-Za-z-])"
)
#: What an author's words don't hold, and a source's may: a headline can name a set in braces.
_SOFT = (
    r"[$#%@]?[{｛]{1,2}[^{}｛｝\n]{0,60}[}｝]+|[{}｛｝]+|［［|］］"
    r"|&(?:#0*12[35];|#x0*7[bd];|l(?:brace|cub);|r(?:brace|cub);)"
    r"|(?<![A-Za-z0-9$])\$(?!(?:bn|mn|tn|mln|bln|trn|mio|mrd)\b)[a-z_][a-z0-9_.|]{2,}"
    rf"|%\({_NAME}\)[sdfi]|(?<![0-9%])%[A-Za-z_][A-Za-z0-9_]*%"
    r"|<%|%>"
    r"|(?<![A-Za-z])end(?:say|if|for)(?![A-Za-z])"
    r"|(?<![0-9%％])(?<![0-9] )[%％]\s*(?:say|if|elif|else|for|or)\b(?=[^\n]{0,60}[%％])"
)


_ELEMENT = rf"</?{_NAME}\s*/?>"
#: What a text has that is looked at more closely; most have nothing of it.
_SUSPECT = re.compile(r"[{}｛｝［］|｜¦％<>]|&[#lr]|\$[a-z_]|%\s*[A-Za-z_(}>]|end(?:say|if|for)")


@dataclass(frozen=True, slots=True)
class Residue:
    """A piece of template syntax, or a program's value, left in a text.

    Attributes:
        start: where it begins.
        end: where it ends (exclusive).
        text: as it is written.
        hard: whether it is no word of a source either.
    """

    start: int
    end: int
    text: str
    hard: bool

    @property
    def printable_text(self) -> str:
        """The residue in printable characters."""
        return self.text if self.text.isprintable() else " ".join(f"U+{ord(char):04X}" for char in self.text)


def find_residue(text: str, filters: Collection[str], *, markup: bool = False) -> Iterator[Residue]:
    """Every residue in a text, in order of position.

    Args:
        text: as its reader sees it; or a template's own text, its tags blanked.
        filters: names of filters; a name that is joined to one (`high|price`) is no word.
        markup: whether tags of HTML are the text's own.
    """
    found = [Residue(*match.span(), match[0], hard=True) for match in _HARD.finditer(text)]
    if _SUSPECT.search(text):
        taken = {place for item in found for place in range(item.start, item.end)}
        for match in _soft_pattern(tuple(filters), markup=markup).finditer(text):
            if taken.isdisjoint(range(*match.span())):
                found.append(Residue(*match.span(), match[0], hard=False))
    yield from sorted(found, key=lambda item: item.start)


@cache
def _soft_pattern(filters: tuple[str, ...], *, markup: bool) -> re.Pattern[str]:
    names = "|".join(sorted(filters, key=len, reverse=True))
    pattern = _SOFT if markup else f"{_SOFT}|{_ELEMENT}"
    if names:
        pattern += rf"|(?<![A-Za-z0-9_.]){_NAME}\s?[|｜¦]\s?(?:{names})\b"
    return re.compile(pattern)
