"""A recognised file → the lines of desk.toml for it, and the questions that the file can't answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from reporter.desk.config.config import AssetConfig
from reporter.desk.formats.cell_forms import suggest_cell_keys, suggest_text_keys
from reporter.desk.formats.containers import Content
from reporter.desk.formats.json_rows import parse_json
from reporter.desk.formats.market_identity import (
    MarketMention,
    collect_mentions,
    find_contradictions,
    keep_own_options,
    make_expected_market,
)
from reporter.desk.formats.number_forms import to_float
from reporter.desk.formats.plain_json import find_row_paths
from reporter.desk.formats.readers import RawTable
from reporter.desk.formats.records import first_present_name
from reporter.desk.formats.schema import TABLES
from reporter.desk.formats.suggestion_lines import Suggestion, quote_toml, source_id_from_path, to_inline_table
from reporter.desk.formats.time_forms import choose_time_form
from reporter.desk.sniff.column_evidence import (
    add_end_stamp,
    add_time_facts,
    add_unit_facts,
    detect_time_form,
    drop_running_row,
    name_bar,
    refuse_unlikely,
)
from reporter.desk.sniff.plain_tables import suggest_plain_table
from reporter.desk.tables.recognition import LayoutMatch, RecognisedFile
from reporter.diagnostics.plurals import format_count


def suggest_source(
    found: RecognisedFile, path: Path, written: str, asset: str = "", span: tuple[float, float] | None = None
) -> Suggestion:
    """A recognised file → the lines of desk.toml for it.

    Args:
        found: what it is.
        path: the file.
        written: its path as desk.toml should write it.
        asset: the desk's asset, such as "BTC", where it is known.
        span: the lowest and the highest that its price can be, where the desk declares them.
    """
    believed = AssetConfig(symbol=asset, name={"en": asset}, span=span) if asset else None
    made = _suggest_lines(found, path, written, asset, believed)
    _add_identity_facts(made, found, asset)
    return made


def _suggest_lines(
    found: RecognisedFile, path: Path, written: str, asset: str, believed: AssetConfig | None
) -> Suggestion:
    if found.matches:
        made = _suggest_from_layout(found.matches[0], found.content, path, written, asset, believed)
        also = [match for match in found.matches[1:] if match.layout.table not in ("", made.table) and not match.doubt]
        first = found.matches[0].layout
        rivals = {match.layout.vendor for match in found.matches if match.layout.table == first.table}
        if first.shape == "lists" and first.table and len(rivals) > 1:
            made.asks["cite"] = f"rows without names, as {' and '.join(sorted(rivals))} write them"
        made.facts.extend(f"it can feed {match.layout.table} too, as {match.name}" for match in also[:3])
        return made
    if found.fault:
        return Suggestion("a known layout that can't be read", refused="; ".join(str(item) for item in found.fault[:5]))
    if found.plain is None:
        places = find_row_paths(parse_json(found.content))
        which = f"its rows may lie in {', '.join(places)}: say which with --member; or " if len(places) > 1 else ""
        refused = f"{which}describe it in formats/NAME.toml of the desk; see docs/data.md"
        return Suggestion("JSON of an unknown layout", refused=refused)
    return suggest_plain_table(found, path, written, asset, believed)


def _add_identity_facts(made: Suggestion, found: RecognisedFile, asset: str) -> None:
    """Add the market that a file names as a fact; refuse another coin, or another currency."""
    match = found.matches[0] if found.matches else None
    raw = match.raw if match else found.plain
    if raw is None:
        return
    if made.where:
        keep = [all(raw.columns[name][n] == cell for name, cell in made.where.items()) for n in range(len(raw))]
        raw = raw.filter_rows(keep)
    expected = make_expected_market(asset, "USD", made.table or "prices")
    answer = parse_json(found.content) if found.content.kind == "json" else None
    layout = match.layout if match else None
    claims: Sequence[MarketMention] = [
        claim
        for claim in collect_mentions(raw, expected, made.prices, layout, answer)
        if "where" not in made.asks or not claim.column
    ]
    if made.table == "options":
        _, claims = keep_own_options(raw, expected, tuple(claims))
    if said := list(dict.fromkeys(f'{claim.where} says "{claim.said}"' for claim in claims)):
        made.facts.append("; ".join(said[:3]))
    for claim, why, _ in find_contradictions(expected, claims):
        made.refused = f'{claim.where} says "{claim.said}": {why}'
        return


def _suggest_from_layout(
    match: LayoutMatch, content: Content, path: Path, written: str, asset: str, believed: AssetConfig | None
) -> Suggestion:
    layout, raw = match.layout, match.raw
    made = Suggestion(f"{match.name}: {layout.title}", table=layout.table)
    if not layout.table:
        made.facts.append(format_count(len(raw), "row"))
        made.refused = layout.why_not
        return made
    made.keys = {
        "id": quote_toml(source_id_from_path(path)),
        "format": quote_toml(match.name),
        "path": quote_toml(written),
    }
    time = first_present_name(layout.time, raw.columns) if layout.time else None
    where = _entity_filter(made, raw, layout.entity, asset)
    rows = (
        raw
        if not where
        else raw.filter_rows([cell == next(iter(where.values())) for cell in raw.columns[next(iter(where))]])
    )
    suggest_text_keys(made, content, layout.header == "found")
    numeric = [first_present_name(column, rows.columns) or column for column in layout.columns.values()]
    rows = suggest_cell_keys(
        made, rows, time, numeric if TABLES[layout.table].scaled else [], plain=not layout.accounting
    )
    form = detect_time_form(rows.columns[time], layout.time_format) if time else ""
    if time and form is None:
        form, why = choose_time_form(rows.columns[time])
        if form is None:
            made.asks["time_format"] = why
    if time and form is not None and form != layout.time_format[0]:
        made.keys["time_format"] = quote_toml(form)
    rows = drop_running_row(made, rows, time, form, layout.bar)
    add_time_facts(made, rows, time, form or "", layout.bar)
    if time and (layout.stamp, layout.session_close) == ("start", ""):
        add_end_stamp(made, rows.columns[time], form or "")
    if layout.bar == "" and "bar" not in made.asks:
        made.keys["bar"] = quote_toml(name_bar(made.bar))
    if where:
        made.keys["where"], made.where = to_inline_table(where), where
    made.prices = tuple(numeric)
    add_unit_facts(made, rows, layout.table, layout.columns, layout.unit, layout.per)
    refuse_unlikely(made, rows, time, form, layout.columns.get("close", "close"), believed)
    for name, why in layout.refuse.items():
        if name in raw.columns:
            made.facts.append(
                f'column "{name}" is not to be used: {_rescaling_evidence(raw, layout.columns, name) or why}'
            )
    made.asks |= {key: why for key, why in layout.ask.items() if key != "coverage"}
    if layout.common:
        made.asks["cite"] = f"many programs write such a table, {layout.vendor} among them: whose figures these are"
    if "coverage" in layout.ask:
        made.facts.append(f"say coverage in desk.toml: {layout.ask['coverage']}")
    if match.doubt:
        made.asks["table"] = f"{match.doubt}; the values say {layout.table}"
        made.asks = {"table": made.asks.pop("table"), **made.asks}
    made.facts.extend(map(str, raw.notices))
    return made


def _rescaling_evidence(raw: RawTable, columns: Mapping[str, str], name: str) -> str:
    """Evidence that one column is another times a power of ten; empty where it is not."""
    other = next((column for column in columns.values() if column in raw.columns), "")
    pairs = [(to_float(a), to_float(b)) for a, b in zip(raw.columns[name], raw.columns.get(other, []), strict=False)]
    ratios = [a / b for a, b in pairs if b and np.isfinite(a) and np.isfinite(b)]
    if not ratios or max(ratios) - min(ratios) > 1e-6 * max(map(abs, ratios)):
        return ""
    row = next(place for place, (_, b) in enumerate(pairs) if b)
    return (
        f'it is "{other}" times {round(ratios[0], 6):g} in all {len(ratios)} rows '
        f"({raw.columns[name][row]} against {raw.columns[other][row]} in row {raw.lines[row]})"
    )


def _entity_filter(made: Suggestion, raw: RawTable, expression: str, asset: str) -> dict[str, str]:
    """Whose rows a file holds: a filter where it holds several and one is the desk's."""
    name = first_present_name(expression, raw.columns) if expression else None
    if name is None:
        return {}
    values = sorted(set(raw.columns[name]))
    if len(values) == 1:
        made.facts.append(f'{name} is "{values[0]}" throughout')
        return {}
    own = [value for value in values if asset and re.match(rf"{re.escape(asset)}(?![a-z])", value, re.IGNORECASE)]
    if len(own) == 1:
        return {name: own[0]}
    shown = ", ".join(values[:8]) + (" …" if len(values) > 8 else "")
    made.asks["where"] = f'the file holds {len(values)} of them: {{ {name} = "…" }}, one of {shown}'
    return {}
