"""The tree of what a matter can be about: ours to begin with, then the bureau's own."""
