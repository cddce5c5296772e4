"""One case on its page: as it was said, what was done, and what can be done now."""
