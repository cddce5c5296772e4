"""Campaigns: begun, tagged, counted, closed; and what a kind of team is there for."""
