"""Desk folder → what its authors wrote, checked before any data is read: configuration, report type, theme, key."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from reporter.desk import DeskConfig, last_finished_day, read_desk_config
from reporter.desk.config.gate_config import GatesConfig
from reporter.desk.sniff.survey import SourceSurvey, survey_tables
from reporter.desk.tables.sources import read_sources
from reporter.diagnostics.diagnostic import COMMAND_LINE, Diagnostic, Place, did_you_mean
from reporter.diagnostics.errors import InputError
from reporter.metrics import find_faulty_metrics, list_desk_specs
from reporter.metrics.gate_checks import check_gate_names
from reporter.news import WEIGHTS
from reporter.pipeline.state import Evaluation
from reporter.report_type.asset_fit import fit_report
from reporter.report_type.load import load_report
from reporter.report_type.report_cache import ReportCache, find_cache_folder
from reporter.report_type.report_type import ReportType
from reporter.report_type.theme import Theme, load_theme
from reporter.setup.program_hash import hash_program
from reporter.syntax.toml_positions import KeyPath
from reporter.verify.ledger.seal import read_key
from reporter.verify.published_figures import PublishedFigures, read_published_figures


def open_desk(folder: Path) -> DeskConfig:
    """Read a desk's configuration; see `read_desk_config`.

    Raises:
        InputError: the path is a file, desk.toml is wrong, or a gate names no metric.
    """
    if folder.is_file():
        hint = "give the folder that holds desk.toml"
        raise InputError([Diagnostic("desk.no-desk", Place(folder.as_posix()), "a file, and no desk's folder", hint)])
    config = read_desk_config(folder)
    mistakes = [*_check_news_kinds(config), *find_faulty_metrics(config)]
    if config.gates != GatesConfig():
        mistakes += check_gate_names(config)
    if mistakes:
        raise InputError(mistakes)
    return config


def _check_news_kinds(config: DeskConfig) -> Iterator[Diagnostic]:
    """Find names in `[news]` that are no kind of fact."""
    named: list[tuple[str, KeyPath]] = [(kind, ("news", "weights", kind)) for kind in config.news.weights]
    named += [(kind, ("news", "ban", place)) for place, kind in enumerate(config.news.ban)]
    named += [(name.partition(".")[0], ("news", "lead", day)) for day, name in config.news.lead.items()]
    for kind, key in named:
        if kind not in WEIGHTS:
            hint = did_you_mean(kind, WEIGHTS) or "`reporter news DESK` shows kinds of facts"
            yield Diagnostic("desk.unknown-news", config.locate_key(key), f'unknown kind of fact "{kind}"', hint)


def last_day_over(folder: Path, instant: datetime) -> date:
    """Return the last day that is over at an instant, by the desk's cut, with or without prices.

    Raises:
        InputError: desk.toml is wrong.
    """
    return last_finished_day(open_desk(folder), int(instant.timestamp()))


@dataclass(frozen=True, slots=True)
class AuthoredInputs:
    """The authored inputs of a desk, checked: configuration, report type, theme, and an earlier brief."""

    config: DeskConfig
    report: ReportType
    theme: Theme
    published: PublishedFigures | None


def open_authored(
    folder: Path, locales: Sequence[str] = (), previous: Path | None = None, report: str = ""
) -> AuthoredInputs:
    """Read and check what authors wrote for a desk.

    Args:
        folder: the desk's.
        locales: locales to load; none takes those of desk.toml.
        previous: folder of an earlier brief, or None.
        report: the report type; none takes the first of desk.toml.

    Raises:
        InputError: something in it is wrong.
    """
    desk = open_desk(folder)
    config = desk.choose_report(report)
    at = desk.locate_key(("desk", "report")) if config.desk.reports[0] in desk.desk.reports else COMMAND_LINE
    loaded = load_desk_report(config, locales, at)
    theme = load_theme(config, loaded.files)
    return AuthoredInputs(config, loaded, theme, read_published_figures(previous) if previous is not None else None)


def load_desk_report(config: DeskConfig, locales: Sequence[str] = (), named_at: Place | None = None) -> ReportType:
    """Load the first report type of a desk, as its asset needs it, in the locales asked for or those of desk.toml."""
    return fit_report(read_written_report(config, locales, named_at), config.asset)


def read_written_report(config: DeskConfig, locales: Sequence[str] = (), named_at: Place | None = None) -> ReportType:
    """Load a desk's report type as it is written, what is told of other classes of assets too."""
    return load_report(
        config.desk.reports[0],
        named_at or config.locate_key(("desk", "report")),
        dict(list_desk_specs(config)),
        locales or config.desk.locales,
        COMMAND_LINE if locales else config.locate_key(("desk", "locales")),
        desk=config.folder,
        cache=find_report_cache(),
        own=config.desk.locales,
    )


def find_report_cache() -> ReportCache | None:
    """Find where report types that this program has read are kept; None where there is no such place."""
    folder = find_cache_folder(os.environ)
    return None if folder is None else ReportCache(folder, hash_program())


def read_signing_key(config: DeskConfig) -> bytes | None:
    """Read the key that a desk's ledgers are signed with; None if they are not signed.

    Raises:
        InputError: the environment lacks it.
    """
    name = config.audit.key_env
    return read_key(name, config.locate_key(("audit", "key_env"))) if name else None


def survey_desk(findings: Evaluation) -> tuple[SourceSurvey, ...]:
    """Survey what each source of a desk holds up to the end of the day."""
    tables, _ = read_sources(findings.config)
    return survey_tables(findings.config, tables, int(findings.metrics.as_of))
