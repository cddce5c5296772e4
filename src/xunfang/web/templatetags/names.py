"""Names in the reader's language."""

from typing import Protocol

from django import template

from xunfang.web.names import local_name

register = template.Library()


class Named(Protocol):
    """Something with a Chinese name and perhaps an English one."""

    name: str
    name_en: str


@register.filter(name="local_name")
def local_name_of(thing: Named) -> str:
    """Return the name of a thing in the reader's language."""
    return local_name(thing.name, thing.name_en)
