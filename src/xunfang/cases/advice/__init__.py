"""Ask before you pay: the queue of the scam desk, its clock, and what it saved, as said."""
