"""Positions over HTTP: what each kind of client sends, and the answers it waits for."""
