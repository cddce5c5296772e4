"""Ask before you pay: a question about something that may be a scam, answered soon.

The form of ``public.say`` with fewer parts; what comes in goes to the scam desk's queue.
"""
