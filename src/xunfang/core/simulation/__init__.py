"""A year of calls in a second: the rules of dispatch, tried before they are used.

A `city` (places, travel times, posts), a `fleet` (units with posts and hours of duty)
and `calls` (drawn from rates, or recorded) go in with `rules`; `run.simulate` answers
with what happened to every call and every unit. The rules are the functions of
`dispatching`, the same that the duty desk is advised by. `figures` counts, `intervals`
says how sure the count is, `trials` repeats and compares with common random numbers.

No person is in here: a call is a time, a place, a class and how long it takes.
"""
