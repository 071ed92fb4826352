"""Charts become pictures here: SVG for the page, SVG with outlined text and PNG for Markdown files."""

from reporter.charts.axis import AxisText
from reporter.charts.compose import chart_height
from reporter.charts.drawing import Drawing, draw_chart
from reporter.charts.sparkline import draw_sparkline
from reporter.charts.style import FontFace, Style, load_style

__all__ = ["AxisText", "Drawing", "FontFace", "Style", "chart_height", "draw_chart", "draw_sparkline", "load_style"]
