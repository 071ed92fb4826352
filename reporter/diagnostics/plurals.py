"""A number and a noun → English text of a message, in singular or plural."""

from __future__ import annotations


def format_count(number: int, noun: str) -> str:
    """Format a number with its noun: "1 flaw", "2 flaws".

    Args:
        number: how many.
        noun: the noun in the singular, whose plural is made with an s.
    """
    return f"{number} {noun}" + ("" if number == 1 else "s")
