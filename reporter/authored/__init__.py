"""What authors write in YAML and TOML → values that know their line and column, or located diagnostics."""

from reporter.authored.problems import ShapeCodes, to_diagnostics
from reporter.authored.source import LocatedValue, read_yaml

__all__ = ["LocatedValue", "ShapeCodes", "read_yaml", "to_diagnostics"]
