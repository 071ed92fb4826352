"""desk.toml → a checked configuration: sources, instruments, sessions, gates, feeds."""
