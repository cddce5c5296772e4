"""What everybody may read of a case, after a person has looked at it last."""
