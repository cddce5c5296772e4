"""Lengths of time as people read them."""

import math
from datetime import timedelta

from django import template

register = template.Library()


@register.filter
def minutes(span: timedelta) -> str:
    """Write a length in minutes, rounded up: what is over ten never reads as ten.

    >>> minutes(timedelta(minutes=10, seconds=1))
    '10.1'
    """
    return f"{math.ceil(span / timedelta(seconds=6)) / 10:.1f}"
