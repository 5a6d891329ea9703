"""`python -m monitor` is the command `tenderwatch`."""

from monitor.cli import main

main()
