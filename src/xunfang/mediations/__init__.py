"""Disputes between people: found, recorded, looked after until they are over.

What is levelled or judged here is the dispute, never the people in it. A dispute is opened
from a call, or later from a visit; what was said there is copied once and not typed again.
"""
