"""Series of values → sparkline: the last weeks of a key figure as an inline SVG a few millimetres high."""

from __future__ import annotations

import math
from collections.abc import Sequence


def draw_sparkline(
    values: Sequence[float | None], colour: str = "#123F6D", width: float = 66.0, height: float = 12.0
) -> str:
    """An inline SVG of a series, with a dot on its last value; gaps stay gaps.

    Args:
        values: oldest first, None for a gap.
        colour: of line and dot, as #RRGGBB.
        width: in points.
        height: in points.

    Returns:
        The SVG, or an empty text where there is no value at all.
    """
    known = [(n, float(v)) for n, v in enumerate(values) if v is not None and math.isfinite(v) and abs(v) < 1e100]
    if not known:
        return ""
    low, high = min(v for _, v in known), max(v for _, v in known)
    last = max(len(values) - 1, 1)

    def format_point(n: int, value: float) -> str:
        share = (value - low) / (high - low) if high > low else 0.5
        return f"{2 + (width - 4) * n / last:.1f} {height - 2 - (height - 4) * share:.1f}"

    route = "".join(
        ("L" if before and before[0] == n - 1 else "M") + format_point(n, value)
        for before, (n, value) in zip([None, *known], known, strict=False)
    )
    x, y = format_point(*known[-1]).split(" ")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="spark" width="{width:g}pt" height="{height:g}pt"'
        f' viewBox="0 0 {width:g} {height:g}">'
        f'<path d="{route}" fill="none" stroke="{colour}" stroke-width="1" stroke-linejoin="round"/>'
        f'<circle cx="{x}" cy="{y}" r="1.7" fill="{colour}"/></svg>'
    )
