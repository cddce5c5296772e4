"""What is wanted of a night: calendar, orders, changes by hand, as one statement."""
