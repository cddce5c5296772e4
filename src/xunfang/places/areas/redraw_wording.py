"""What cannot be used in a drawing of areas, in words."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from xunfang.places.areas.drafts import DraftUnusable

REASONS: dict[str, Promise] = {
    "code": pgettext_lazy(
        "redraw",
        "Line or feature %(where)s: the code of the area is missing or too long.",
    ),
    "twice": pgettext_lazy(
        "redraw",
        "Line or feature %(where)s: %(area)s stands here twice. Keep one; several "
        "pieces of ground make one MultiPolygon.",
    ),
    "unknown": pgettext_lazy(
        "redraw",
        "Line or feature %(where)s: there is no area %(area)s. Correct the code; a new "
        "area comes from a file with “name” and “station”.",
    ),
    "not_a_polygon": pgettext_lazy(
        "redraw",
        "Feature %(where)s is not a polygon in degrees. Draw a closed line of three "
        "corners or more.",
    ),
    "no_roads": pgettext_lazy(
        "redraw", "Line %(where)s names no road of %(area)s. Write them after a colon."
    ),
    "empty": pgettext_lazy("redraw", "There is no area in it."),
}
"""A test holds this equal to the reasons that are given."""


def why_unusable(refusal: DraftUnusable) -> str:
    """Say what cannot be used, where, and what to do."""
    return str(REASONS[refusal.why]) % {"where": refusal.where, **refusal.facts}
