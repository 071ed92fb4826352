"""A file of any layout → rows of text with their lines, and what its form says of it."""
