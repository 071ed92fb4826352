"""An author's expression → a checked tree of names, calls and units."""
