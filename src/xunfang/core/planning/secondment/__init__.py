"""Who of headquarters goes out tonight, in which group, at which station; and who stands in.

``people`` states a night, ``allocate`` fills it, ``repair`` changes as little as possible
when somebody falls ill, ``rules`` checks both and shares no code with either, ``tally``
counts what was worked, ``numbering`` keeps the numbers of groups. Counts of nights exist so
that the load is fair and legal, and for nothing else.
"""
