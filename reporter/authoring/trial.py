"""Report type × desk → what is tried: the report type with its cases, bound to days; the rules and days chosen."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from reporter.desk import DeskConfig, load_desk
from reporter.desk.config.instruments import INSTRUMENTS
from reporter.diagnostics.diagnostic import COMMAND_LINE, Diagnostic, Place, did_you_mean
from reporter.diagnostics.errors import InputError, usage_error
from reporter.language.locales import available_locales, load_locale
from reporter.metrics import list_desk_specs, list_metric_specs
from reporter.model.hourly import list_hourly_specs
from reporter.model.metric import Citation, Instrument, MetricSet, MetricSpec
from reporter.model.news import NewsFact
from reporter.model.resources import locales_folder
from reporter.narrative.phrases.phrases import SpeechContext
from reporter.news import NewsDays
from reporter.pipeline.compose import make_speech_context
from reporter.pipeline.day_news import list_weights, pin_lead
from reporter.pipeline.evaluate import replay_rules
from reporter.pipeline.read import find_report_cache, open_desk
from reporter.report_type.asset_fit import fit_report
from reporter.report_type.files import DESK_FOLDER, list_report_types
from reporter.report_type.load import check_rule_phrases, load_report, load_report_rules
from reporter.report_type.report_type import ReportType
from reporter.rules import Frameworks, Replay
from reporter.rules.analysis.case_worlds import SOURCE, CaseWorlds
from reporter.rules.book.case_files import DATE, load_cases
from reporter.rules.book.rule_book import Case, Rule, RuleBook
from reporter.syntax import read_yaml

#: The report type where no desk names one.
STANDARD = "market_brief"
LOCALES = ("zh-Hant", "en")
#: Where a report type's files of cases lie.
CASES = "rule_tests"


@dataclass(frozen=True)
class AuthoredReport:
    """A report type read from its folder, with its cases and the metrics it may name.

    Attributes:
        config: the desk, where one was given.
        registry: every metric that rules may name.
        instruments: the instruments that lists of metrics have members of.
        report: rules, outline and phrases.
        cases: the rules' own cases and those of the files of cases.
    """

    config: DeskConfig | None
    registry: Mapping[str, MetricSpec]
    instruments: Mapping[str, Instrument]
    report: ReportType
    cases: tuple[Case, ...]

    @cached_property
    def case_worlds(self) -> CaseWorlds:
        """Makes the metrics of cases."""
        return CaseWorlds(self.registry, self.instruments)

    @cached_property
    def case_context(self) -> SpeechContext:
        """What the sentences of cases may use: an invented asset, the same for every desk."""
        locales = [load_locale(tag, locales_folder()) for tag in available_locales(locales_folder())]
        native = [locale for locale in locales if locale.edition is None]
        cited = {SOURCE: Citation(SOURCE, "", {one.tag: one.invented_source for one in native}, "", "")}
        return SpeechContext(DATE, cited, {one.tag: one.invented_asset for one in native}, "XYZ")


@dataclass(frozen=True)
class Trial:
    """A report type bound to the days of a desk.

    Attributes:
        authored: the report type.
        metrics: the desk's, up to the last day that is looked at.
        replay: the rules on them.
        context: what sentences may use.
        frameworks: which argument about a level stood on each of them.
    """

    authored: AuthoredReport
    metrics: MetricSet
    replay: Replay
    context: SpeechContext
    frameworks: Frameworks

    @cached_property
    def news(self) -> NewsDays:
        """Ranks the facts of each day; `list_news` has what the desk says of one."""
        config = self.authored.config
        return NewsDays(self.metrics, list_weights(config) if config is not None else None)

    def list_news(self, index: int) -> tuple[NewsFact, ...]:
        """List the facts of a day, given by its position, as its brief has them: what the desk pins first.

        Raises:
            InputError: the day has no such fact as the desk says leads it.
        """
        config = self.authored.config
        facts = self.news.at(index)
        return pin_lead(config, facts) if config is not None else facts

    def with_report(self, report: ReportType) -> Trial:
        """A trial over the same days with another report type."""
        frameworks = Frameworks(report.rules, self.metrics)
        authored = replace(self.authored, report=report)
        return replace(
            self, authored=authored, metrics=frameworks.metrics, replay=frameworks.replay, frameworks=frameworks
        )


def open_authored_report(
    desk: Path | None, folder: Path | None, locales: Sequence[str] = (), *, drafting: bool = False
) -> AuthoredReport:
    """Read a report type: the folder's, else the desk's, else the standard one.

    Args:
        desk: the desk's folder, where there is one.
        folder: the report type's name or folder, where one is named.
        locales: those that are read; the desk's where none is named.
        drafting: pass over empty files of cases. A shell that is to write a draft into such a file makes it, empty,
            before the command that makes the draft begins.

    Raises:
        InputError: everything that is wrong in it.
    """
    config = open_desk(desk) if desk is not None else None
    own = {key: item.kind for key, item in config.instrument.items()} if config else {}
    kinds = {**INSTRUMENTS, **own}
    declared = dict(list_desk_specs(config) if config is not None else list_metric_specs(kinds))
    named = folder.name if folder is not None and _is_report_name(folder, config) else ""
    if config is not None and named:
        config = config.choose_report(named)
    if folder is not None and not named and not (folder / "report.yaml").is_file():
        what = "has no report.yaml, so it is no report type"
        raise InputError(
            [
                Diagnostic(
                    "usage.no-report-type", Place(folder.as_posix()), what, "copy templates/market_brief and change it"
                )
            ]
        )
    at = folder if folder is not None and not named else None
    report = load_report(
        at.resolve().name if at is not None else named or (config.desk.reports[0] if config else STANDARD),
        Place(config.shown_as) if config else COMMAND_LINE,
        declared,
        locales or (config.desk.locales if config else LOCALES),
        COMMAND_LINE,
        at,
        config.folder if config else None,
        find_report_cache(),
        own=config.desk.locales if config else LOCALES,
    )
    declared |= list_hourly_specs(report.rules.hourly, declared)
    instruments = {key: Instrument(key, kind, {}) for key, kind in kinds.items()}
    rules = {rule.id: rule for rule in report.rules.rules}
    paths = report.files.glob(f"{CASES}/*.yaml")
    files = [(path, report.files.display_path(path)) for path in paths if not (drafting and path.stat().st_size == 0)]
    replaced = report.rules.replaced.items()
    passed_over = {
        path: frozenset(name for name, height in replaced if height > report.files.count_height(path)) for path in paths
    }
    cases = (*report.rules.cases, *load_cases(files, rules, declared, passed_over))
    return AuthoredReport(config, declared, instruments, report, cases)


def _is_report_name(named: Path, config: DeskConfig | None) -> bool:
    """Return whether what is named is a report type's name, and no folder."""
    own = config.folder / DESK_FOLDER if config is not None else None
    return len(named.parts) == 1 and not named.exists() and named.name in list_report_types(own)


