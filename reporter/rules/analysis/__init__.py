"""The rule book → what editors ask of it: explanations, flips, lint, runs of test cases."""
