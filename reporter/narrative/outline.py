"""report.yaml → frozen values: what a brief holds, in which order, and what a short one leaves out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError

from reporter.authored import LocatedValue, ShapeCodes, read_yaml, to_diagnostics
from reporter.diagnostics import Diagnostic, Place, did_you_mean
from reporter.errors import InputError
from reporter.model.metric import MetricSpec
from reporter.narrative.chat_checks import PhraseContext, check_chat
from reporter.narrative.chat_outline import ChatOutline
from reporter.narrative.strict import Ids, Length, OfLengths, Slots, StrictModel, to_tuples
from reporter.narrative.tensions import check_finding_pairs

#: Codes of what has not the form of a report.yaml.
_SHAPE = ShapeCodes("report.unknown-key", "report.wrong-value")
#: Ways to show a metric outside a sentence; `flow_money` is the flow's noun before its amount.
Show = Literal["", "signed", "funding", "flow_money", "date"]


class Takeaways(StrictModel):
    """Which findings may be key points, and how many."""

    most: Annotated[int, Field(ge=0, le=10)] = 5
    source: Annotated[Ids, Field(alias="from")] = ()


class TileOutline(StrictModel):
    """One key figure.

    Attributes:
        dated: a metric that is a date: the day the value is of, shown in place of a change.
    """

    label: str
    value: str
    change: str = ""
    show: Show = ""
    dated: str = ""


class RowOutline(StrictModel):
    """One row of the signal board.

    Attributes:
        stance: findings of which the first that is true gives the row's side.
        note: findings of which the first that is true and has a phrase of the form "note" says what the reading
            means; where the list is empty, those of `stance`.
    """

    label: str
    reading: str
    change: str = ""
    show: Show = ""
    stance: Ids = ()
    note: Ids = ()


class MethodOutline(StrictModel):
    """How figures are defined: a sentence of the label catalogue, said where one of some findings is, or always."""

    label: str
    told_with: Annotated[Ids, Field(alias="with")] = ()


def _to_method_outline(value: object) -> object:
    return {"label": value} if isinstance(value, str) else value


class SectionOutline(StrictModel):
    """One section: headed by the first of `heading` that is true."""

    id: str
    length: OfLengths
    heading: Ids = ()
    paragraphs: Slots = ()
    list: Ids = ()
    figures: Ids = ()
    framework: bool = False
    board: bool = False
    since: bool = False
    corrections: bool = False


class FrameworkOutline(StrictModel):
    """The findings that head the argument about a level; the rest of it is read with the rules."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    level: Ids


