"""The four stages and the import: each picks up what the store says is due, and commits per record or small batch."""
