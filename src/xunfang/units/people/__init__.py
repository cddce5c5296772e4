"""Units and their people: kept, brought in, away, paired, and what they can do."""
