"""Calls taken over from 110: by file, by HTTP, keyed by 110's own number."""
