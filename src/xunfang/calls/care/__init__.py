"""Life-risk cards, what is owed after a call, what was done and what came of it."""
