"""Calls for help, mirrored from 110: never a second 110."""
