"""The nouns of public procurement that every other package speaks in; standard library only."""
