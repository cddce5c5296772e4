"""Published figures: what was done, what came of it, and what is said against it.

A figure is counted by one of a few kinds (`kinds`), stays as it was published, and opens
to its rows, its method and every word that was said about it. What may not be shown of
its rows is counted, and why.
"""
