"""A page's HTML → a PDF, printed in a process of its own and measured."""
