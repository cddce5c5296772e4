"""What was done: a night's positions folded into what is kept of them, and crews' minutes.

`covering` finds the nights to which positions came, and folds them: `heard` judges fixes
by the crew's log, `streets` makes rows of them, `planned` puts a plan's stays and loops
beside them, `files` keeps the rows in one file a night. `times` counts effective minutes
from logs and calls. Crews and streets; who was in a crew is never looked at.
"""
