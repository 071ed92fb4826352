"""Turns a desk's market data into a bilingual market brief whose every sentence can be shown.

As a library: docs/library.md. What is offered is loaded when it is first asked for, so that commands which need none of
it don't wait.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reporter.library import (
        BriefAudit,
        BuiltBrief,
        DataTable,
        DayReading,
        FiredFinding,
        MarketDesk,
        ReporterError,
        audit_brief,
        make_desk,
        open_desk,
    )

__version__ = "0.2.0"
__all__ = [
    "BriefAudit",
    "BuiltBrief",
    "DataTable",
    "DayReading",
    "FiredFinding",
    "MarketDesk",
    "ReporterError",
    "__version__",
    "audit_brief",
    "make_desk",
    "open_desk",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("reporter.library"), name)
