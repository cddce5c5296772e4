"""How calls hang together: merged, repeated, chased up. Whatever is tied is untied."""
