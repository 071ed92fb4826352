"""Charts become pictures here: SVG for the page, SVG with outlined text and PNG for Markdown files."""

from reporter.charts.axis import AxisText
from reporter.charts.compose import extent
from reporter.charts.drawing import Drawing, draw
from reporter.charts.spark import spark
from reporter.charts.style import FontFile, Style, load_style

__all__ = ["AxisText", "Drawing", "FontFile", "Style", "draw", "extent", "load_style", "spark"]
