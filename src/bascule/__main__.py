"""`python -m bascule` does what `bascule` does."""

from bascule.cli import main

main()
