"""Columns of text → numbers, instants and names, each with its row's line."""
