"""Lengths as people read them."""

from django import template

register = template.Library()


@register.filter
def kilometres(length_m: float) -> str:
    """Write metres as kilometres with two decimals.

    >>> kilometres(1234.5)
    '1.23'
    """
    return f"{length_m / 1000:.2f}"
