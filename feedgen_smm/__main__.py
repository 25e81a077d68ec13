"""`python -m feedgen_smm` is the command `feedgen-smm`."""

from feedgen_smm.cli import main

main(prog_name="feedgen-smm")
