"""Edited rule file or report type → a trial over the days of the current one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reporter.authoring.trial import Trial, open_authored_report
from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError
from reporter.report_type.load import check_rule_phrases, find_framework
from reporter.rules import load_rules
from reporter.syntax import read_yaml


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
        return current.with_report(open_authored_report(_desk_folder(current), edited, tags).report)
    if not edited.is_file():
        raise InputError(
            [Diagnostic("usage.no-such-file", Place(edited.as_posix()), "there is no such file or folder")]
        )
    files = {path.name: (path, report.files.display_path(path)) for path in report.files.glob("rules/*.yaml")}
    own = _read_rule_ids(edited, edited.as_posix())
    if edited.name not in files:
        files = {name: found for name, found in files.items() if not own & _read_rule_ids(*found)}
    files[edited.name] = (edited, edited.as_posix())
    argued = find_framework(report.files)
    rules = load_rules([files[name] for name in sorted(files)], current.authored.registry, argued)
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
