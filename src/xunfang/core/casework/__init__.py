"""The life of a matter that is owed an answer.

`steps` is the table of what may follow what, and who may do it; the diagram in the docs
is drawn from it. `clocks` says by when somebody must have replied and by when it must be
settled, and whom to tell before that is missed.

Inside: `clocks > steps`.
"""
