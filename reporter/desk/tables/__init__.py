"""Sources of a desk → canonical tables, cut at the as-of instant."""
