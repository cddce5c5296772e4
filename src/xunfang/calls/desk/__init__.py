"""The duty desk: one view of calls and units, live, worked by keys; its wall; replay.

What is shown is read in ``board`` and put in words in ``rows``; ``live`` carries it to
every screen once a second. Orders are the services of the room; here are only the note,
what undoes the last order, and how a typed line is carried out.
"""
