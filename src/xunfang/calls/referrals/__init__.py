"""Matters that are not the police's, passed on with a receipt."""