class FigureOutline(StrictModel):
    """A chart of a kind the program can draw, titled by the first of its findings that is true."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    kind: Literal["price_path", "price_days", "deleveraging", "cross_asset", "put_strikes", "cost_basis", "fund_flows"]
    findings: Ids


class SinceOutline(StrictModel):
    """The findings whose end is reported when they were true the day before."""

    ended: Ids = ()


class Lengths(StrictModel):
    """Which leading findings ask for which length; all others ask for the standard one."""

    full: Ids = ()
    standard: Ids = ()
    short: Ids = ()


class Outline(StrictModel):
    """All of report.yaml."""

    title: str
    lead: str
    methods: Annotated[
        tuple[Annotated[MethodOutline, BeforeValidator(_to_method_outline)], ...], BeforeValidator(to_tuples)
    ] = ()
    length: Lengths
    standfirst: Slots
    takeaways: Takeaways
    tiles: Annotated[tuple[TileOutline, ...], BeforeValidator(to_tuples)] = ()
    sections: Annotated[tuple[SectionOutline, ...], BeforeValidator(to_tuples)]
    headings: dict[str, str] = Field(default_factory=dict)
    framework: FrameworkOutline
    since: SinceOutline = SinceOutline()
    terms: dict[str, str] = Field(default_factory=dict)
    board: Annotated[tuple[RowOutline, ...], BeforeValidator(to_tuples)] = ()
    figures: Annotated[tuple[FigureOutline, ...], BeforeValidator(to_tuples)] = ()
    chat: ChatOutline | None = None
    contradictions: Slots = ()
    tensions: Slots = ()

    def list_labels(self) -> tuple[str, ...]:
        """List every msgid of the label catalogue that the outline uses."""
        methods = (method.label for method in self.methods)
        tiles = (tile.label for tile in self.tiles)
        rows = (row.label for row in self.board)
        speakers = (self.chat.reader, self.chat.desk) if self.chat else ()
        return tuple(dict.fromkeys([self.title, *methods, *self.headings.values(), *tiles, *rows, *speakers]))

    def choose_length(self, lead: str) -> Length:
        """Return the length of a brief that a finding leads."""
        if lead in self.length.full:
            return "full"
        return "short" if lead in self.length.short else "standard"


def load_outline(
    path: Path,
    shown_as: str,
    rules: frozenset[str],
    metrics: dict[str, MetricSpec],
    spoken: PhraseContext | None = None,
    read: LocatedValue | None = None,
) -> Outline:
    """Read and check report.yaml.

    Args:
        path: the file.
        shown_as: how to name it in messages.
        rules: ids of all rules, which the outline may name.
        metrics: the registry, which tiles and board may name.
        spoken: the phrases and stances that the chat is checked against; without them only its names are.
        read: what the file holds, where it has been read already.

    Raises:
        InputError: every mistake, located.
    """
    located = read or read_yaml(path, shown_as)
    try:
        outline = Outline.model_validate(located.plain)
    except ValidationError as error:
        raise InputError(to_diagnostics(error, located, shown_as, _SHAPE, Outline)) from error
    problems = [
        *_find_unknown_rules(located, shown_as, rules, outline),
        *_find_unknown_metrics(located, shown_as, metrics),
        *_find_unknown_figures(located, shown_as, outline),
        *_find_duplicate_ids(located, shown_as),
    ]
    if not problems:
        problems += check_finding_pairs(located, shown_as, outline, spoken.books if spoken else ())
    if outline.chat is not None and not problems:
        figures = [figure.id for figure in outline.figures]
        problems += check_chat(located.find_value(("chat",)), shown_as, outline.chat, figures, spoken)
    if problems:
        raise InputError(problems)
    return outline


def _find_unknown_rules(located: LocatedValue, shown: str, rules: frozenset[str], outline: Outline) -> list[Diagnostic]:
    """Find names in lists of findings that are neither a rule nor a heading of the outline."""
    problems = []
    known = rules | set(outline.headings)
    for value in _list_finding_names(located):
        name = str(value.plain)
        if name not in known:
            what = f'unknown rule "{name}"'
            problems.append(
                Diagnostic(
                    "report.unknown-rule", Place(shown, value.line, value.column), what, did_you_mean(name, known)
                )
            )
    return problems


_FINDING_LISTS = frozenset(
    {
        *("standfirst", "from", "paragraphs", "heading", "list", "stance", "findings", "level", "ended"),
        *("asks", "answers", "doubts", "note", "with"),
        *("contradictions", "tensions"),
    }
)
#: Parts that name no findings in their lists, though their keys may look like it.
_OTHERWISE = frozenset({"headings", "conditions", "levels", "closes", "terms"})


def _list_finding_names(located: LocatedValue) -> list[LocatedValue]:
    found: list[LocatedValue] = []
    for key, value in located.entries.items():
        if key in ("full", "standard", "short") or key in _FINDING_LISTS:
            found += _list_leaves(value)
        elif key not in _OTHERWISE:
            found += _list_finding_names(value)
    for item in located.items:
        found += _list_finding_names(item)
    return found


def _list_leaves(located: LocatedValue) -> list[LocatedValue]:
    if located.items:
        return [leaf for item in located.items for leaf in _list_leaves(item)]
    return [located] if isinstance(located.plain, str) else []


def _find_unknown_metrics(located: LocatedValue, shown: str, metrics: dict[str, MetricSpec]) -> list[Diagnostic]:
    problems = []
    for section, keys in (("tiles", ("value", "change", "dated")), ("board", ("reading", "change"))):
        for item in located.find_value((section,)).items:
            for key in keys:
                value = item.entries.get(key)
                if value is not None and value.plain not in metrics:
                    what = f'unknown metric "{value.plain}"'
                    hint = did_you_mean(str(value.plain), metrics)
                    problems.append(
                        Diagnostic("report.unknown-metric", Place(shown, value.line, value.column), what, hint)
                    )
    return problems


def _find_unknown_figures(located: LocatedValue, shown: str, outline: Outline) -> list[Diagnostic]:
    """Find figures that a section names and the outline does not define."""
    problems = []
    known = [figure.id for figure in outline.figures]
    for section in located.find_value(("sections",)).items:
        for value in _list_leaves(section.find_value(("figures",))):
            if value.plain not in known:
                what = f'unknown figure "{value.plain}"'
                problems.append(
                    Diagnostic(
                        "report.unknown-figure",
                        Place(shown, value.line, value.column),
                        what,
                        did_you_mean(str(value.plain), known),
                    )
                )
    return problems


def _find_duplicate_ids(located: LocatedValue, shown: str) -> list[Diagnostic]:
    """Find sections or figures that share an id."""
    problems = []
    for kind in ("sections", "figures"):
        seen: dict[object, LocatedValue] = {}
        for item in located.find_value((kind,)).items:
            value = item.find_value(("id",))
            first = seen.setdefault(str(value.plain), value)
            if first is not value:
                what = f'two {kind} have the id "{value.plain}"'
                problems.append(
                    Diagnostic(
                        "report.duplicate-id",
                        Place(shown, value.line, value.column),
                        what,
                        f"the first is in line {first.line}",
                    )
                )
    return problems
