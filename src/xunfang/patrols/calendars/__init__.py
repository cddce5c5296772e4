"""The calendar of any date: which duties fall on it and why; the next market days."""
