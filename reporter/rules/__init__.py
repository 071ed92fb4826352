"""The rules engine: rule files become a rule book, and a rule book tied to metrics gives findings."""

from reporter.rules.book import Expression, Framework, Rule, RuleBook
from reporter.rules.evaluate import Replay, evaluate_rules
from reporter.rules.frameworks import Frameworks
from reporter.rules.load import load_rules
from reporter.rules.reasons import build_reasoning

__all__ = [
    "Expression",
    "Framework",
    "Frameworks",
    "Replay",
    "Rule",
    "RuleBook",
    "build_reasoning",
    "evaluate_rules",
    "load_rules",
]
