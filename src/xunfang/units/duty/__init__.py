"""The duty as it is done: on, at work, pausing, off."""
