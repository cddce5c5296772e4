"""A route as people read it: one line for one stay."""

from collections.abc import Iterator
from dataclasses import replace

from xunfang.core.planning.plan import Event, EventKind, Route


def stays(route: Route) -> Iterator[tuple[int | None, Event]]:
    """Yield a route's stays in order, each with its number; a meal break has none.

    Presence counts in visits of one length. Visits to a cell that follow one another
    without a pause are one stay to those who stand there.
    """
    number = 0
    for event in _joined(route.events):
        if event.kind is EventKind.BREAK:
            yield None, event
        else:
            number += 1
            yield number, event


def stay_key(route: Route, number: int) -> str:
    """Return what the map and the list both call a stay."""
    return f"{route.unit}-{number}"


def _joined(events: tuple[Event, ...]) -> Iterator[Event]:
    waiting: Event | None = None
    for event in events:
        if waiting is not None and _goes_on(waiting, event):
            waiting = replace(waiting, end=event.end, exit=event.exit)
            continue
        if waiting is not None:
            yield waiting
        waiting = event
    if waiting is not None:
        yield waiting


def _goes_on(before: Event, after: Event) -> bool:
    return (
        before.kind is EventKind.PRESENCE
        and after.kind is EventKind.PRESENCE
        and before.id == after.id
        and before.exit == after.at
        and before.end == after.start
    )
