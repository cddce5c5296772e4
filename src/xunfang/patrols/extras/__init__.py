"""More than every day: reinforcements, campaigns in cells, lights at posts."""
