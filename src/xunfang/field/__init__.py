"""The entrance for the officer's phone: one screen that works for eight hours without
signal, and what it sends when there is signal again.

What is entered on the phone is an entry with a key and a time of its own; here it is
taken once, answered, and handed to the room it belongs to. This room keeps receipts and
how long forms take, nothing else: calls live in ``calls``, duty and positions in
``units``, observations in ``patrols``.
"""
