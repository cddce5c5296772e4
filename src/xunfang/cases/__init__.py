"""Triage and action: one matter that is owed an answer, its owner, clock and acts."""
