"""Filters of the patrol pages."""
