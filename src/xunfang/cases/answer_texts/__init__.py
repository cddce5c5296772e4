"""Beginnings of answers: written by those who answer, approved by a supervisor."""
