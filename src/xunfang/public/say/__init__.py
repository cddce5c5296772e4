"""The form: what, where, how to reach you. One of the three is needed.

Free text comes first and nothing is chosen beforehand; what it is can be said or left
unsaid, and the choices stand in another order every day, so that none is favoured.
"""
