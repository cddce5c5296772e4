"""What is being said most right now, and whether it grows."""
