"""Safety of places: school plans, measures cards, police rooms, ideas.

What the four have in common is here: who may, shared fields and pages, the way in.
"""
