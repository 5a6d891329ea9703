"""Judges which watched items a notice names, in which relation, how many, and what was listed on its day."""

from monitor.detection.detect import detect, detect_all
from monitor.detection.subject import Subject
from monitor.detection.trial import try_term

__all__ = ["Subject", "detect", "detect_all", "try_term"]
