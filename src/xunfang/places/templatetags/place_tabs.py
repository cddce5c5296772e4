"""The pages about places, side by side."""

from typing import Any

from django import template

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.places import policies

register = template.Library()


@register.inclusion_tag("places/partials/tabs.html", takes_context=True)
def place_tabs(context: dict[str, Any], here: str) -> dict[str, Any]:
    """Show the pages this person may open; ``here`` is the one that is shown."""
    user = context["request"].user
    is_ours = isinstance(user, User)
    return {
        "here": here,
        "can_edit": is_ours and can(user, Capability.EDIT_PLACES),
        "can_count": is_ours and policies.can_count_addresses(user),
        "can_redraw": is_ours and policies.can_redraw(user),
    }
