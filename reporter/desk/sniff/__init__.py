"""A file of unknown layout → what it looks like and the desk.toml that would read it."""
