"""pydantic's errors about an authored file as diagnostics at the places of the values they are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from reporter.diagnostics.diagnostic import Diagnostic, did_you_mean
from reporter.syntax.located_yaml import LocatedValue, Plain


class StrictModel(BaseModel):
    """A frozen part of an authored file: keys that it does not know are refused, and no value becomes another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


#: Pydantic's name of a mistake → our words for it; the braces are filled from the error's context.
_WORDS = {
    "missing": "{key} is missing",
    "string_type": "{key} must be text",
    "int_type": "{key} must be a whole number",
    "int_from_float": "{key} must be a whole number",
    "float_type": "{key} must be a number",
    "bool_type": "{key} must be true or false",
    "list_type": "{key} must be a list",
    "tuple_type": "{key} must be a list",
    "finite_number": "{key} must be a number with an end",
    "string_unicode": "{key} holds a character that no text can hold",
    "too_long": "{key} has {actual_length} entries, and takes {max_length} at most",
    "dict_type": "{key} must be a mapping of names to values",
    "model_type": "this must be a mapping of names to values",
    "model_attributes_type": "this must be a mapping of names to values",
    "greater_than_equal": "{key} must be {ge:g} or more",
    "greater_than": "{key} must be more than {gt:g}",
    "less_than_equal": "{key} must be {le:g} or less",
    "less_than": "{key} must be less than {lt:g}",
    "literal_error": "{key} must be {expected}",
    "too_short": "{key} is empty",
    "string_too_short": "{key} is empty",
    "value_error": "{key}: {error}",
}
#: What is said of a mistake without words of its own; a test holds that our forms make none.
_ANY = "{key} has a value that it doesn't take"
#: Patterns that our forms ask for, in words.
_PATTERNS = {
    r"^([1-9]|[1-5][0-9]|60)d$": "a number of days from 1d to 60d",
    r"^([1-9]|1[0-4])d$": "a number of days from 1d to 14d",
    r"^([2-9]|[12][0-9]|30)d$": "a number of days from 2d to 30d",
    r"^([A-Za-z_][A-Za-z0-9_]*)?$": "the name of a variable of the environment: letters, digits and underscores",
    r"^(rules\.)?[a-z][a-z0-9_]*$": "a name of small letters, digits and underscores, after rules. or by itself",
    r"^\d{4}-\d\d-\d\d$": "a date, as 2026-02-06",
    r"^[a-z0-9_]+$": "a name of small letters, digits and underscores",
    r"^[a-z][a-z0-9_]*$": "a name of small letters, digits and underscores",
    r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$": "names of small letters, digits and underscores, joined by dots",
}


@dataclass(frozen=True, slots=True)
class ShapeCodes:
    """Diagnostic codes for a kind of file: of an unknown key, and of a value that its key does not take."""

    unknown_key: str
    wrong_value: str


def to_diagnostics(
    error: ValidationError,
    located: LocatedValue,
    shown_as: str,
    codes: ShapeCodes,
    model: type[BaseModel] | None = None,
) -> list[Diagnostic]:
    """Turn a pydantic error into diagnostics at the places of the values that it is about.

    Args:
        error: what pydantic raised on `located.plain`.
        located: the value that was validated.
        shown_as: how the file's path is shown.
        codes: those of this kind of file.
        model: the model that was validated, for "did you mean" on unknown keys.

    Returns:
        One problem for each mistake.
    """
    return [_to_diagnostic(detail, located, shown_as, codes, model) for detail in error.errors(include_url=False)]


def _to_diagnostic(
    detail: ErrorDetails, located: LocatedValue, shown_as: str, codes: ShapeCodes, model: type[BaseModel] | None
) -> Diagnostic:
    path = detail["loc"]
    # A mistake in a mapping's key ends in "[key]", which is no step of the tree.
    about_key = bool(path) and path[-1] == "[key]"
    path = path[:-1] if about_key else path
    key = path[-1] if path else ""
    parent = located.find_value(path[:-1])
    here = located.find_value(path)
    place = here.get_place(shown_as)
    if (detail["type"] == "extra_forbidden" or about_key) and str(key) in parent.keys:
        place = parent.get_key_place(str(key), shown_as)
    if detail["type"] == "extra_forbidden":
        return Diagnostic(
            codes.unknown_key,
            place,
            f'unknown key "{key}"',
            did_you_mean(str(key), _list_allowed_keys(model, path[:-1])),
        )
    named = f'an entry of "{path[-2]}"' if isinstance(key, int) and len(path) > 1 else f'"{key}"'
    if detail["type"] == "string_pattern_mismatch":
        return Diagnostic(codes.wrong_value, place, in_words(detail, f'"{detail["input"]}"'))
    return Diagnostic(codes.wrong_value, place, in_words(detail, named), _describe_given_value(detail))


def in_words(detail: ErrorDetails, named: str) -> str:
    """What pydantic found, in our words.

    Args:
        detail: one of its complaints; an unknown key is none of those that have words here.
        named: what it is about, as the words name it; of a pattern, what was given.
    """
    context = dict(detail.get("ctx", {}))
    if detail["type"] == "string_pattern_mismatch":
        return f"{named} isn't {_PATTERNS.get(context['pattern'], 'of the form that is asked for')}"
    return _WORDS.get(detail["type"], _ANY).format(**{**context, "key": named})


def _describe_given_value(detail: ErrorDetails) -> str:
    """The value that was given instead, where it is short enough to recognise."""
    value: Plain = detail["input"]
    if detail["type"] in ("missing", "value_error") or isinstance(value, list | dict) or len(str(value)) > 40:
        return ""
    return "it is empty" if value is None else f"it is {value}"


def _list_allowed_keys(model: type[BaseModel] | None, path: tuple[int | str, ...]) -> list[str]:
    """The keys that a model's mapping at a path may have."""
    for step in path:
        if model is None:
            return []
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if isinstance(step, str) and step in fields:
            model = _find_model(fields[step].annotation)
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _find_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _find_model(part))), None)