def open_trial(
    desk: Path,
    folder: Path | None,
    day: date | None = None,
    as_of: datetime | None = None,
    locales: Sequence[str] = (),
) -> Trial:
    """Read a report type and a desk's days; what authors wrote is checked before any data is read.

    Args:
        desk: the desk's folder.
        folder: another report type's folder; None takes the desk's own.
        day: the last day; None takes the newest.
        as_of: the instant up to which rows are known; None takes the day's end.
        locales: locales to load; none takes those of desk.toml.
    """
    authored = open_authored_report(desk, folder, locales)
    config = authored.config or open_desk(desk)
    # Cases are of the report type as it is written; days are told as the desk's asset needs it.
    authored = replace(authored, report=fit_report(authored.report, config.asset))
    frameworks = replay_rules(authored.report, load_desk(config, day, as_of))
    metrics = frameworks.metrics
    context = make_speech_context(config, metrics, authored.report)
    return Trial(authored, metrics, frameworks.replay, context, frameworks)


def find_day_range(metrics: MetricSet, first: date | None, last: date | None) -> range:
    """Positions of the days from one date to another; the data's first and last where left out.

    Args:
        metrics: the metrics, with their days.
        first: the first date, or None.
        last: the last date, or None.

    Raises:
        InputError: no day of the data lies between them.
    """
    start = metrics.dates[0] if first is None else max(first, metrics.dates[0])
    end = metrics.dates[-1] if last is None else min(last, metrics.dates[-1])
    if start > end:
        what = f"no day of the data lies from {first or metrics.dates[0]} to {last or metrics.dates[-1]}"
        hint = f"it has {metrics.dates[0]} to {metrics.dates[-1]}"
        raise usage_error("usage.wrong-range", what, hint)
    days = range(bisect_left(metrics.dates, start), bisect_right(metrics.dates, end))
    if not days:
        what = f"from {start} to {end} the desk's exchange has no session"
        raise usage_error("usage.wrong-range", what, "choose other days")
    return days


