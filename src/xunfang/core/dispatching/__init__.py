"""Which unit for which call, where to wait, when to move: rules without a database."""
