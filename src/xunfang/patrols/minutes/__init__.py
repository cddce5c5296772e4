"""Minutes of patrol at a place a week, before and after somebody asked for more."""
