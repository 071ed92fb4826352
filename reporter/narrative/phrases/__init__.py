"""Phrase files → checked phrases, and the choice among their wordings."""
