"""Open311 GeoReport v2: what a city's app sends and reads, as its specification has it.

`reading` checks what came and says everything that is wrong with it; `writing` makes XML
and JSON of the same document; `attributes` are the questions asked beside the text. A
request is a word, by its number; its status is that of the case that answers it.

Inside: `urls > views > services > queries > asked > reading | writing | attributes`.
"""
