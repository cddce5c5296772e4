"""Changes by hand as a page says them, and the stays that somebody may lay a hand on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xunfang.accounts.models import User
from xunfang.core.planning.edits import Outcome, outcome
from xunfang.core.planning.plan import Event, EventKind
from xunfang.core.planning.problem import Loop, Post, Presence, Reason, Stop
from xunfang.patrols import policies, queries, wording
from xunfang.patrols.edits.services import SeenStay
from xunfang.patrols.models import EditKind, NightEdit, Plan
from xunfang.patrols.plans.stays import stays
from xunfang.patrols.wanted import by_hand
from xunfang.patrols.wanted.statement import tonight
from xunfang.units.models import Shift, Station
from xunfang.web.names import local_name

QUICK_MIN = (-40, -30, -20, -10, 10, 20, 30, 40)
"""Other times that are one tap away."""


@dataclass(frozen=True, slots=True)
class EditRow:
    """A change by hand, in words."""

    pk: int
    kind: str
    kind_name: str
    what: str
    reason: str
    who: str
    at: datetime
    outcome: str
    """``honoured``, ``unmet``, ``gone``, or ``waiting`` for the next plan."""


@dataclass(frozen=True, slots=True)
class QuickTime:
    """Another time for a stay, and how it is called there."""

    begins_min: int
    clock: str
    by: str


def edit_rows(
    edits: Sequence[NightEdit],
    *,
    crews: Mapping[str, str],
    kept: queries.Documents | None,
    n_changes: int,
) -> list[EditRow]:
    """Say what was changed, the last change first. No queries but those of ``edits``."""
    return [
        EditRow(
            pk=row.pk,
            kind=row.kind,
            kind_name=str(row.get_kind_display()),
            what=what_was_done(row, crews),
            reason=row.reason,
            who=row.made_by.display_name,
            at=row.made_at,
            outcome=_outcome(row, kept, n_changes),
        )
        for row in reversed(edits)
    ]


def _outcome(row: NightEdit, kept: queries.Documents | None, n_changes: int) -> str:
    if kept is None or row.made_no > n_changes:
        return "waiting"
    if not row.held_as:
        return Outcome.HONOURED
    return outcome(kept.problem, kept.routes, row.held_as, by_hand.held_kind(row))[0]


def what_was_done(row: NightEdit, crews: Mapping[str, str]) -> str:
    """Say a change in one sentence."""
    facts = {
        "place": local_name(row.name, row.name_en) or row.target_id,
        "crew": crews.get(row.unit, row.unit),
        "at": "" if row.begins_min is None else wording.clock(row.begins_min),
    }
    match row.kind:
        case EditKind.EXCLUDE if row.begins_min is None:
            return _("%(crew)s is not planned for tonight.") % facts
        case EditKind.EXCLUDE:
            return _("%(crew)s is back at the station by %(at)s.") % facts
        case EditKind.LEAVE_OUT:
            return _("%(place)s is left out tonight.") % facts
        case EditKind.WISH:
            return _wish_text(row, facts)
        case EditKind.LOCK if row.begins_min is None:
            return _("%(place)s stays with %(crew)s, at any time.") % facts
        case EditKind.LOCK:
            return _("%(place)s stays with %(crew)s at %(at)s.") % facts
        case _ if row.begins_min is None:
            return _("%(place)s goes to %(crew)s, at any time.") % facts
        case _ if not row.unit:
            return _("%(place)s is moved to %(at)s.") % facts
        case _:
            return _("%(place)s goes to %(crew)s at %(at)s.") % facts


def _wish_text(row: NightEdit, facts: dict[str, str]) -> str:
    facts = facts | {
        "n": str(row.minutes),
        "from": wording.clock(row.from_min or 0),
        "until": wording.clock(row.until_min or 0),
    }
    if not facts["place"]:
        facts["place"] = pgettext("edit", "The place on the map")
    if row.is_mandatory:
        return _("%(place)s: %(n)s minutes between %(from)s and %(until)s.") % facts
    return (
        _("%(place)s: %(n)s minutes between %(from)s and %(until)s, if there is room.")
        % facts
    )


def crew_names(station: Station, night: date) -> dict[str, str]:
    """Return what the crews of a night are called, by their codes."""
    rows = Shift.objects.filter(station=station, night=night)
    return dict(rows.values_list("code", "name"))


def find_stay(
    user: User, station: Station, night: date, edition: int, key: str
) -> SeenStay | None:
    """Return a stay of an edition as the page called it, or None if there is none."""
    plan = (
        queries.visible_to(user)
        .filter(station=station, night=night, edition=edition)
        .values_list("pk", flat=True)
        .first()
    )
    if plan is None:
        return None
    kept = queries.documents_by_id(plan)
    unit, _dash, number = key.rpartition("-")
    for route in kept.routes.routes:
        if route.unit != unit:
            continue
        for number_here, event in stays(route):
            if number_here is not None and str(number_here) == number:
                reason = kept.reasons.get((event.kind, event.id))
                return SeenStay(kept.problem, event, unit, names_of(event, reason))
    return None


def names_of(event: Event, reason: Reason | None) -> tuple[str, str]:
    """Return a stay's name in Chinese and in English, as it is kept with a change."""
    if reason is None:
        return event.id, event.id
    name = str(reason.facts.get("place") or event.id)
    name_en = str(reason.facts.get("place_en") or name)
    street = str(reason.facts.get("street") or "")
    if not street:
        return name, name_en
    return f"{street} · {name}", f"{street} · {name_en}"


