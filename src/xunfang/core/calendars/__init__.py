"""What falls on a day: holidays, lunar dates, markets, bells, half-months, quiet hours."""
