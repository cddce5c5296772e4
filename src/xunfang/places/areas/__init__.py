"""Patrol areas: seen, checked, redrawn from a day on, and taken back."""
