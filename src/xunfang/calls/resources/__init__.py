"""The directory of local help: who has a pump, a boat, a key, and how far away."""
