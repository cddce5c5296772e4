"""Calls as they are read: the list, and the three sheets of one call."""
