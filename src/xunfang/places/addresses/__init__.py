"""How many addresses the grid cells hold, and the points of a public map that follow."""
