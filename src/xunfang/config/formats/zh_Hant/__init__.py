"""Dates in Traditional characters."""
