"""Documents become files here: Markdown, HTML, PDF."""
