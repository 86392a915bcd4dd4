"""The command line: arguments become calls; results go to standard output, progress and messages to standard error."""

from bascule.cli.app import main

__all__ = ["main"]
