"""A report type's folder → its rules, outline and phrases, checked against one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean
from reporter.diagnostics.errors import InputError
from reporter.language.catalogues import check_catalogue, list_labels
from reporter.language.completeness import find_missing_pieces
from reporter.language.filters import FILTERS
from reporter.language.leftover import leftover_problems
from reporter.language.locales import Locale, available_locales, explain_unknown_locale, load_locale
from reporter.language.texts import find_text_key
from reporter.model.metric import MetricSpec
from reporter.model.resources import locales_folder
from reporter.narrative.outline import Outline
from reporter.narrative.phrases.phrase_checks import RelationNames, check_phrases
from reporter.narrative.phrases.phrase_extents import measure_phrases
from reporter.narrative.phrases.phrases import PhraseBook, load_phrases
from reporter.narrative.phrases.regional_phrases import to_regional_book
from reporter.narrative.plan.chat_checks import PhraseContext
from reporter.narrative.plan.data_exceptions import ALLOWED_FINDINGS
from reporter.narrative.plan.gap_findings import GAP_FACTS, GAP_FINDINGS
from reporter.narrative.plan.memory_findings import MADE_FINDINGS, MADE_RELATIONS
from reporter.narrative.plan.news_findings import NEWS_ALWAYS, NEWS_FINDINGS, NEWS_OPTIONAL, NEWS_RELATIONS
from reporter.narrative.plan.outline_loader import load_outline
from reporter.render.layout_checks import check_layouts, check_styles
from reporter.report_type.files import REPORT, ReportFiles, locate_report_files
from reporter.report_type.outline_patches import read_report_yaml
from reporter.report_type.report_cache import ReportCache
from reporter.report_type.report_type import ReportType
from reporter.rules import RuleBook, load_rules
from reporter.rules.book.rule_book import Expression, Rule
from reporter.syntax import LocatedValue
from reporter.syntax.authored_text import read_authored_text
from reporter.syntax.template_residue import find_residue
from reporter.verify.gate.layout_text import check_layout_lines


def load_report(  # noqa: PLR0913 - what is read, in what, and where it lies; the last by name
    name: str,
    named_at: Place,
    metrics: Mapping[str, MetricSpec],
    locales: Sequence[str],
    locales_at: Place,
    at: Path | None = None,
    desk: Path | None = None,
    cache: ReportCache | None = None,
    *,
    own: Sequence[str] = (),
) -> ReportType:
    """Load a report type; one whose files have not changed since is read once in a process, or once at all.

    Args:
        name: the report type's folder name.
        named_at: where it is asked for, for messages.
        metrics: every metric that its rules and outline may name.
        locales: tags of the locales to be written; each is written once.
        locales_at: where they are asked for, for messages.
        at: the report type's folder, for one that doesn't come with the program; then the name is not looked up.
        desk: a desk's folder, whose `templates/` stands before the report type's files.
        cache: what earlier processes read and found right.
        own: tags of all locales that the desk has.

    Raises:
        InputError: everything that is wrong in rules, phrases, outline or catalogues.
    """
    files = locate_report_files(name, named_at, at, desk)
    spoken = tuple(locale.tag for locale in _load_locales(locales, locales_at))
    others = tuple(tag for tag in dict.fromkeys(own) if tag not in spoken)
    return _read_report(files, tuple(metrics.items()), (spoken, others), _hash_content(files), cache)


def _hash_content(files: ReportFiles) -> str:
    """Hash every file that a report type is read from, with its name."""
    digest = sha256()
    for root in (*(layer.folder for layer in files.layers), locales_folder()):
        for path in sorted(path for path in root.rglob("*") if path.is_file()):
            digest.update(f"{path}\0".encode("utf-8", "surrogateescape"))
            try:
                content = path.read_bytes()
            except OSError as error:
                # Whoever needs it says so; what needs it not is read without it.
                content = str(error).encode("utf-8", "surrogateescape")
            digest.update(b"%d\0" % len(content) + content)
    return digest.hexdigest()


#: A process that builds many briefs has few report types; tests of their files make many and need none again.
@lru_cache(maxsize=8)
def _read_report(
    files: ReportFiles,
    specs: tuple[tuple[str, MetricSpec], ...],
    tags: tuple[tuple[str, ...], tuple[str, ...]],
    content: str,
    cache: ReportCache | None,
) -> ReportType:
    """Read a report type's files, or take what was read of the same files before.

    Args:
        files: where they lie.
        specs: every metric that rules and outline may name.
        tags: of the locales to be written, and of the desk's others.
        content: hash of the files, so that changed ones are read again.
        cache: what earlier processes read and found right.

    Raises:
        InputError: everything that is wrong in rules, phrases, outline or catalogues.
    """
    if cache is None:
        return _parse_report(files, dict(specs), *tags)
    key = cache.hash_key(files, specs, tags, content)
    found = cache.read_report(key)
    if found is None:
        found = _parse_report(files, dict(specs), *tags)
        cache.write_report(key, found)
    return found


def _parse_report(
    files: ReportFiles, metrics: dict[str, MetricSpec], tags: Sequence[str], others: Sequence[str]
) -> ReportType:
    """Read a report type's files and check them against one another.

    Raises:
        InputError: everything that is wrong in rules, phrases, outline or catalogues.
    """
    spoken = tuple(load_locale(tag, locales_folder()) for tag in tags)
    lacking = dict.fromkeys(one for locale in spoken for one in find_missing_pieces(locale))
    if lacking:
        raise InputError(list(lacking))
    strays = list(files.find_stray_files(available_locales(locales_folder())))
    if strays:
        raise InputError(strays)
    read, shown, rules, native = _read_parts(files, metrics, _list_bases(spoken))
    books = tuple(to_regional_book(native[locale.base], locale) for locale in spoken)
    stances = {rule.id: str(rule.stance) for rule in rules.rules}
    written = tuple(native.values())
    spoken_of = PhraseContext(written, stances)
    outline = load_outline(files.find_file(REPORT), shown, frozenset(stances), metrics, spoken_of, read)
    problems = [
        *check_rule_phrases(rules, written),
        *_check_labels(read, shown, outline, spoken),
        *_check_name_residue(read, shown),
    ]
    if problems:
        raise InputError(problems)
    unsaid = tuple(_read_unsaid(files, rules, native, others))
    return ReportType(files, rules, outline, books, unsaid, measure_phrases((*written, *unsaid)))


def _read_unsaid(
    files: ReportFiles, rules: RuleBook, native: Mapping[str, PhraseBook], tags: Sequence[str]
) -> Iterator[PhraseBook]:
    """Read the phrases of locales that are not written; of one with a fault nothing is asked."""
    known = available_locales(locales_folder())
    for locale in (load_locale(tag, locales_folder()) for tag in tags if tag in known):
        with suppress(InputError):
            book = native.get(locale.base) or _load_phrases(files, load_locale(locale.base, locales_folder()))
            if not tuple(check_rule_phrases(rules, (*native.values(), book))):
                yield to_regional_book(book, locale)


def _read_parts(
    files: ReportFiles, metrics: Mapping[str, MetricSpec], bases: Sequence[str]
) -> tuple[LocatedValue, str, RuleBook, dict[str, PhraseBook]]:
    """Read report.yaml and how it is shown, the rules, and the phrases of each locale.

    Raises:
        InputError: everything that is wrong in any of these files, or in a layout, by itself.
    """
    problems: list[Diagnostic] = []
    read, shown, rules, native = None, "", None, dict[str, PhraseBook]()
    try:
        read, shown = read_report_yaml(files)
    except InputError as error:
        problems += error.diagnostics
    try:
        # Conditions of a framework are rules that others may name: without it their names would be said to be wrong.
        rules = load_report_rules(files, metrics, (read, shown)) if read is not None else None
    except InputError as error:
        problems += error.diagnostics
    for base in bases:
        try:
            native[base] = _load_phrases(files, load_locale(base, locales_folder()))
        except InputError as error:
            problems += error.diagnostics
    layouts = [(file, files.display_path(file)) for file in files.glob("layouts/*.j2")]
    problems += check_layouts(layouts, files.list_folders("layouts"))
    problems += _check_layouts(layouts, bases)
    problems += check_styles((file, files.display_path(file)) for file in files.glob("theme/*.css"))
    if problems or read is None or rules is None:
        raise InputError(problems)
    return read, shown, rules, native


def _check_layouts(layouts: Sequence[tuple[Path, str]], bases: Sequence[str]) -> Iterable[Diagnostic]:
    """Check that literal texts of layouts are labels; unreadable layouts are reported elsewhere."""
    locales = [load_locale(base, locales_folder()) for base in bases]
    for path, shown in layouts:
        with suppress(InputError):
            yield from check_layout_lines(path.name, read_authored_text(path, shown), shown, locales)


def load_report_rules(
    files: ReportFiles,
    metrics: Mapping[str, MetricSpec],
    written: tuple[LocatedValue, str] | None = None,
    given: Sequence[tuple[Path, str]] | None = None,
) -> RuleBook:
    """Load the rules of a report type: a rule of a layer above stands in for one of the same id.

    Args:
        files: the report type's, with the desk's own before them.
        metrics: every metric that rules may name.
        written: what report.yaml holds and how it is shown, where it has been read already.
        given: files of rules and how each is shown, in place of the report type's.

    Raises:
        InputError: everything that is wrong in them.
    """
    read, shown = written or read_report_yaml(files)
    framework = (read.entries["framework"], shown) if "framework" in read.entries else None
    named = given or [(path, files.display_path(path)) for path in files.glob("rules/*.yaml")]
    heights = {path: files.count_height(path) for path, _ in named}
    return load_rules(named, metrics, framework, heights)


def _load_locales(tags: Sequence[str], asked_at: Place) -> tuple[Locale, ...]:
    known = available_locales(locales_folder())
    problems = [
        Diagnostic("locale.unknown", asked_at, *explain_unknown_locale(tag, locales_folder()))
        for tag in tags
        if tag not in known
    ]
    if problems:
        raise InputError(problems)
    return tuple(load_locale(tag, locales_folder()) for tag in dict.fromkeys(tags))


def _list_bases(locales: Sequence[Locale]) -> tuple[str, ...]:
    """List the base locales whose phrases are used, each once."""
    return tuple(dict.fromkeys(locale.base for locale in locales))


#: What a file of phrases may have; the longest that comes with the program has 18 kB.
MOST_BYTES = 200_000


def _load_phrases(files: ReportFiles, locale: Locale) -> PhraseBook:
    found = files.glob(f"phrases/{locale.tag}/*.j2")
    if not found:
        place = files.display_path(files.base / "phrases" / locale.tag)
        raise InputError(
            [Diagnostic("phrase.none", Place(place), f'no phrases for locale "{locale.tag}"', "add *.j2 files there")]
        )
    texts, problems = dict[Path, tuple[Path, str]](), list[Diagnostic]()
    for path in found:
        try:
            texts[path] = (
                Path(files.display_path(path)),
                read_authored_text(path, files.display_path(path), MOST_BYTES),
            )
        except InputError as error:
            problems += error.diagnostics
    if problems:
        raise InputError(_add_readable_files(problems, list(texts.values()), locale))
    layers: dict[int, list[tuple[Path, str]]] = {}
    for path, text in texts.items():
        layers.setdefault(files.count_height(path), []).append(text)
    lowest, *above = (layers[height] for height in sorted(layers))
    return load_phrases(lowest, locale, above)


def _add_readable_files(
    problems: list[Diagnostic], texts: Sequence[tuple[Path, str]], locale: Locale
) -> list[Diagnostic]:
    """Add the diagnostics of phrase files that can be read to those of files that can't."""
    try:
        load_phrases(texts, locale)
    except InputError as error:
        # One of a layer above may say again what one below says.
        return [*problems, *(problem for problem in error.diagnostics if problem.code != "phrase.duplicate")]
    return problems


