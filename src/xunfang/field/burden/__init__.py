"""How much of the night goes into the phone's forms: by day and station, of nobody."""
