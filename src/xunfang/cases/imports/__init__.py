"""Words from paper, hotline lists and meetings, brought in as a table.

`table` says what the columns are and what is written in them; `reading` holds every line
against what is known. A list is looked at first; the same file twice changes nothing.

Inside: `urls > views > forms > services > queries > reading > table`.
"""
