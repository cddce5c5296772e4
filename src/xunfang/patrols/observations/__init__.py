"""What crews notice about places while they are out, and what became of it.

It is part of the patrol done: a lamp that is out, a way that is blocked. Nothing here is
about persons; a matter about somebody is a call.
"""
