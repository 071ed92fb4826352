"""The one form of every complaint, what each code means, the exceptions that carry them, exit codes."""
