"""Lengths and counts as people read them."""

from django import template
from django.utils.translation import get_language

register = template.Library()


@register.filter
def kilometres(length_m: float) -> str:
    """Write metres as kilometres with two decimals.

    >>> kilometres(1234.5)
    '1.23'
    """
    return f"{length_m / 1000:.2f}"


@register.filter
def grouped(count: int) -> str:
    """Write a count with its thousands apart, as English does and Chinese does not."""
    is_chinese = (get_language() or "zh").startswith("zh")
    return str(count) if is_chinese else f"{count:,}"
