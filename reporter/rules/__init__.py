"""The rules engine: rule files become a rule book, and a rule book tied to metrics gives findings."""

from reporter.rules.book import Expression, Rule, RuleBook
from reporter.rules.evaluate import Replay, evaluate
from reporter.rules.load import load_rules
from reporter.rules.schema import problems_of
from reporter.rules.source import Located, read_yaml

__all__ = [
    "Expression",
    "Located",
    "Replay",
    "Rule",
    "RuleBook",
    "evaluate",
    "load_rules",
    "problems_of",
    "read_yaml",
]
