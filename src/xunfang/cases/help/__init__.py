"""Help that was given, each time tied to a request or a visit, counted by type in times."""
