"""Cards, times and distances as people read them."""

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.calls.care.cards import Part
from xunfang.web.names import local_name

register = template.Library()

PARTS: dict[Part, Promise] = {
    Part.TALK: pgettext_lazy("part of a card", "Talk"),
    Part.RESCUE: pgettext_lazy("part of a card", "Rescue"),
    Part.MEDICAL: pgettext_lazy("part of a card", "Medical"),
}


@register.inclusion_tag("calls/partials/care_tabs.html", takes_context=True)
def care_tabs(context: dict[str, Any], here: str) -> dict[str, Any]:
    """Draw the tabs of these pages, without those the reader may not open."""
    user = context["request"].user
    return {
        "here": here,
        "sees_reports": isinstance(user, User) and can(user, Capability.SEE_CALLS),
    }


@register.filter
def local(thing: Any, name: str) -> str:
    """Return a text that stands beside its English: ``card|local:"first"``."""
    return local_name(getattr(thing, name), getattr(thing, f"{name}_en"))


@register.filter
def part_name(part: Part) -> Promise:
    """Return to what a step of a card belongs."""
    return PARTS[part]


@register.filter
def as_clock(seconds: int) -> str:
    """Write seconds as a clock does, in minutes, from an hour on in hours.

    >>> as_clock(65), as_clock(3725)
    ('1:05', '1:02:05')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def as_distance(metres: float) -> str:
    """Write a distance in metres, rounded to ten; from a kilometre on in kilometres."""
    if metres < 995:
        return gettext("%(n)d m") % {"n": round(metres, -1)}
    return gettext("%(n).1f km") % {"n": metres / 1000}
