"""A report type's folder → rules, outline, phrases and theme, checked against one another."""
