"""What a build can write; kept apart so that the command line knows it without loading what writes it."""

FORMATS = ("md", "pdf", "html")
DEFAULT_FORMATS = ("md", "pdf")

EDITIONS = ("article", "chat")
