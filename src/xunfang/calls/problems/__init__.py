"""Place problems: what happens at a place again and again, what was done, and counts."""