def quick_times(stay: SeenStay, reason: Reason | None) -> list[QuickTime]:
    """Return other times for a stay; a school's post is called by its bell."""
    start = stay.event.start
    shown = start
    if reason is not None and "bell_min" in reason.facts:
        shown = int(reason.facts["bell_min"])
    return [
        QuickTime(start + by, wording.clock(shown + by), f"{by:+d}".replace("-", "−"))
        for by in QUICK_MIN
    ]


def reason_of(stay: SeenStay) -> Reason | None:
    """Return why a stay was wanted."""
    night, event = stay.problem, stay.event
    wanted: dict[EventKind, Sequence[Stop | Post | Loop | Presence]] = {
        EventKind.STOP: night.stops,
        EventKind.POST: night.posts,
        EventKind.LOOP: night.loops,
        EventKind.PRESENCE: night.presence,
    }
    for thing in wanted.get(event.kind, ()):
        if thing.id == event.id:
            return thing.reason
    return None


def edits_with_people(station: Station, night: date) -> tuple[int, list[NightEdit]]:
    """Return how many changes a night has seen, and those in force with who made them."""
    rows = list(
        NightEdit.objects.of_night(station, night).select_related(
            "made_by", "undone_by"
        )
    )
    last = max((row.undone_no or row.made_no for row in rows), default=0)
    return last, [row for row in rows if row.undone_no is None]


def context_of(
    user: User,
    night: date,
    station: Station,
    plan: Plan | None,
    shifts: Sequence[Shift],
    *,
    at: datetime,
) -> dict[str, object]:
    """What was changed by hand, as the page shows it and as its forms say they saw it."""
    n_changes, in_force = edits_with_people(station, night)
    is_over = night < tonight(at, ZoneInfo(settings.TIME_ZONE))
    return {
        "n_changes": n_changes,
        "edits": edit_rows(
            in_force,
            crews={shift.code: shift.name for shift in shifts},
            kept=None if plan is None else queries.documents_by_id(plan.pk),
            n_changes=0 if plan is None else plan.n_changes,
        ),
        "is_behind": plan is not None and plan.n_changes < n_changes,
        "is_over": is_over,
        "may_edit": plan is not None
        and not is_over
        and policies.can_solve(user, station),
    }
