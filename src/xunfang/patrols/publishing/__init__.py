"""From a draft to an order under a name: what speaks against it, done, taken back."""
