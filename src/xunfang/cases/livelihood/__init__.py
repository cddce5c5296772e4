"""What a resident cannot sell or get: how much, by when, who takes it, agreed by both."""
