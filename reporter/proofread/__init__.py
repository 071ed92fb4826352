"""A finished brief's text → proof-reading diagnostics: spelling, spacing, punctuation, wording, leftovers.

It reads files as a reader does and knows nothing of how they were made; `verify` is the room for figures.
"""

from reporter.proofread.house_style import HouseStyle, load_house_style
from reporter.proofread.passages import BLANK, ProofMatch, ProofPassage
from reporter.proofread.proofread import list_quoted_words, proofread_file, proofread_text, proofread_words

__all__ = [
    "BLANK",
    "HouseStyle",
    "ProofMatch",
    "ProofPassage",
    "list_quoted_words",
    "load_house_style",
    "proofread_file",
    "proofread_text",
    "proofread_words",
]
