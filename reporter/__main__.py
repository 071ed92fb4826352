"""`python -m reporter` is the `reporter` command."""

from reporter.cli.app import main

main()
