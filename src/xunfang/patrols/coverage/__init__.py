"""Coverage: what the folded nights say, for pages, files and whoever recounts it.

`expressions` has each figure once, as an ibis expression over the rows of
``runs/files.py``; `figures` runs them on the daily files with DuckDB. On the same rows in
PostgreSQL they come to the same numbers.
"""
