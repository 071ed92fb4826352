"""What authors write in YAML: values that know their line and column, and what is wrong with them."""

from reporter.authored.problems import ShapeCodes, problems_of
from reporter.authored.source import Located, read_yaml

__all__ = ["Located", "ShapeCodes", "problems_of", "read_yaml"]
