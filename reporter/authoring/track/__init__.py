"""A desk's days → what its briefs have said, what became of it, and the page that says so."""
