"""Concentrated rounds: owed, planned, departed, closed; and who musters for them."""