def check_rule_phrases(rules: RuleBook, books: Sequence[PhraseBook]) -> Iterable[Diagnostic]:
    """Check rules and phrases against each other."""
    facts = {rule.id: frozenset(rule.facts) for rule in rules.rules} | dict.fromkeys(GAP_FINDINGS, GAP_FACTS)
    facts |= {**MADE_FINDINGS, **ALLOWED_FINDINGS, **NEWS_FINDINGS}
    optional = {rule.id: frozenset(rule.optional) for rule in rules.rules}
    optional |= {name: found & NEWS_OPTIONAL for name, found in NEWS_FINDINGS.items()}
    units = {rule.id: {name: fact.unit for name, fact in rule.facts.items()} for rule in rules.rules}
    return check_phrases(books, facts, optional, units, list_relations(rules))


def list_relations(rules: RuleBook) -> dict[str, RelationNames]:
    """List what the relating words of each finding's phrases may rest on: finding → names.

    Args:
        rules: of the report type.
    """
    made = {name: RelationNames(names) for name, names in MADE_RELATIONS.items()}
    made |= {name: RelationNames(names, always=NEWS_ALWAYS[name]) for name, names in NEWS_RELATIONS.items()}
    return made | {
        rule.id: RelationNames(
            frozenset(rule.relations),
            frozenset(name for name, asked in rule.relations.items() if _is_always_true(rule, asked)),
        )
        for rule in rules.rules
        if rule.relations
    }


