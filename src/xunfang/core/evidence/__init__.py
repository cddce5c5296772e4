"""What numbers show and what they do not: comparisons with the comparison beside them."""
