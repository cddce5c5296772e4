"""The catalogue of services as everybody reads, prints and takes it with them."""
