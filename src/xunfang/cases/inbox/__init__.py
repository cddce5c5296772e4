"""The list of what is owed an answer: found, filtered, and sorted with three keys."""
