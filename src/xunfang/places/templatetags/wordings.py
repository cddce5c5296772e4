"""Addresses, times and differences in templates of this room."""

from typing import Any

from django import template

from xunfang.web.names import local_name

register = template.Library()


@register.filter
def local_address(point: Any) -> str:
    """Return where a service point is, in the reader's language."""
    return local_name(point.address, point.address_en)


@register.filter
def clock(minute: int) -> str:
    """Say a minute of a day as civil time; past midnight it begins anew.

    >>> clock(1500)
    '01:00'
    """
    hour, rest = divmod(int(minute), 60)
    return f"{hour % 24:02d}:{rest:02d}"


@register.filter
def signed(number: int) -> str:
    """Write a difference with its sign: +3, −2, 0.

    >>> signed(3), signed(-2), signed(0)
    ('+3', '−2', '0')
    """
    return f"+{number}" if number > 0 else f"{number}".replace("-", "−")
