"""Filters for pages of the room."""
