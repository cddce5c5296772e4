"""Asked before acting: which groups were asked where, what was heard, to what it led.

People are kinds and counts here. A name, a number or a door in the text is refused with
the place where it stands; there is no field for one.
"""
