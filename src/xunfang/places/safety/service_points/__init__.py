"""Service points (警务室): kept by officers, read by residents without signing in."""
