"""What stands in the header, for whom, and where "home" is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.web.http import see_other


class Group(Enum):
    """A menu of the header, for what is not opened every hour."""

    WORK = "work"
    FORCE = "force"
    AREA = "area"
    REVIEW = "review"


LABELS: Mapping[Group, Promise] = {
    Group.WORK: pgettext_lazy("navigation", "Work"),
    Group.FORCE: pgettext_lazy("navigation", "Force"),
    Group.AREA: pgettext_lazy("navigation", "Area"),
    Group.REVIEW: pgettext_lazy("navigation", "Review"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the header."""

    url_name: str
    label: Promise
    capability: Capability
    """Who sees it; the page itself checks again."""
    group: Group | None = None
    """The menu it lies in; without one it stands in the header itself."""
    others: tuple[str, ...] = ()
    """Pages beside it that have no entry of their own."""


PLACES: tuple[Place, ...] = (
    Place(
        "patrols:tonight",
        pgettext_lazy("navigation", "Tonight"),
        Capability.SEE_TONIGHT,
    ),
    Place(
        "desk:desk",
        pgettext_lazy("navigation", "Desk"),
        Capability.SEE_POSITIONS,
    ),
    Place(
        "calls:calls",
        pgettext_lazy("navigation", "Calls"),
        Capability.SEE_CALLS,
    ),
    Place(
        "cases:inbox",
        pgettext_lazy("navigation", "Cases"),
        Capability.SEE_CASES,
    ),
    Place(
        "field:screen",
        pgettext_lazy("navigation", "On duty"),
        Capability.REPORT_DUTY,
    ),
    Place(
        "patrols:campaigns",
        pgettext_lazy("navigation", "Campaigns"),
        Capability.SEE_TONIGHT,
        Group.WORK,
        others=("patrols:rounds", "patrols:orders", "patrols:focus"),
    ),
    Place(
        "calls:after-care",
        pgettext_lazy("navigation", "After-care"),
        Capability.REPORT_DUTY,
        Group.WORK,
    ),
    Place(
        "mediations:disputes",
        pgettext_lazy("navigation", "Disputes"),
        Capability.SEE_DISPUTES,
        Group.WORK,
    ),
    Place(
        "cases:advice",
        pgettext_lazy("navigation", "Ask before you pay"),
        Capability.SEE_CASES,
        Group.WORK,
        others=("cases:answer-texts",),
    ),
    Place(
        "cases:services",
        pgettext_lazy("navigation", "Services"),
        Capability.SEE_CASES,
        Group.WORK,
    ),
    Place(
        "cases:new",
        pgettext_lazy("navigation", "Write down a word"),
        Capability.ENTER_WORDS,
        Group.WORK,
    ),
    Place(
        "word_imports:lists",
        pgettext_lazy("navigation", "Message lists"),
        Capability.ENTER_WORDS,
        Group.WORK,
    ),
    Place(
        "patrols:observations",
        pgettext_lazy("navigation", "Observations"),
        Capability.SEE_TONIGHT,
        Group.WORK,
    ),
    Place(
        "units:roster",
        pgettext_lazy("navigation", "Roster"),
        Capability.SEE_PEOPLE,
        Group.FORCE,
    ),
    Place(
        "units:people",
        pgettext_lazy("navigation", "People"),
        Capability.SEE_PEOPLE,
        Group.FORCE,
    ),
    Place(
        "units:devices",
        pgettext_lazy("navigation", "Devices"),
        Capability.EDIT_DEVICES,
        Group.FORCE,
    ),
    Place(
        "units:crew-devices",
        pgettext_lazy("navigation", "Crew devices"),
        Capability.REPORT_DUTY,
        Group.FORCE,
    ),
    Place(
        "calls:sources",
        pgettext_lazy("navigation", "Call sources"),
        Capability.EDIT_DEVICES,
        Group.FORCE,
    ),
    Place(
        "api:senders",
        pgettext_lazy("navigation", "Senders"),
        Capability.EDIT_DEVICES,
        Group.FORCE,
    ),
    Place(
        "patrols:calendar",
        pgettext_lazy("navigation", "Calendar"),
        Capability.SEE_CALENDAR,
        Group.AREA,
    ),
    Place(
        "places:register",
        pgettext_lazy("navigation", "Places"),
        Capability.SEE_PLACES,
        Group.AREA,
    ),
    Place(
        "calls:problems",
        pgettext_lazy("navigation", "Place problems"),
        Capability.SEE_CASES,
        Group.AREA,
    ),
    Place(
        "places:safety",
        pgettext_lazy("navigation", "Safety"),
        Capability.SEE_PLACES,
        Group.AREA,
    ),
    Place(
        "patrols:coverage-latest",
        pgettext_lazy("navigation", "Coverage"),
        Capability.SEE_POSITIONS,
        Group.REVIEW,
    ),
    Place(
        "patrols:handled",
        pgettext_lazy("navigation", "Matters handled"),
        Capability.SEE_CALLS,
        Group.REVIEW,
    ),
    Place(
        "field:burden",
        pgettext_lazy("navigation", "Form minutes"),
        Capability.SEE_POSITIONS,
        Group.REVIEW,
    ),
    Place(
        "accounts:record",
        pgettext_lazy("navigation", "Record"),
        Capability.SEE_RECORD,
        Group.REVIEW,
    ),
    Place(
        "audit:ledger",
        pgettext_lazy("navigation", "The log"),
        Capability.SEE_RECORD,
        Group.REVIEW,
    ),
    Place(
        "public:listening",
        pgettext_lazy("navigation", "How we listen"),
        Capability.SEE_CASES,
        Group.REVIEW,
        others=("public:matters", "public:claims"),
    ),
    Place(
        "units:fix-deletions",
        pgettext_lazy("navigation", "Deletion certificates"),
        Capability.SEE_RECORD,
        Group.REVIEW,
    ),
    Place(
        "calls:line-deletions",
        pgettext_lazy("navigation", "Deleted call lines"),
        Capability.SEE_RECORD,
        Group.REVIEW,
    ),
    Place(
        "cases:erasures",
        pgettext_lazy("navigation", "Erased emergencies"),
        Capability.SEE_RECORD,
        Group.REVIEW,
    ),
    Place(
        "cases:learning",
        pgettext_lazy("navigation", "What was learnt"),
        Capability.SUPERVISE_CASES,
        Group.REVIEW,
    ),
)
"""In the order of the header; the first that a person may see is their home."""

