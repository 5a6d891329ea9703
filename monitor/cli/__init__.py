"""The command `tenderwatch`."""

from monitor.cli.entry import main

__all__ = ["main"]
