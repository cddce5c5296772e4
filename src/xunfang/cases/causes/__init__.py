"""Root causes: what staff say lies behind cases, and where the same comes again."""
