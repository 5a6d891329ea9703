"""Documents: bytes to text with places, one file per format, in this process or in a confined one."""

from monitor.documents.dispatch import read_document
from monitor.documents.reading import Limits, Reading
from monitor.documents.safely import end_workers, read_safely, stop_readings

__all__ = ["Limits", "Reading", "end_workers", "read_document", "read_safely", "stop_readings"]
