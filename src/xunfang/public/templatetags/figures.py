"""Figures as people read them."""

from django import template

register = template.Library()


@register.filter
def grouped(number: int) -> str:
    """Write a number in groups of three.

    >>> grouped(40_000)
    '40\\u202f000'
    """
    return f"{number:,}".replace(",", "\u202f")
