"""The form of a rule file, as pydantic models."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from reporter.model.finding import Stance
from reporter.model.news import Topic
from reporter.rules.book.rule_book import Pick


def _literal_as_text(value: object) -> object:
    """A number or truth value that YAML read as such → the text of an expression."""
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, int | float) else value


#: Text of an expression; what it says is checked later, with the metric registry at hand.
ExpressionText = Annotated[str, BeforeValidator(_literal_as_text)]
#: `price.crash`: what findings and phrases are known by.
RuleId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]
#: What a case expects its rule to be.
CaseState = Literal["fired", "not fired", "unknown", "suppressed", "pending"]
#: A plain name.
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
#: What lint calls a flaw, with or without its area.
Code = Annotated[str, Field(pattern=r"^(rules\.)?[a-z][a-z0-9_]*$")]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


#: A number with a suffix, a date for an instant, true or false, `_` for missing; or several days of them.
Given = Annotated[str, BeforeValidator(_literal_as_text)]


class CaseForm(_Form):
    """One test case as written; `reporter.rules.analysis.case_runner` says what each key means."""

    name: str
    given: dict[str, Given] = {}
    events: dict[Name, Annotated[str, Field(pattern=r"^([1-9]|[1-5][0-9]|60)d$")]] = {}
    fired: list[RuleId] = []
    not_fired: list[RuleId] = []
    date: str = ""
    state: CaseState
    facts: dict[Name, Given] = {}
    missing: list[str] = []
    by: list[RuleId] = []
    form: Name = "body"
    text: dict[str, str] = {}


class CaseSetForm(_Form):
    """The cases of one rule in a file of cases: what they share, then each with what it changes."""

    rule: RuleId
    given: dict[str, Given] = {}
    events: dict[Name, Annotated[str, Field(pattern=r"^([1-9]|[1-5][0-9]|60)d$")]] = {}
    fired: list[RuleId] = []
    not_fired: list[RuleId] = []
    tests: list[CaseForm]


class CaseFileForm(_Form):
    """A file of cases as written; each of its sets is validated alone."""

    cases: list[Any]


class RungForm(_Form):
    """One rung of a ladder: its bound, or none for all that is left, and what differs from the others."""

    id: Name
    at_least: ExpressionText | None = None
    above: ExpressionText | None = None
    at_most: ExpressionText | None = None
    below: ExpressionText | None = None
    stance: Stance
    weight: Annotated[int, Field(ge=0, le=100)] | None = None


class LadderForm(_Form):
    """A decision table: one value against thresholds, a rule for each rung; the first that holds is taken."""

    id: RuleId
    topic: Name
    of: ExpressionText
    when: ExpressionText | None = None
    hold: Annotated[str, Field(alias="for", pattern=r"^([1-9]|[1-5][0-9]|60)d$")] = "1d"
    weight: Annotated[int, Field(ge=0, le=100)]
    supersedes: list[str] = []
    facts: dict[Name, ExpressionText] = {}
    optional: list[str] = []
    relations: dict[Name, ExpressionText] = {}
    note: str = ""
    ignore: dict[Code, str] = {}
    rungs: Annotated[list[RungForm], Field(min_length=1)]


class RuleForm(_Form):
    """One rule as written; `reporter.rules.book.rule_book.Rule` says what each key means."""

    id: RuleId
    topic: Name
    when: ExpressionText
    until: ExpressionText | None = None
    hold: Annotated[str, Field(alias="for", pattern=r"^([1-9]|[1-5][0-9]|60)d$")] = "1d"
    stance: Stance
    weight: Annotated[int, Field(ge=0, le=100)]
    group: Name | None = None
    pick: Pick | None = None
    supersedes: list[str] = []
    facts: dict[Name, ExpressionText] = {}
    optional: list[str] = []
    relations: dict[Name, ExpressionText] = {}
    note: str = ""
    ignore: dict[Code, str] = {}
    tests: list[CaseForm] = []


class VerdictForm(_Form):
    """What several readings mean together; `reporter.rules.book.rule_book.VerdictParts` says what each key means."""

    id: RuleId
    between: Annotated[list[Topic], Field(min_length=1, max_length=3)]
    when: ExpressionText
    stance: Stance
    counts: Annotated[float, Field(gt=0, le=2, strict=False)] = 1.0
    doubts: dict[Name, ExpressionText] = {}
    instead: list[RuleId] = []
    facts: dict[Name, ExpressionText] = {}
    optional: list[str] = []
    relations: dict[Name, ExpressionText] = {}
    note: str = ""
    ignore: dict[Code, str] = {}
    tests: list[CaseForm] = []


class RuleFileForm(_Form):
    """A rule file as written; each of its rules is validated alone, so that one mistake doesn't hide another."""

    conditions: dict[Name, ExpressionText] = {}
    rules: list[Any] = []
    ladders: list[Any] = []
    verdicts: list[Any] = []
