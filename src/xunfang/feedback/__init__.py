"""The resident's word, as said, on any channel: kept, found again, never edited."""
