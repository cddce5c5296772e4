"""Cars seen by day, lights seen by night: which posts stand in the dark without light."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from xunfang.core.planning.problem import Problem, Window
from xunfang.core.planning.visibility import UnlitPost, unlit_posts
from xunfang.patrols.models import LightWindow
from xunfang.patrols.wanted.lines import place_code_of
from xunfang.units.models import Station
from xunfang.units.nights import dark_at as dark_at


@dataclass(frozen=True, slots=True)
class NightLights:
    """When it is dark, when lights are on at the posts, and where none is."""

    dark: Window | None
    on: Mapping[str, tuple[Window, ...]]
    """By post, the parts of its time in which its light is on; posts in the dark only."""
    unlit: tuple[UnlitPost, ...]


def lights_of(
    problem: Problem, *, station: Station, night: date, zone: ZoneInfo
) -> NightLights:
    """Hold a night's posts against the light windows in force; one query."""
    dark = dark_at(station.lon, station.lat, night, zone)
    if dark is None:
        return NightLights(None, {}, ())
    windows = list(LightWindow.objects.on(night).filter(station=station))
    ordered = {post.id: _for_post(windows, post.id) for post in problem.posts}
    on = {}
    for post in problem.posts:
        first, last = max(post.window[0], dark[0]), min(post.window[1], dark[1])
        if first < last:
            on[post.id] = tuple(
                (max(begins, first), min(ends, last))
                for begins, ends in joined(ordered[post.id])
                if begins < last and ends > first
            )
    return NightLights(dark, on, unlit_posts(problem.posts, ordered, dark=dark))


def _for_post(windows: Iterable[LightWindow], post_id: str) -> list[Window]:
    places = {"", place_code_of(post_id)}
    return [(w.begins_min, w.ends_min) for w in windows if w.place_code in places]


def joined(windows: Iterable[Window]) -> list[Window]:
    """Return the same time as windows in order that do not touch."""
    joined: list[Window] = []
    for begins, ends in sorted(windows):
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        else:
            joined.append((begins, ends))
    return joined
