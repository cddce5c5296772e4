"""Which words belong to which case."""
