"""A possible reason why prices end: their rows go on under another symbol than `where` keeps."""

from __future__ import annotations

from reporter.desk.config.config import DeskConfig, SourceConfig
from reporter.desk.parsing.times import parse_row_times
from reporter.desk.tables.sources import iterate_raw_tables
from reporter.diagnostics.diagnostic import Diagnostic
from reporter.diagnostics.errors import InputError


def find_successors(config: DeskConfig, source: SourceConfig) -> tuple[str, ...]:
    """Symbols of a source's files whose rows begin after the last row that `where` keeps, as `column = "symbol"`.

    Args:
        config: the desk.
        source: one of its sources.
    """
    if not source.where or not source.time or source.format == "sql":
        return ()
    spans: dict[tuple[str, ...], tuple[int, int]] = {}
    try:
        for resolved, raw in iterate_raw_tables(config, source):
            problems: list[Diagnostic] = []
            times = parse_row_times(resolved, raw, problems)
            if problems:
                return ()
            for row, symbol in enumerate(zip(*(raw.columns[column] for column in source.where), strict=True)):
                first, last = spans.get(symbol, (int(times[row]), int(times[row])))
                spans[symbol] = min(first, int(times[row])), max(last, int(times[row]))
    except InputError:
        # Whatever is wrong with rows that nobody reads is no reason to say less of those that are read.
        return ()
    kept = spans.pop(tuple(source.where.values()), None)
    later = sorted((first, symbol) for symbol, (first, _) in spans.items() if kept is not None and first > kept[1])
    return tuple(
        ", ".join(f'{column} = "{cell}"' for column, cell in zip(source.where, symbol, strict=True))
        for _, symbol in later
    )
