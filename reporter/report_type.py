"""A report type's folder to what a brief is made with: its rules, outline and phrases, checked against one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reporter.errors import InputError, Problem, did_you_mean
from reporter.folders import locales_folder, templates_folder
from reporter.language.catalogues import catalogue_problems, known_labels
from reporter.language.locales import Locale, load_locale
from reporter.model.metric import MetricSpec
from reporter.narrative.gaps import GAP_FACTS, GAP_FINDINGS
from reporter.narrative.outline import Outline, load_outline
from reporter.narrative.phrase_checks import check_phrases
from reporter.narrative.phrases import PhraseBook, load_phrases
from reporter.rules import RuleBook, load_rules


@dataclass(frozen=True, slots=True)
class ReportType:
    """A report type as loaded for some locales.

    Attributes:
        folder: where its layouts and theme lie.
        rules, outline, books: what is evaluated, planned and said.
    """

    folder: Path
    rules: RuleBook
    outline: Outline
    books: tuple[PhraseBook, ...]


def load_report(name: str, named_in: str, metrics: Mapping[str, MetricSpec], locales: Sequence[str]) -> ReportType:
    """Load a report type.

    Args:
        name: the report type's folder name.
        named_in: the file that asks for it, for messages.
        metrics: every metric that its rules and outline may name.
        locales: tags of the locales to be written; each once.

    Raises:
        InputError: everything that is wrong in rules, phrases, outline or catalogues.
    """
    folder = _folder(name, named_in)
    spoken = tuple(load_locale(tag, locales_folder()) for tag in dict.fromkeys(locales))
    rules = load_rules([(path, _shown(path)) for path in sorted((folder / "rules").glob("*.yaml"))], metrics)
    books = tuple(_phrases(folder, locale) for locale in spoken)
    path = folder / "report.yaml"
    outline = load_outline(path, _shown(path), frozenset(rule.id for rule in rules.rules), dict(metrics))
    problems = [*_phrase_problems(rules, books), *_label_problems(_shown(path), outline, spoken)]
    if problems:
        raise InputError(problems)
    return ReportType(folder, rules, outline, books)


def _folder(name: str, named_in: str) -> Path:
    root = templates_folder()
    folder = root / name
    if not (folder / "report.yaml").is_file():
        known = sorted(path.parent.name for path in root.glob("*/report.yaml"))
        hint = did_you_mean(name, known) or f"known report types: {', '.join(known)}"
        raise InputError([Problem(named_in, None, None, f'unknown report type "{name}"', hint)])
    return folder


def _shown(path: Path) -> str:
    """A report type's file as its author knows it: from the report type's folder on."""
    return path.relative_to(templates_folder()).as_posix()


def _phrases(folder: Path, locale: Locale) -> PhraseBook:
    files = sorted((folder / "phrases" / locale.tag).glob("*.j2"))
    if not files:
        place = _shown(folder / "phrases" / locale.tag)
        raise InputError([Problem(place, None, None, f'no phrases for locale "{locale.tag}"', "add *.j2 files there")])
    return load_phrases([(Path(_shown(path)), path.read_text("utf-8")) for path in files], locale)


def _phrase_problems(rules: RuleBook, books: Sequence[PhraseBook]) -> Iterable[Problem]:
    facts = {rule.id: frozenset(rule.facts) for rule in rules.rules} | dict.fromkeys(GAP_FINDINGS, GAP_FACTS)
    optional = {rule.id: frozenset(rule.optional) for rule in rules.rules}
    units = {rule.id: {name: fact.unit for name, fact in rule.facts.items()} for rule in rules.rules}
    return check_phrases(books, facts, optional, units)


def _label_problems(shown: str, outline: Outline, locales: Sequence[Locale]) -> Iterable[Problem]:
    for locale in locales:
        yield from catalogue_problems(locale)
        known = frozenset(known_labels(locale))
        for msgid in outline.labels():
            if msgid not in known:
                what = f'label "{msgid}" is not in the catalogue of {locale.tag}'
                yield Problem(shown, None, None, what, did_you_mean(msgid, known))
