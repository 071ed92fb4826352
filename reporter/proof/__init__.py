"""A finished brief's text → what an editor would strike: spelling, spacing, punctuation, wording, leftovers.

It reads files as a reader does and knows nothing of how they were made; `verify` is the room for figures.
"""

from reporter.proof.lint import proof_file, proof_text, proof_words, words_of_others
from reporter.proof.passages import BLANK, Match, Passage
from reporter.proof.style import HouseStyle, load_house_style

__all__ = [
    "BLANK",
    "HouseStyle",
    "Match",
    "Passage",
    "load_house_style",
    "proof_file",
    "proof_text",
    "proof_words",
    "words_of_others",
]
