"""The entrance for machines: positions in, what residents say in and its state out.

What a device or another system sends is read here and handed to the room it belongs to;
what it must hear to be content is said here. Which systems may speak (`senders`) is kept
here; nothing else is decided. `open311` speaks GeoReport v2, `words` takes text messages,
chat and e-mail over a signed webhook.
"""
