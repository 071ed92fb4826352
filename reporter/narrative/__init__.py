"""Findings into a brief: what is said, in which order, and with which words."""
