"""`python -m sigmalint`."""

from sigmalint.cli import main

main()
