"""report.yaml → a checked outline: its form, and the names of rules, metrics and figures in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from reporter.diagnostics.diagnostic import Diagnostic, did_you_mean
from reporter.diagnostics.errors import InputError
from reporter.model.metric import MetricSpec, Unit
from reporter.narrative.outline import METRIC_CHARTS, FigureOutline, Outline
from reporter.narrative.plan.chat_checks import PhraseContext, check_chat
from reporter.narrative.plan.news_findings import NEWS_FINDINGS
from reporter.narrative.plan.news_plan import HEADLINE
from reporter.narrative.plan.tensions import check_finding_pairs
from reporter.syntax import LocatedValue, ShapeCodes, read_yaml, to_diagnostics

#: Codes of what has not the form of a report.yaml.
_SHAPE = ShapeCodes("report.unknown-key", "report.wrong-value")


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
        *_find_faulty_charts(located, shown_as, outline, metrics),
        *_find_duplicate_ids(located, shown_as),
        *_find_unknown_news(located, shown_as, rules, spoken),
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
    argument = located.entries.get("argument")
    follows = argument.entries.get("consequences") if argument is not None else None
    entries, keys = (follows.entries, follows.keys) if follows is not None else ({}, {})
    drawn = [LocatedValue(name, *keys[name], file=value.file) for name, value in entries.items()]
    sources = [leaf for value in entries.values() for leaf in _list_leaves(value)]
    return [
        *_find_unknown_names(drawn, shown, rules),
        *_find_unknown_names(sources, shown, rules | NEWS_FINDINGS.keys()),
        *_find_unknown_names(_list_finding_names(located), shown, rules | set(outline.headings)),
    ]


def _find_unknown_names(values: Iterable[LocatedValue], shown: str, known: Collection[str]) -> list[Diagnostic]:
    problems = []
    for value in values:
        name = str(value.plain)
        if name not in known:
            what = f'unknown rule "{name}"'
            problems.append(Diagnostic("report.unknown-rule", value.get_place(shown), what, did_you_mean(name, known)))
    return problems


_FINDING_LISTS = frozenset(
    {
        *("standfirst", "from", "paragraphs", "heading", "list", "stance", "findings", "level", "ended"),
        *("asks", "answers", "doubts", "note", "with"),
        *(
            "contradictions",
            "tensions",
            "calm",
            "instead",
            "states",
            "rests",
            "settled",
            "plain",
            "decides",
            "otherwise",
            "moves",
            "silent",
        ),
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
                    problems.append(Diagnostic("report.unknown-metric", value.get_place(shown), what, hint))
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
                        value.get_place(shown),
                        what,
                        did_you_mean(str(value.plain), known),
                    )
                )
    return problems


def _find_faulty_charts(
    located: LocatedValue, shown: str, outline: Outline, metrics: dict[str, MetricSpec]
) -> Iterator[Diagnostic]:
    """Find charts of metrics that can't be drawn: without them, of unknown ones, of several units, without a name."""
    for item, figure in zip(located.find_value(("figures",)).items, outline.figures, strict=True):
        drawn = [
            (value, metric)
            for key, named in (("lines", figure.lines), ("bars", figure.bars))
            for value, metric in zip(item.find_value((key,)).items, named, strict=False)
        ]
        what, hint = _explain_faulty_parts(figure)
        if what:
            yield Diagnostic("report.wrong-figure", item.get_place(shown), f'figure "{figure.id}": {what}', hint)
        known: MetricSpec | None = None
        for value, metric in drawn:
            spec, place = metrics.get(metric.metric), value.get_place(shown)
            if spec is None:
                hint = did_you_mean(metric.metric, metrics)
                yield Diagnostic("report.unknown-metric", place, f'unknown metric "{metric.metric}"', hint)
                continue
            if not metric.label and not spec.label:
                hint = f"write {{ metric: {spec.id}, label: {{ en: …, zh-Hant: … }} }}"
                yield Diagnostic("report.wrong-figure", place, f"{spec.id} has no label", hint)
            if spec.unit in (Unit.INSTANT, Unit.TEXT, Unit.BOOL):
                what = f"{spec.id} is no number that can be drawn, but {spec.unit}"
                yield Diagnostic("report.wrong-figure", place, what)
            known = known or spec
            if figure.kind != "small multiples" and spec.unit is not known.unit:
                what = f"{spec.id} is in {spec.unit}, and {known.id} in {known.unit}"
                yield Diagnostic("report.wrong-figure", place, what, "write kind: small multiples")


def _explain_faulty_parts(figure: FigureOutline) -> tuple[str, str]:
    """Explain why a figure's parts are not those of its kind, with a hint; empty where they are."""
    if figure.kind not in METRIC_CHARTS:
        found = "lines and bars are for charts of metrics" if figure.lines or figure.bars else ""
        return found, f"write kind: {', '.join(METRIC_CHARTS)}" if found else ""
    wanted = {"line": (True, False), "bar": (False, True), "line+bar": (True, True)}
    parts = (bool(figure.lines), bool(figure.bars))
    if parts == wanted.get(figure.kind, parts) and any(parts):
        if figure.kind != "small multiples" and (len(figure.lines) > 2 or len(figure.bars) > 1):
            # One line is in front and one behind; a third would look like the second.
            return "a panel has two lines and one kind of bars at most", "write kind: small multiples"
        return "", ""
    needs = {"line": "lines", "bar": "bars", "line+bar": "lines and bars", "small multiples": "lines or bars"}
    return f"a chart of kind {figure.kind} has {needs[figure.kind]}", "name the metrics that it draws"


def _find_unknown_news(
    located: LocatedValue, shown: str, rules: frozenset[str], spoken: PhraseContext | None
) -> Iterator[Diagnostic]:
    """Find kinds of news that there are not, that lead and can't be said, and rules that there are not."""
    kinds = [name.removeprefix("news.") for name in NEWS_FINDINGS]
    part = located.entries.get("news")
    entries = part.entries if part is not None else {}
    tables = {key: entries[key] for key in ("lead", "instead", "rather") if key in entries}
    for key, table in tables.items():
        for kind in table.entries:
            place = table.get_key_place(kind, shown)
            if kind not in kinds:
                yield Diagnostic(
                    "report.unknown-news", place, f'unknown kind of fact "{kind}"', did_you_mean(kind, kinds)
                )
            elif key == "lead" and spoken is not None:
                for book in spoken.books:
                    if not book.has_phrase(f"news.{kind}", HEADLINE):
                        what = f'"{kind}" may lead and has no headline in {book.locale.tag}'
                        hint = f'{{% say "news.{kind}", "headline" %}}'
                        yield Diagnostic("report.unsaid-news", place, what, hint)
    named = _list_leaves(entries["still"]) if "still" in entries else []
    for leaf in (*named, *(tables["rather"].entries.values() if "rather" in tables else ())):
        if leaf.plain not in kinds:
            what, hint = f'unknown kind of fact "{leaf.plain}"', did_you_mean(str(leaf.plain), kinds)
            yield Diagnostic("report.unknown-news", leaf.get_place(shown), what, hint)
    for value in tables["instead"].entries.values() if "instead" in tables else ():
        for leaf in _list_leaves(value):
            if leaf.plain not in rules:
                what, hint = f'unknown rule "{leaf.plain}"', did_you_mean(str(leaf.plain), rules)
                yield Diagnostic("report.unknown-rule", leaf.get_place(shown), what, hint)


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
                        value.get_place(shown),
                        what,
                        f"the first is in line {first.line}",
                    )
                )
    return problems
