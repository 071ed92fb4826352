"""Rule files → the rule book: rules, ladders, frameworks and test cases as checked values."""
