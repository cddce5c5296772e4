"""People who sign in: their account, their role, and what a role may see and do.

What a person may do to one particular thing is decided in that thing's own room
(``policies.py``); here lives only what depends on the role. Residents have no accounts.
"""
