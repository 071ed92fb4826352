"""What is missing on a machine, and a desk to start from."""
