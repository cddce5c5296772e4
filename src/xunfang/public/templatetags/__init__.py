"""Filters of the pages for residents."""
