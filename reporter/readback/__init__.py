"""Finished Markdown and HTML → pieces as a reader sees them, each character with its position in the file.

It knows nothing of how files are made, of ledgers or of house styles: `proofread` and `verify` read the same pieces.
"""
