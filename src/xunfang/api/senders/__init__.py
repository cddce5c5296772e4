"""Keys and secrets of the systems that may bring us what residents say."""
