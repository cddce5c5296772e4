"""A route as people read it."""

from xunfang.core.planning.plan import Event, EventKind, Route
from xunfang.patrols.plans.stays import stay_key, stays


def event(kind: EventKind, id_: str, start: int, end: int, at: int = 1) -> Event:
    return Event(kind, id_, at=at, exit=at, arrive=start, start=start, end=end)


def test_visits_to_a_cell_without_a_pause_are_one_stay():
    """12 minutes three times in cell a; then a stop, a meal, and a again after a pause."""
    presence, stop, meal = EventKind.PRESENCE, EventKind.STOP, EventKind.BREAK
    route = Route(
        "u",
        1080,
        (
            event(presence, "a", 1080, 1092),
            event(presence, "a", 1092, 1104),
            event(presence, "a", 1104, 1116),
            event(stop, "b", 1120, 1132),
            event(meal, "1", 1132, 1162),
            event(presence, "a", 1170, 1182),
            event(presence, "a", 1183, 1195),
        ),
        1200,
    )

    read = [(number, stay.id, stay.start, stay.end) for number, stay in stays(route)]

    assert read == [
        (1, "a", 1080, 1116),
        (2, "b", 1120, 1132),
        (None, "1", 1132, 1162),
        (3, "a", 1170, 1182),
        (4, "a", 1183, 1195),
    ]


def test_two_cells_and_two_stops_are_never_joined():
    presence, stop = EventKind.PRESENCE, EventKind.STOP
    route = Route(
        "u",
        0,
        (
            event(presence, "a", 0, 12),
            event(presence, "b", 12, 24),
            event(stop, "c", 24, 36),
            event(stop, "c", 36, 48),
        ),
        60,
    )

    assert [number for number, _ in stays(route)] == [1, 2, 3, 4]
    assert stay_key(route, 2) == "u-2"
