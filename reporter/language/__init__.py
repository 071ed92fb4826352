"""How a locale writes numbers, dates, names, lists and words of direction; a locale is data."""
