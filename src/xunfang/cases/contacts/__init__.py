"""How a resident is reached: opened with a reason, and put on record."""
