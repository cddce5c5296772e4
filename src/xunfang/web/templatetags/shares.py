"""Shares in [0, 1] as people read them."""

import math

from django import template

register = template.Library()


@register.filter
def percent(share: float, n_decimals: int = 1) -> str:
    """Write a share as a percentage, rounded down: 98.19 % is never shown as 98.2 %.

    >>> percent(0.98199)
    '98.1 %'
    """
    scale = 10**n_decimals
    # The tiny addition keeps 0.29 * 1000 = 289.99999999999994 from losing a digit.
    value = math.floor(share * 100 * scale + 1e-9) / scale
    return f"{value:.{n_decimals}f} %"


@register.filter
def hundredths(share: float) -> int:
    """Return a share in whole hundredths, for a progress bar."""
    return int(share * 100)
