"""Filters that every room's pages may use."""
