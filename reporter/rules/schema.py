"""The form of a rule file, as pydantic models."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from reporter.model.finding import Stance
from reporter.rules.book import Pick


def _written(value: object) -> object:
    """An expression that is a lone literal reaches us as a number or a truth value."""
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, int | float) else value


#: Text of an expression; what it says is checked later, with the metric registry at hand.
ExpressionText = Annotated[str, BeforeValidator(_written)]
#: `price.crash`: what findings and phrases are known by.
RuleId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]
#: A plain name.
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class RuleForm(_Form):
    """One rule as written; `reporter.rules.book.Rule` says what each key means."""

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
    note: str = ""
    tests: list[dict[str, Any]] = []


class FileForm(_Form):
    """A rule file as written; each of its rules is validated alone, so that one mistake doesn't hide another."""

    conditions: dict[Name, ExpressionText] = {}
    rules: list[Any] = []
