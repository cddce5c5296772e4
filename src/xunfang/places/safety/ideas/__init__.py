"""The idea box: submitted, tried beside a comparison, adopted or rejected."""
