"""The channels that alerts leave by, one module each, and their settings."""
