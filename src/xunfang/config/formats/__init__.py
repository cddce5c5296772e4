"""How dates are written in each language, beside what Django knows.

Templates name the form: ``{{ night|date:"DAY_AND_WEEKDAY" }}``. A date that stands in a
table or a form's value stays ``Y-m-d``, which nobody misreads.
"""
