"""The bundled portal that the demonstration crawls: invented notices in the national portal's structure."""

from monitor.demo.portal.server import DemoPortal, Request, expected_flagged

__all__ = ["DemoPortal", "Request", "expected_flagged"]