def choose_rules(book: RuleBook, ids: Sequence[str] | None) -> list[Rule]:
    """Select rules by ids, or all; a prefix such as `lead` selects every rule below it.

    Raises:
        InputError: no rule is named so.
    """
    if not ids:
        return list(book.rules)
    chosen: set[str] = set()
    for name in ids:
        found = {rule.id for rule in book.rules if rule.id == name or rule.id.startswith(f"{name}.")}
        if not found:
            hint = did_you_mean(name, [rule.id for rule in book.rules])
            raise usage_error("usage.unknown-rule", f'unknown rule "{name}"', hint)
        chosen |= found
    return [rule for rule in book.rules if rule.id in chosen]


def find_rule(book: RuleBook, rule_id: str) -> Rule:
    """The rule with an id.

    Raises:
        InputError: no rule is named so.
    """
    found = next((rule for rule in book.rules if rule.id == rule_id), None)
    if found is None:
        hint = did_you_mean(rule_id, [rule.id for rule in book.rules])
        raise usage_error("usage.unknown-rule", f'unknown rule "{rule_id}"', hint)
    return found


def describe_rule(rule: Rule) -> dict[str, object]:
    """A rule's settings as a dictionary for JSON."""
    return {
        "id": rule.id,
        "place": rule.place,
        "topic": rule.topic,
        "when": rule.when.text,
        "until": rule.until.text if rule.until else None,
        "for": rule.hold_days,
        "stance": rule.stance,
        "weight": rule.weight,
        "group": rule.group or None,
        "pick": rule.pick if rule.group else None,
        "supersedes": list(rule.supersedes),
        "facts": {name: fact.text for name, fact in rule.facts.items()},
        "note": rule.note,
    }


def open_edited(current: Trial, edited: Path) -> Trial:
    """Open an edited report type or rule file as a trial over the days of the current one.

    Args:
        current: the report type as it is.
        edited: a folder with a whole report type; or a rule file, which stands in for the one of its name, else for
            those with rules of the same ids, and is added where there is none.

    Raises:
        InputError: everything that is wrong in it.
    """
    report = current.authored.report
    if edited.is_dir():
        tags = [book.locale.tag for book in report.books]
        edited_report = open_authored_report(_desk_folder(current), edited, tags).report
        config = current.authored.config
        return current.with_report(fit_report(edited_report, config.asset) if config is not None else edited_report)
    if not edited.is_file():
        raise InputError(
            [Diagnostic("usage.no-such-file", Place(edited.as_posix()), "there is no such file or folder")]
        )
    files = {path.name: (path, report.files.display_path(path)) for path in report.files.glob("rules/*.yaml")}
    own = _read_rule_ids(edited, edited.as_posix())
    if edited.name not in files:
        files = {name: found for name, found in files.items() if not own & _read_rule_ids(*found)}
    files[edited.name] = (edited, edited.as_posix())
    given = [files[name] for name in sorted(files)]
    rules = load_report_rules(report.files, current.authored.registry, given=given)
    problems = list(check_rule_phrases(rules, report.books))
    if problems:
        raise InputError(problems)
    return current.with_report(replace(report, rules=rules))


def _desk_folder(current: Trial) -> Path | None:
    """Folder of the current trial's desk; None without a desk."""
    return current.authored.config.folder if current.authored.config else None


def _read_rule_ids(path: Path, shown_as: str) -> frozenset[str]:
    """Ids of the rules in a file, as far as it can be read."""
    rules = read_yaml(path, shown_as).find_value(("rules",)).items
    return frozenset(str(rule.entries["id"].plain) for rule in rules if "id" in rule.entries)
