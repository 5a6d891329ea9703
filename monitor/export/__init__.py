"""What leaves the desk for other programs: rows of every finding or notice of a filter, whole and typed."""
