"""Blocks of a document → where they go on pages of paper or beside a chat's answers."""
