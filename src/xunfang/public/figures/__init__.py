"""How well we listen: what was heard for what was sent, promises kept, thanks and criticism.

Every word counts once and by the same rule, whatever it says, whatever became of it,
shown or hidden. Figures are of stations and of the city, never of a person.
"""
