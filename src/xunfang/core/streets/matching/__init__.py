"""From positions of units to what was patrolled: matching, coverage, stays, blind spots.

`fixes` puts positions in order; `match` finds the streets they were driven or walked
on, end to end. From the path follow the metres of each street (`bins`) and the passes
of a loop's points (`loops`); from the fixes themselves the minutes of each cell
(`presence`), the stays at stops (`stays`) and the streets nobody came near (`blind`).
`hours` writes streets as rows by unit and hour, to be kept when the fixes are gone.
`trace_datum` notices a device that writes another datum than it says.

Units are numbers here, and stay numbers: nothing in this package knows a person.

Inside: `hours > loops | stays | presence | bins | blind | trace_datum > match > graph >
grid > kernels | short_ways | fixes`.
"""
