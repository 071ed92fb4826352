"""Canonical tables → what can't be true, what can hardly be, and what is not there."""
