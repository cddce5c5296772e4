"""The street network: build it, snap to it, travel times, reach, closures."""
