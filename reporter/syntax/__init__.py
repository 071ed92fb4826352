"""What authors write in YAML and TOML → values that know their line and column, or located diagnostics."""

from reporter.syntax.located_yaml import LocatedValue, read_yaml
from reporter.syntax.model_diagnostics import ShapeCodes, to_diagnostics

__all__ = ["LocatedValue", "ShapeCodes", "read_yaml", "to_diagnostics"]
