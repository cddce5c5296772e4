"""What was found and what is missed, for everybody: no account, no full name or number."""
