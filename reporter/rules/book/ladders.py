"""A ladder as written → its rungs as rules of one group, of which the first that holds is taken.

A rung's condition is put together from texts that stand in different places of the file; each keeps its place, so
that a mistake is shown where its author made it.
"""

from __future__ import annotations

from dataclasses import dataclass

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.rules.book.rule_forms import LadderForm, RuleForm, RungForm
from reporter.rules.book.rule_relations import WrittenRule
from reporter.syntax.located_yaml import LocatedValue, Plain

#: A bound as it is named → the comparison that it stands for.
SIGNS = {"at_least": ">=", "above": ">", "at_most": "<=", "below": "<"}


@dataclass(frozen=True, slots=True)
class _Bound:
    key: str
    sign: str
    text: str


def expand_ladder(form: LadderForm, located: LocatedValue, shown_as: str) -> tuple[list[WrittenRule], list[Diagnostic]]:
    """Expand a ladder into one rule a rung, with the diagnostics of the ladder.

    Args:
        form: the ladder as written.
        located: the same with places.
        shown_as: the file's name in messages.
    """
    problems: list[Diagnostic] = []
    written: list[WrittenRule] = []
    keys: dict[str, None] = {}
    for at, rung in enumerate(form.rungs):
        here = located.find_value(("rungs", at))
        bounds = _list_bounds(rung)
        what = ""
        if len(bounds) > 1:
            what = f'rung "{rung.id}" has {" and ".join(bound.key for bound in bounds)}; one bound is enough'
        elif not bounds and at < len(form.rungs) - 1:
            what = f'rung "{rung.id}" has no bound and isn\'t the last, so no rung below it can hold'
        if what:
            problems.append(
                Diagnostic("rules.wrong-ladder", Place(shown_as, here.line, here.column), f'ladder "{form.id}": {what}')
            )
            continue
        keys |= dict.fromkeys(bound.key for bound in bounds)
        written.append(_build_rung_rule(form, rung, bounds[0] if bounds else None, (located, here), shown_as))
    if len({SIGNS[key][0] for key in keys}) > 1:
        what = f'ladder "{form.id}": {" and ".join(keys)} point in two directions'
        problems.append(
            Diagnostic(
                "rules.wrong-ladder",
                Place(shown_as, located.line, located.column),
                what,
                "begin at one end, or write two ladders",
            )
        )
    return written, problems


def _list_bounds(rung: RungForm) -> list[_Bound]:
    return [_Bound(key, sign, text) for key, sign in SIGNS.items() if (text := getattr(rung, key)) is not None]


def _build_rung_rule(
    form: LadderForm, rung: RungForm, bound: _Bound | None, places: tuple[LocatedValue, LocatedValue], shown_as: str
) -> WrittenRule:
    ladder, here = places
    of = ladder.find_value(("of",))
    pieces: list[tuple[int, LocatedValue]] = []
    text = ""
    if form.when is not None:
        text = "("
        pieces.append((1, ladder.find_value(("when",))))
        text += f"{form.when}) and "
    pieces.append((len(text) + 1, of))
    if bound is None:
        # What is left is only known where the value is.
        text += f"({form.of}) is not missing"
        pieces.append((len(text), here))
    else:
        text += f"({form.of}) {bound.sign} "
        pieces.append((len(text), here.find_value((bound.key,))))
        text += bound.text
    name = f"{form.id}.{rung.id}"
    group = form.id.replace(".", "_")
    plain: dict[str, Plain] = {"id": name, "when": text, "for": form.hold, "group": group, "pick": "first"}
    plain |= {"topic": form.topic, "stance": rung.stance, "weight": form.weight if rung.weight is None else rung.weight}
    plain |= {"supersedes": [*form.supersedes], "facts": {**form.facts}, "optional": [*form.optional]}
    plain |= {"relations": {**form.relations}} if form.relations else {}
    entries = {key: value for key, value in ladder.entries.items() if key not in ("of", "rungs", "when")}
    located = LocatedValue(plain, here.line, here.column, entries | {"id": here.find_value(("id",))})
    rule = RuleForm.model_validate(plain | {"note": form.note, "ignore": {**form.ignore}})
    return WrittenRule(rule, located, shown_as, tuple(pieces), form.id)
