"""Outcomes and the outline → the plan of a brief, in no language."""
