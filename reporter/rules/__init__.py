"""The rules engine: rule files become a rule book, and a rule book tied to metrics gives findings."""

from reporter.rules.book.load import load_rules
from reporter.rules.book.rule_book import Expression, Framework, Rule, RuleBook
from reporter.rules.engine.evaluate import Replay, evaluate_rules
from reporter.rules.engine.reasoning import build_reasoning
from reporter.rules.engine.verdicts import rank_verdicts
from reporter.rules.frameworks.frameworks import Frameworks

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
    "rank_verdicts",
]
