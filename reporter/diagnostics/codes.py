"""diagnostics.toml → every diagnostic code with its explanation, as values, as a page and as one entry."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from reporter.diagnostics.diagnostic import Severity, did_you_mean
from reporter.diagnostics.errors import usage_error

_HEAD = """# Diagnostics

Everything that `reporter` has to say of a desk, a data file, a rule, a phrase, a page or a finished brief is a
diagnostic: a code, a place, what is wrong, and a hint. Codes stay the same from version to version; words may become
better. This page is printed by `reporter explain --all`; `reporter explain CODE` prints one entry.

A line of text is `file:line:column: what; hint` (a PDF has pages: `article.en.pdf, page 2: …`). The code is not in the
line, so that it reads as a sentence: with `--json` every diagnostic has it, and at a terminal the codes are named once
below the lines. With `--json`, each diagnostic is

```json
{"code": "desk.unknown-key", "severity": "error", "file": "desk.toml", "line": 3, "column": 1, "page": null,
 "what": "unknown key \\"tittle\\"", "hint": "did you mean \\"title\\"?",
 "text": "desk.toml:3:1: unknown key \\"tittle\\"; did you mean \\"title\\"?"}
```

What stops a command is then one value, `{"exit_code": …, "message": …, "diagnostics": […]}`, on standard output. A
severity is `error` (mend it), `hold` (nothing is published until somebody has looked) or `notice` (nothing must be
done).
"""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a code means.

    Attributes:
        code: such as "desk.unknown-key".
        severity: what a diagnostic of this code does, as a rule.
        title: the kind of complaint, in one sentence.
        means: what it comes from.
        do: what to do about it.
        example: a message that carries it.
    """

    code: str
    severity: Severity
    title: str
    means: str
    do: str
    example: str

    def to_dict(self) -> dict[str, str]:
        """Return the explanation as JSON values."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "title": self.title,
            "means": self.means,
            "do": self.do,
            "example": self.example,
        }

    def format_text(self) -> str:
        """Format the explanation for a terminal."""
        return (
            f"{self.code} ({self.severity}): {self.title}\n\n{self.means}\n\nDo: {self.do}\n\nExample: {self.example}"
        )


@cache
def load_explanations() -> Mapping[str, Explanation]:
    """Load code → explanation, in the order of the page."""
    return {item.code: item for _, items in _read_areas() for item in items}


def explain_code(code: str) -> Explanation:
    """Return the explanation of a code.

    Raises:
        InputError: there is no such code.
    """
    known = load_explanations()
    if code not in known:
        alike = [name for name in known if name.partition(".")[0] == code.partition(".")[0]]
        hint = did_you_mean(code, known) or (f"codes there: {', '.join(alike)}" if alike else "see docs/diagnostics.md")
        raise usage_error("usage.unknown-code", f'no diagnostic has the code "{code}"', hint)
    return known[code]


def render_diagnostics_page() -> str:
    """Render the page of all codes as Markdown."""
    return "\n".join([_HEAD, *(_render_section(about, items) for about, items in _read_areas())])


def _render_section(about: str, items: tuple[Explanation, ...]) -> str:
    area = items[0].code.partition(".")[0]
    return f"## {area}\n\n{about}\n\n" + "\n".join(map(_render_entry, items))


def _render_entry(item: Explanation) -> str:
    return (
        f"### {item.code}\n\n{item.title} ({item.severity}).\n\n{item.means}\n\n**Do:** {item.do}\n\n"
        f"```text\n{item.example}\n```\n"
    )


def _read_areas() -> Iterator[tuple[str, tuple[Explanation, ...]]]:
    data = tomllib.loads(files("reporter.diagnostics").joinpath("diagnostics.toml").read_text(encoding="utf-8"))
    for area, entries in data.items():
        usual = entries.pop("severity", "error")
        about = entries.pop("about")
        yield (
            about,
            tuple(
                Explanation(f"{area}.{kind}", Severity(entry.pop("severity", usual)), **entry)
                for kind, entry in entries.items()
            ),
        )
