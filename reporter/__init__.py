"""Turns a desk's market data into a bilingual market brief whose every sentence can be shown."""

__version__ = "0.2.0"
