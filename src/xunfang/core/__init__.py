"""The workshop: plain Python and numpy. No Django, no files, no clock, no hidden dice."""
