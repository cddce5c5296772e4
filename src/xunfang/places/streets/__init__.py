"""Streets and the base map from files: read, refused, tiled, served."""
