"""The upper bound: how good any plan can be."""
