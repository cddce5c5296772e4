"""Names in the reader's language."""

from typing import Any

from django import template

from xunfang.patrols.wording import local_name

register = template.Library()


@register.filter
def local(thing: Any) -> str:
    """Name anything that has a ``name`` and perhaps a ``name_en``; nothing: nothing."""
    if not thing:
        return ""
    return local_name(thing.name, getattr(thing, "name_en", ""))
