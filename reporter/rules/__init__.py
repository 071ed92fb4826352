"""The rules engine: rule files become a rule book, and a rule book tied to metrics gives findings."""

from reporter.rules.book import Expression, Framework, Rule, RuleBook
from reporter.rules.evaluate import Replay, evaluate
from reporter.rules.frameworks import Frameworks
from reporter.rules.load import load_rules
from reporter.rules.reasons import reasoning

__all__ = [
    "Expression",
    "Framework",
    "Frameworks",
    "Replay",
    "Rule",
    "RuleBook",
    "evaluate",
    "load_rules",
    "reasoning",
]
