"""Settings files of a regional locale and its base → merged settings, the base's in the region's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import cast

from reporter.diagnostics.diagnostic import did_you_mean
from reporter.language.regional_editions import STOCK, RegionalEdition, convert_words
from reporter.language.settings import Settings
from reporter.syntax.authored_text import read_authored_text
from reporter.syntax.toml import parse_toml
from reporter.syntax.toml_positions import Positions, key_positions

#: What a file says of its base; the other keys are settings of the locale.
_OF_EDITION = ("based_on", "opencc", "quotation_marks")
#: What a locale is called is never inherited.
_OF_NAME = ("tag", "babel", "lang", "name")


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A file of settings as it was read, and where its keys stand."""

    path: Path
    values: Mapping[str, object] = field(hash=False)
    positions: Positions = field(hash=False)


@cache
def read_settings(path: Path) -> SettingsFile:
    """Read a file of settings.

    Raises:
        InputError: it is no TOML.
    """
    text = read_authored_text(path, str(path))
    return SettingsFile(path, parse_toml(text, str(path)), key_positions(text))


def base_tag(tag: str, folder: Path) -> str:
    """Tag of the locale that a locale is derived from, or its own; its other settings are not looked at."""
    path = folder / f"{tag}.toml"
    base = read_settings(path).values.get("based_on") if path.is_file() else None
    return base if isinstance(base, str) else tag


def read_regional_edition(file: SettingsFile, tag: str, known: Sequence[str]) -> RegionalEdition | None:
    """How a locale is made from its base, or None where it is written natively.

    Args:
        file: its settings.
        tag: its tag.
        known: tags of all locales.

    Raises:
        InputError: what the file says of its base is wrong.
    """
    if "based_on" not in file.values:
        return None
    told = {key: file.values[key] for key in _OF_EDITION if key in file.values}
    top = Settings(str(file.path), told, positions=file.positions)
    base, stock = top.get_text("based_on"), top.get_text("opencc", "")
    marks = top.get_texts("quotation_marks") if "quotation_marks" in told else ()
    if base == tag or base not in known:
        top.add_diagnostic(f'based_on = "{base}" is no other locale', did_you_mean(base, known), "based_on")
    elif base_tag(base, file.path.parent) != base:
        top.add_diagnostic(f'based_on = "{base}" is derived itself', "name a locale that has phrases", "based_on")
    if stock not in STOCK:
        hint = did_you_mean(stock, STOCK) or f"known are {' and '.join(filter(None, STOCK))}"
        top.add_diagnostic(f'opencc = "{stock}" is no known chain', hint, "opencc")
    if any(len(pair) != 2 for pair in marks):
        hint = "write the base's mark and the region's, 「“"
        top.add_diagnostic("quotation_marks holds what is no pair of characters", hint, "quotation_marks")
    top.close()
    return RegionalEdition(tag, base, file.path.parent, stock, tuple((pair[0], pair[1]) for pair in marks))


def inherit_settings(file: SettingsFile, edition: RegionalEdition) -> dict[str, object]:
    """The base's settings in the region's words, and what the region's own file says instead.

    Tables are merged key by key; a text or a list of the region's file stands in place of the base's.
    """
    base = read_settings(file.path.with_name(f"{edition.base}.toml")).values
    below = {key: _to_region(value, edition) for key, value in base.items() if key not in _OF_NAME}
    return _merge_tables(below, {key: value for key, value in file.values.items() if key not in _OF_EDITION})


def _to_region(value: object, edition: RegionalEdition) -> object:
    if isinstance(value, str):
        return convert_words(value, edition)
    if isinstance(value, list):
        return [_to_region(part, edition) for part in value]
    if isinstance(value, dict):
        return {key: _to_region(part, edition) for key, part in value.items()}
    return value


def _merge_tables(base: Mapping[str, object], own: Mapping[str, object]) -> dict[str, object]:
    merged = dict(base)
    for key, value in own.items():
        below = merged.get(key)
        both = isinstance(below, dict) and isinstance(value, dict)
        merged[key] = _merge_tables(cast(dict[str, object], below), cast(dict[str, object], value)) if both else value
    return merged
