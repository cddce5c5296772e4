"""A night changed by hand and undone; its editions, compared and put back in force."""
