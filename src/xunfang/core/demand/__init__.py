"""Where and when residents will ask for help, and how good such a forecast was.

A forecast reads one table: place, time, class and source of events that residents
reported (`events`). It is counted by place, type of day and time of day (`counting`),
smoothed into expected events (`forecast`), held to what came (`judging`) and turned into
shares of patrol time that no error can feed (`sharing`). `repeats` names places where
small events add up. Nothing in here knows of a person, and nothing has a place for one.

Inside: `forecast | repeats > counting > events`; `judging` and `sharing` stand alone.
"""
