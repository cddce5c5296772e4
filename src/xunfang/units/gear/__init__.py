"""What crews take along: the lists, each crew's own, and what was missing."""
