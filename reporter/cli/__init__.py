"""Arguments → exit codes: one module a command, the options and the output that all commands share."""
