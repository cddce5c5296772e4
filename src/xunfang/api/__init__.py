"""The entrance for machines: positions in.

What a device sends is read here and handed to the room it belongs to; what a device must
hear to be content is said here. Nothing is decided here. Later: incidents in, figures out.
"""
