"""The supervisor's entry as a program; people use `flask servers`."""

import sys

from marketplace.operations.embedded.supervisor import main

main(*sys.argv[1:])
