"""Finished briefs → where readers are: posts of blogs, each sent once, updated in place, corrected and withdrawn."""
