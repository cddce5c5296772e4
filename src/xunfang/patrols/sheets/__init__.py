"""What goes on paper: the duty sheets, their maps, the order for the whole night."""
