"""Which unit for which call: the list a person decides by, and what was decided."""
