"""Who goes out on a night: filled by the law, changed by hand, swapped, announced."""
