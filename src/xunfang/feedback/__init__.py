"""The resident's word, as said, on any channel: kept, found again, never edited.

Beside it stands in which lists staff were shown it.
"""
