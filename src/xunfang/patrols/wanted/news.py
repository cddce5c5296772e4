"""Whether the calendar now asks something else of a night than its plan was made for."""

from xunfang.core.planning.edits import base_key
from xunfang.core.planning.night import PAIR, NightDraft
from xunfang.core.planning.plan import EventKind
from xunfang.patrols.models import EditKind, Plan
from xunfang.patrols.queries import Documents
from xunfang.patrols.wanted import by_hand
from xunfang.patrols.wanted.lines import add_duties, duties_of
from xunfang.patrols.wanted.statement import HORIZON
from xunfang.places import queries as places
from xunfang.places.models import KeyPlace
from xunfang.units.models import Station

OF_THE_CALENDAR = ("gate:", "market:", "loop:")
"""How the names of what the calendar asks for begin."""


def has_news(plan: Plan, kept: Documents, station: Station) -> bool:
    """Say whether posts, markets or rounds of the night have come or gone since.

    One query as long as no calendar was brought in after the plan was made.
    """
    if not places.calendar_imported_after(plan.made_at):
        return False
    changes = by_hand.read(station, plan.night, until=plan.n_changes)
    planned = {base_key(kind, id_) for kind, id_ in kept.reasons}
    planned |= {
        (EventKind(row.target_kind), row.target_id)
        for row in changes.edits
        if row.kind == EditKind.LEAVE_OUT
    }
    return _of_calendar(planned) != _of_calendar(_asked_for(plan, station))


def _of_calendar(keys: set[tuple[EventKind, str]]) -> set[str]:
    return {id_ for _kind, id_ in keys if id_.startswith(OF_THE_CALENDAR)}


def _asked_for(plan: Plan, station: Station) -> set[tuple[EventKind, str]]:
    draft = NightDraft(name="", origin=plan.made_at, horizon=HORIZON)
    add_duties(
        draft,
        duties_of(station, plan.night),
        {
            place.code: place
            for place in KeyPlace.objects.filter(
                cell__area__station_code=station.code
            ).select_related("cell__area")
        },
        {ground.code: ground for ground in places.market_grounds(station.code)},
        places.areas_around(station_code=station.code, day=plan.night),
        PAIR,
    )
    return (
        {(EventKind.STOP, stop.id) for stop in draft.stops}
        | {(EventKind.POST, post.id) for post in draft.posts}
        | {(EventKind.LOOP, loop.id) for loop in draft.loops}
    )
