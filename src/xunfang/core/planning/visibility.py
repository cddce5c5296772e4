"""Cars seen by day, lights seen by night: posts in the dark say when the light is on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xunfang.core.planning.problem import Post, Window


@dataclass(frozen=True, slots=True)
class UnlitPost:
    """A post in the dark without its light."""

    post: str
    dark: Window
    """When it stands in the dark, first to last moment."""
    unlit: tuple[Window, ...]
    """The parts of that without a light window, in order."""

    @property
    def has_no_light_window(self) -> bool:
        return self.unlit == (self.dark,)


def unlit_posts(
    posts: Sequence[Post],
    light_windows: Mapping[str, Sequence[Window]],
    *,
    dark: Window,
) -> tuple[UnlitPost, ...]:
    """Return the posts that stand unlit in the dark, in the order given.

    Parameters
    ----------
    light_windows
        By post id, when its light is on. A post that is missing has none.
    dark
        From dusk to dawn, in the problem's time.
    """
    found = []
    for post in posts:
        begins, ends = max(post.window[0], dark[0]), min(post.window[1], dark[1])
        if begins >= ends:
            continue
        unlit = _without((begins, ends), light_windows.get(post.id, ()))
        if unlit:
            found.append(UnlitPost(post.id, (begins, ends), unlit))
    return tuple(found)


def _without(span: Window, taken: Sequence[Window]) -> tuple[Window, ...]:
    """Return what is left of a span when the windows are taken out of it."""
    left, clock = [], span[0]
    for begins, ends in sorted(taken):
        if begins > clock:
            left.append((clock, min(begins, span[1])))
        clock = max(clock, ends)
        if clock >= span[1]:
            break
    if clock < span[1]:
        left.append((clock, span[1]))
    return tuple((begins, ends) for begins, ends in left if begins < ends)