def _is_always_true(rule: Rule, asked: Expression) -> bool:
    """Return whether a relation is the rule's own condition; those of a framework are told either way."""
    return asked is rule.when and rule.until is None and rule.topic != "condition"


def _check_name_residue(here: LocatedValue, shown: str, key: str = "") -> Iterable[Diagnostic]:
    """Find template syntax in the names of report.yaml."""
    if isinstance(here.plain, str) and key == "name":
        for item in find_residue(here.plain, FILTERS):
            what = f'name: "{item.printable_text}" is left of template syntax'
            place = Place(here.file or shown, *here.locate_offset(item.start))
            yield Diagnostic("report.residue", place, what, "write plain words")
    for name, value in here.entries.items():
        yield from _check_name_residue(value, shown, "name" if key == "name" else name)
    for value in here.items:
        yield from _check_name_residue(value, shown, key)


def _locate_text(here: LocatedValue, text: str, shown: str) -> Place | None:
    """Locate the first occurrence of a text in report.yaml."""
    if here.plain == text:
        return here.get_place(shown)
    found = (_locate_text(value, text, shown) for value in (*here.entries.values(), *here.items))
    return next((place for place in found if place is not None), None)


def _find_missing_labels(read: LocatedValue, shown: str, locales: Sequence[Locale]) -> Iterator[Diagnostic]:
    """Find labels that stand in report.yaml and lack a locale of the brief."""
    items = [item for part in ("tiles", "board", "methods") for item in read.find_value((part,)).items]
    figures = read.find_value(("figures",)).items if "figures" in read.entries else ()
    items += [one for item in figures for key in ("lines", "bars") for one in item.find_value((key,)).items]
    written = [item.entries["label"] for item in items if "label" in item.entries]
    written += read.entries["headings"].entries.values() if "headings" in read.entries else ()
    for value in written:
        texts = {tag: str(text.plain) for tag, text in value.entries.items()}
        lacking = [one.tag for one in locales if texts and find_text_key(texts, one.tag, one.base) is None]
        if lacking:
            what = f"the label has no text for locale {', '.join(lacking)}"
            yield Diagnostic("label.missing-text", value.get_place(shown), what, "add it")


def _check_labels(read: LocatedValue, shown: str, outline: Outline, locales: Sequence[Locale]) -> Iterable[Diagnostic]:
    natives = (load_locale(base, locales_folder()) for base in _list_bases(locales))
    every = tuple(dict.fromkeys((*natives, *locales)))
    yield from leftover_problems(locales_folder(), every)
    yield from _find_missing_labels(read, shown, locales)
    for locale in every:
        yield from check_catalogue(locale)
        if locale.edition is not None:
            continue
        known = frozenset(list_labels(locale))
        for msgid in outline.list_labels():
            if msgid not in known:
                what = f'label "{msgid}" is not in the catalogue of {locale.tag}'
                place = _locate_text(read, msgid, shown) or Place(shown)
                yield Diagnostic("label.unknown", place, what, did_you_mean(msgid, known))
