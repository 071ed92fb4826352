"""Framework rules → conditions for and against a level, day by day."""