FOR_VISITORS: tuple[tuple[str, Promise], ...] = (
    ("public:say", pgettext_lazy("navigation", "Say something")),
    ("public:ask", pgettext_lazy("navigation", "Ask before you pay")),
    ("public:follow", pgettext_lazy("navigation", "Follow my matter")),
    ("public:matters", pgettext_lazy("navigation", "Matters")),
    ("public:services", pgettext_lazy("navigation", "Services")),
    ("public:listening", pgettext_lazy("navigation", "How we listen")),
    ("public:claims", pgettext_lazy("navigation", "Published figures")),
    ("audit:ledger", pgettext_lazy("navigation", "The log")),
)
"""What stands in the header for whoever has not signed in."""


def places_for(user: User) -> list[Place]:
    """Return the entries this person may open, in the order of the header."""
    return [place for place in PLACES if can(user, place.capability)]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``navigation``: what the header shows to whoever asks.

    A list of entries (``label``, ``url``, ``is_here``) and of menus (``label``,
    ``entries``, ``is_here``). A menu with a single entry is that entry.
    """
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"navigation": _for_visitors(request)}
    places = [
        (place, [reverse(name) for name in (place.url_name, *place.others)])
        for place in places_for(user)
    ]
    # Where one entry lies below another, we are at the nearer one only.
    here = max(
        (
            under
            for _place, urls in places
            for under in urls
            if request.path.startswith(under)
        ),
        key=len,
        default="",
    )
    header = []
    for group, members in groupby(places, key=lambda each: each[0].group):
        entries = [
            {"label": place.label, "url": urls[0], "is_here": here in urls}
            for place, urls in members
        ]
        if group is None or len(entries) == 1:
            header += entries
        else:
            is_here = any(entry["is_here"] for entry in entries)
            label = LABELS[group]
            header.append({"label": label, "entries": entries, "is_here": is_here})
    return {"navigation": header}


def _for_visitors(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": (url := reverse(name)), "is_here": request.path == url}
        for name, label in FOR_VISITORS
    ]


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Send staff to the first page that is theirs; show residents what they can do here."""
    user = request.user
    if not isinstance(user, User):
        return render(request, "public/front.html")
    places = places_for(user)
    if places:
        return see_other(request, places[0].url_name)
    return render(request, "web/nothing_here.html")
