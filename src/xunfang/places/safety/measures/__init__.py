"""The measures card of a patrol area: set, found right, kept to one page."""
