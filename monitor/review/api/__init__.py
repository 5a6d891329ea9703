"""The desk for programs: JSON over HTTP under /api/v1, described by its own OpenAPI document."""
