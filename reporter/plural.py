"""How many of what, in the English of messages."""

from __future__ import annotations


def count_of(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it is not one: "1 flaw", "2 flaws".

    Args:
        number: how many.
        noun: the noun in the singular, whose plural is made with an s.
    """
    return f"{number} {noun}" + ("" if number == 1 else "s")
