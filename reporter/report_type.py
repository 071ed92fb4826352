"""A report type's folder to what a brief is made with: its rules, outline and phrases, checked against one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reporter.errors import InputError, Problem, did_you_mean
from reporter.folders import locales_folder, templates_folder
from reporter.language.catalogues import catalogue_problems, known_labels
from reporter.language.locales import Locale, available_locales, load_locale
from reporter.model.metric import MetricSpec
from reporter.narrative.chat_checks import Spoken
from reporter.narrative.gaps import GAP_FACTS, GAP_FINDINGS
from reporter.narrative.outline import Outline, load_outline
from reporter.narrative.phrase_checks import check_phrases
from reporter.narrative.phrases import PhraseBook, load_phrases
from reporter.narrative.regional import in_region
from reporter.rules import RuleBook, load_rules

#: File, line and column at which something is asked for.
Place = tuple[str, int | None, int | None]


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


def load_report(
    name: str,
    named_at: Place,
    metrics: Mapping[str, MetricSpec],
    locales: Sequence[str],
    locales_at: Place,
    at: Path | None = None,
) -> ReportType:
    """Load a report type.

    Args:
        name: the report type's folder name.
        named_at: where it is asked for, for messages.
        metrics: every metric that its rules and outline may name.
        locales: tags of the locales to be written; each is written once.
        locales_at: where they are asked for, for messages.
        at: the report type's folder, for one that doesn't come with the program; then the name is not looked up.

    Raises:
        InputError: everything that is wrong in rules, phrases, outline or catalogues.
    """
    folder = _folder(name, named_at) if at is None else at.resolve()
    spoken = _spoken(locales, locales_at)
    rules = load_rules([(path, _shown(path, folder)) for path in sorted((folder / "rules").glob("*.yaml"))], metrics)
    native = {base: _phrases(folder, load_locale(base, locales_folder())) for base in _bases(spoken)}
    books = tuple(in_region(native[locale.base], locale) for locale in spoken)
    path = folder / "report.yaml"
    stances = {rule.id: str(rule.stance) for rule in rules.rules}
    written = tuple(native.values())
    outline = load_outline(path, _shown(path, folder), frozenset(stances), dict(metrics), Spoken(written, stances))
    problems = [*phrase_problems(rules, written), *_label_problems(_shown(path, folder), outline, spoken)]
    if problems:
        raise InputError(problems)
    return ReportType(folder, rules, outline, books)


def _folder(name: str, named_at: Place) -> Path:
    root = templates_folder()
    folder = root / name
    if not (folder / "report.yaml").is_file():
        known = sorted(path.parent.name for path in root.glob("*/report.yaml"))
        hint = did_you_mean(name, known) or f"known report types: {', '.join(known)}"
        raise InputError([Problem(*named_at, f'unknown report type "{name}"', hint)])
    return folder


def _spoken(tags: Sequence[str], asked_at: Place) -> tuple[Locale, ...]:
    known = available_locales(locales_folder())
    problems = [
        Problem(*asked_at, f'unknown locale "{tag}"', did_you_mean(tag, known) or f"known locales: {', '.join(known)}")
        for tag in tags
        if tag not in known
    ]
    if problems:
        raise InputError(problems)
    return tuple(load_locale(tag, locales_folder()) for tag in dict.fromkeys(tags))


def _bases(locales: Sequence[Locale]) -> tuple[str, ...]:
    """Tags of the locales whose phrases are said, each once; what is checked is what somebody has written."""
    return tuple(dict.fromkeys(locale.base for locale in locales))


def _shown(path: Path, folder: Path) -> str:
    """A report type's file as its author knows it: from the report type's folder on."""
    return path.relative_to(folder.parent).as_posix()


def _phrases(folder: Path, locale: Locale) -> PhraseBook:
    files = sorted((folder / "phrases" / locale.tag).glob("*.j2"))
    if not files:
        place = _shown(folder / "phrases" / locale.tag, folder)
        raise InputError([Problem(place, None, None, f'no phrases for locale "{locale.tag}"', "add *.j2 files there")])
    return load_phrases([(Path(_shown(path, folder)), path.read_text("utf-8")) for path in files], locale)


def phrase_problems(rules: RuleBook, books: Sequence[PhraseBook]) -> Iterable[Problem]:
    """What is wrong between rules and phrases."""
    facts = {rule.id: frozenset(rule.facts) for rule in rules.rules} | dict.fromkeys(GAP_FINDINGS, GAP_FACTS)
    optional = {rule.id: frozenset(rule.optional) for rule in rules.rules}
    units = {rule.id: {name: fact.unit for name, fact in rule.facts.items()} for rule in rules.rules}
    return check_phrases(books, facts, optional, units)


def _label_problems(shown: str, outline: Outline, locales: Sequence[Locale]) -> Iterable[Problem]:
    natives = (load_locale(base, locales_folder()) for base in _bases(locales))
    for locale in dict.fromkeys((*natives, *locales)):
        yield from catalogue_problems(locale)
        if locale.edition is not None:
            continue
        known = frozenset(known_labels(locale))
        for msgid in outline.labels():
            if msgid not in known:
                what = f'label "{msgid}" is not in the catalogue of {locale.tag}'
                yield Problem(shown, None, None, what, did_you_mean(msgid, known))
