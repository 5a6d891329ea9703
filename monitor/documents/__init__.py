"""Documents: bytes to text with places, one file per format, in this process or in a confined one."""

from monitor.documents.dispatch import read_document
from monitor.documents.reading import Limits, Reading
from monitor.documents.safely import draw_safely, end_workers, read_safely, stop_readings

__all__ = ["Limits", "Reading", "draw_safely", "end_workers", "read_document", "read_safely", "stop_readings"]
