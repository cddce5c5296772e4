"""Where crews on duty are: which device goes with whom, what it says, and for how long.

Positions of crews, never of persons: nothing is kept of a device that is with no crew on
duty. What comes in over the network is read in the room ``api``.
"""
