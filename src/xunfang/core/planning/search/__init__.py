"""Ruin and recreate: how a plan is found."""
