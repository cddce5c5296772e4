"""Figures as people read them, and the script in which somebody wrote."""

from django import template

from xunfang.core.language.scripts import Script, script_of

register = template.Library()


@register.filter
def grouped(number: int) -> str:
    """Write a number in groups of three.

    >>> grouped(40_000)
    '40\\u202f000'
    """
    return f"{number:,}".replace(",", "\u202f")


@register.filter
def script(text: str) -> str:
    """Return the ``lang`` of what somebody wrote; empty where no character tells.

    Their words stay as they are on a page in another script: here it says in which.

    >>> script("說出了事"), script("说出了事"), script("OK")
    ('zh-Hant', 'zh-Hans', '')
    """
    found = script_of(text)
    return "" if found is Script.EITHER else found.value
