"""Matters of other offices: passed on with a receipt, and what came back."""
