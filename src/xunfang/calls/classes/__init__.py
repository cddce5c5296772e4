"""The tree of classes, in words of our own, and what 110 calls each of them."""
