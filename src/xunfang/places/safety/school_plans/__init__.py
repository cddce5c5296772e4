"""The safety plans of schools: what each says, and its review in time."""
